"""Plans that commit, roll back, resume and keep: what they run, in which order, and what they demand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from moducop_tui.actions.plans import make_plan
from moducop_tui.actions.scene import Scene
from moducop_tui.model.acts import (
    ArmDeadMan,
    AwaitHealth,
    ClientVerb,
    ControlUnit,
    DisarmDeadMan,
    DropFile,
    Leave,
    NoteSlot,
    RepairProvides,
    RunClient,
    SetEnvironment,
    VerifySlot,
)
from moducop_tui.model.expected import Expected
from moducop_tui.model.ledger import Known, SlotNote
from moducop_tui.model.places import BEFORE
from moducop_tui.model.plan import Action, ActionKind, Met, Plan, Power, Weight
from moducop_tui.model.reading import Reading
from moducop_tui.model.work import Snapshot, Work
from tests.unit.actions_updates.update_scenes import (
    APP_ARTIFACT,
    CLEANUP,
    COMMITTING,
    INSTALLING,
    NEW_ARTIFACT,
    SHA,
    SIZE,
    STAGED,
    WAITS,
    app_update,
    boot,
    client_of,
    noted,
    scene_of,
    slots,
    update,
    with_daemon,
)
from tests.unit.core.well_device import SYSTEM, WALL
from tests.unit.slots.verdict_cases import A, B

IN_A, IN_B = slots(mounted=A), slots(mounted=B)
ON_TRIAL = boot(3, 1, 1)
NOTE = SlotNote(B, Known.VERIFIED, NEW_ARTIFACT, NEW_ARTIFACT, SHA, SIZE, 1.0, "x", "uuid", "superblock")


def plan(kind: ActionKind, scene: Scene) -> Plan:
    return make_plan(Action(kind), scene)


def on_trial(client: str = "5.x", **more: Any) -> Scene:
    pending = update(WAITS if client == "5.x" else None)
    return scene_of(client_of(client, pending), IN_B, ON_TRIAL, **{"work": noted(NOTE), **more})


def acts(made: Plan) -> list[Any]:
    return [step.act for step in made.steps]


def condition(made: Plan, words: str) -> Any:
    return next(one for one in made.preconditions if one.words == words)


# -- commit ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("client", "program"), [("3.x", "mender"), ("4.x", "mender-update"), ("5.x", "mender-update")])
def test_a_commit_runs_the_client_then_writes_down_and_disarms(client: str, program: str) -> None:
    made = plan(ActionKind.COMMIT, on_trial(client))
    assert made.runs, made.refusal
    assert [type(act) for act in acts(made)] == [RunClient, NoteSlot, DisarmDeadMan, DropFile]
    run, note, _, drop = acts(made)
    assert made.steps[0].command == f"{program} commit"
    assert run == RunClient(ClientVerb.COMMIT, Expected.COMMITTED, artifact=NEW_ARTIFACT, slot=B)
    assert note.note == SlotNote(B, Known.BOOTED, NEW_ARTIFACT, NEW_ARTIFACT, SHA, SIZE)
    assert drop == DropFile(BEFORE)
    assert (made.weight, made.phrase, made.title) == (Weight.BOOTS, "commit B", "Commit slot B")


def test_a_commit_of_what_somebody_else_installed_notes_its_name() -> None:
    made = plan(ActionKind.COMMIT, on_trial(work=Work()))
    assert [type(act) for act in acts(made)] == [RunClient, NoteSlot, DropFile]
    assert acts(made)[1].note == SlotNote(B, Known.BOOTED, NEW_ARTIFACT, NEW_ARTIFACT)


def test_another_image_than_the_pending_one_is_committed_only_against_its_word() -> None:
    other = scene_of(client_of("5.x", update(WAITS)), slots(mounted=B, b="v9.9.9"), ON_TRIAL)
    made = plan(ActionKind.COMMIT, other)
    assert made.overrides == ("other image",)
    unread = scene_of(client_of("5.x", update(WAITS)), slots(mounted=B, b=None), ON_TRIAL)
    assert condition(plan(ActionKind.COMMIT, unread), "what runs is what was installed").met is Met.DOUBT


@pytest.mark.parametrize("kind", [ActionKind.COMMIT, ActionKind.ROLLBACK])
def test_without_its_canary_the_modules_own_check_would_fail_so_nothing_is_begun(kind: ActionKind) -> None:
    """The module asks for it in every state: a commit would fail, and the client roll back (device facts 2.2)."""
    trial = on_trial()
    environment = replace(ON_TRIAL, canary_present=False)
    made = plan(kind, replace(trial, readings=replace(trial.readings, boot=Reading(environment, 990.0))))
    assert "U-Boot never proved that it can save its environment" in (made.refusal or "")
    assert plan(kind, trial).runs


def kept(**changed: Any) -> Work:
    snapshot = Snapshot(
        WALL - 600, "a" * 32, A, B, NEW_ARTIFACT, NEW_ARTIFACT, (), 1, 1, (), ("end0",), 10, clock_synchronised=True
    )
    return replace(noted(NOTE), before=replace(snapshot, **changed))


def test_who_commits_sees_whether_the_device_fares_as_before() -> None:
    words = "the device fares as before the update"
    well = plan(ActionKind.COMMIT, on_trial(work=kept()))
    assert (condition(well, words).met, condition(well, words).reading) == (Met.YES, "nothing is worse")
    worse = plan(ActionKind.COMMIT, on_trial(work=kept(), system=replace(SYSTEM, failed_units=("gpsd.service",))))
    assert (condition(worse, words).met, condition(worse, words).reading) == (Met.DOUBT, "gpsd.service fails")
    assert worse.runs
    assert condition(plan(ActionKind.COMMIT, on_trial()), words).reading == "nothing kept from before"


def app_scene(step: str | None, client: str = "5.x", rollback: bool | None = True, **more: Any) -> Scene:
    return scene_of(client_of(client, app_update(step), app_rollback=rollback), **more)


def test_an_app_that_waits_is_committed_and_watched() -> None:
    made = plan(ActionKind.COMMIT, app_scene(WAITS))
    assert made.runs, made.refusal
    assert acts(made) == [
        RunClient(ClientVerb.COMMIT, Expected.COMMITTED, artifact=APP_ARTIFACT),
        DropFile(BEFORE),
        AwaitHealth((), 120, "nginx-demo"),
    ]
    assert made.phrase == "commit nginx-demo"


def test_an_app_whose_install_was_cut_is_never_committed_though_4_x_would() -> None:
    """Transcript apps40, 3: `Committed.`, and the app's manifests are missing."""
    for scene in (app_scene(INSTALLING), app_scene(None, "4.x", False), app_scene(None, "4.x", None)):
        made = plan(ActionKind.COMMIT, scene)
        assert not made.runs
        assert made.refusal is not None
        assert "repair app nginx-demo" in made.refusal.lower()
    assert plan(ActionKind.COMMIT, app_scene(None, "4.x", True)).runs


def test_another_payload_of_a_client_without_steps_is_committed_with_a_doubt() -> None:
    pending = app_update(None, payload_types=("directory",), provides=())
    made = plan(ActionKind.COMMIT, scene_of(client_of("3.x", pending)))
    assert made.runs
    assert condition(made, "it was installed to its end").met is Met.DOUBT
    assert made.phrase == "commit it"


# -- roll back ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("client", ["3.x", "4.x", "5.x"])
def test_a_trial_is_rolled_back_and_left(client: str) -> None:
    made = plan(ActionKind.ROLLBACK, on_trial(client))
    assert [type(act) for act in acts(made)] == [RunClient, DisarmDeadMan, DropFile, Leave]
    assert acts(made)[0] == RunClient(ClientVerb.ROLLBACK, Expected.ROLLED_BACK, slot=A)
    assert (made.phrase, made.steps[-1].words) == ("roll back to A", "reboot into A")
    assert "the device reboots into A" in made.summary[0]


def test_the_daemon_is_started_again_before_the_machine_goes_down() -> None:
    scene = scene_of(with_daemon(client_of("5.x", update(WAITS))), IN_B, ON_TRIAL)
    kinds = [type(act) for act in acts(plan(ActionKind.ROLLBACK, scene))]
    assert kinds[0] is ControlUnit
    assert kinds[-2:] == [ControlUnit, Leave]


CASES = [
    ("installed", IN_A, boot(3, 1), update(WAITS), Expected.ROLLED_BACK, A, False),
    ("staged", IN_A, boot(2), update(STAGED), Expected.CLEARED, A, False),
    ("fell back", IN_A, boot(2, count=2), update(WAITS), Expected.CLEARED, A, False),
    ("cut before the switch", IN_A, boot(2), update(INSTALLING), Expected.ROLLED_BACK, A, False),
    ("cut after it", IN_A, boot(3, 1), update(INSTALLING), Expected.ROLLED_BACK, A, False),
    ("cut, booted", IN_B, ON_TRIAL, update(INSTALLING), Expected.ROLLED_BACK, A, True),
    ("commit cut on trial", IN_B, ON_TRIAL, update(COMMITTING), Expected.ROLLED_BACK, A, True),
    ("rollback cut", IN_B, boot(2), update("ArtifactRollback_Enter"), Expected.ROLLED_BACK, A, True),
]


@pytest.mark.parametrize(
    ("seen", "environment", "pending", "expected", "slot", "leaves"), [c[1:] for c in CASES], ids=[c[0] for c in CASES]
)
def test_a_rollback_ends_on_the_slot_that_stays(
    seen: Any, environment: Any, pending: Any, expected: Expected, slot: Any, leaves: bool
) -> None:
    made = plan(ActionKind.ROLLBACK, scene_of(client_of("5.x", pending), seen, environment))
    assert made.runs, made.refusal
    assert acts(made)[0] == RunClient(ClientVerb.ROLLBACK, expected, slot=slot)
    assert isinstance(acts(made)[-1], Leave) is leaves
    assert made.phrase == f"roll back to {slot}"


def test_where_mender_can_t_roll_back_any_more_resume_is_named() -> None:
    scene = scene_of(client_of("5.x", update(CLEANUP, failed=True)), IN_A, boot(2))
    made = plan(ActionKind.ROLLBACK, scene)
    assert made.refusal == "Mender does not roll back from Cleanup: resume ends what was begun."


def test_a_commit_that_is_through_is_not_rolled_back() -> None:
    made = plan(ActionKind.ROLLBACK, scene_of(client_of("5.x", update(COMMITTING)), IN_B, boot(3, count=1)))
    assert made.refusal is not None
    assert made.refusal.startswith("There is nothing to be rolled back. B is booted and boots next, but its commit was")


def test_an_app_is_rolled_back_where_its_module_can() -> None:
    made = plan(ActionKind.ROLLBACK, app_scene(WAITS))
    assert made.runs
    assert acts(made)[0] == RunClient(ClientVerb.ROLLBACK, Expected.CLEARED, artifact=APP_ARTIFACT)
    assert made.phrase == "roll back nginx-demo"
    can_t = plan(ActionKind.ROLLBACK, app_scene(WAITS, rollback=False))
    assert can_t.refusal == "The app module here can't roll back: repair app nginx-demo instead."


# -- keep --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("client", ["3.x", "4.x"])
def test_clients_without_steps_commit_once_more_on_an_opened_trial(client: str) -> None:
    """Transcript misc40, d2: `fw_setenv upgrade_available 1`, then `Committed.`"""
    made = plan(ActionKind.KEEP, scene_of(client_of(client, update(None)), IN_B, boot(3, count=1)))
    assert made.runs, made.refusal
    assert [type(act) for act in acts(made)] == [SetEnvironment, RunClient, NoteSlot, DropFile]
    assert acts(made)[0] == SetEnvironment(
        (("upgrade_available", "1"), ("bootcount", "0")),
        (("mender_boot_part", "3"), ("mender_boot_part_hex", "3"), ("upgrade_available", "0")),
    )
    assert acts(made)[1] == RunClient(ClientVerb.COMMIT, Expected.COMMITTED, artifact=NEW_ARTIFACT, slot=B)
    assert (made.phrase, made.title) == ("keep B", "Keep slot B")


def test_5_x_rolls_back_and_the_slot_is_put_back_before_any_reboot() -> None:
    """Transcript misc51, d: commit prints `Rolled back.`; then both slot variables, then the provides."""
    made = plan(ActionKind.KEEP, scene_of(client_of("5.x", update(COMMITTING)), IN_B, boot(3, count=1)))
    assert made.runs, made.refusal
    assert [type(act) for act in acts(made)] == [RunClient, SetEnvironment, RepairProvides, NoteSlot, DropFile]
    run, write, repair = acts(made)[:3]
    assert run == RunClient(ClientVerb.ROLLBACK, Expected.ROLLED_BACK, slot=A)
    assert write == SetEnvironment(
        (("mender_boot_part", "3"), ("mender_boot_part_hex", "3"), ("upgrade_available", "0")),
        (("mender_boot_part", "2"), ("mender_boot_part_hex", "2"), ("upgrade_available", "0")),
    )
    version = (("rootfs-image.version", NEW_ARTIFACT),)
    assert repair == RepairProvides(NEW_ARTIFACT, "moducop-cpu01", version, ("rootfs-image.*",))
    assert {step.power for step in made.steps[:2]} == {Power.KEEP}
    assert not any(isinstance(act, Leave) for act in acts(made))


def test_5_x_before_its_commit_commits_once_more_like_the_others() -> None:
    """Somebody has set `upgrade_available` to 0 by hand: the module only wants it back."""
    made = plan(ActionKind.KEEP, scene_of(client_of("5.x", update(WAITS)), IN_B, boot(3, count=1)))
    assert [type(act) for act in acts(made)][:2] == [SetEnvironment, RunClient]


def test_on_a_protected_image_mender_s_memory_stays_wrong_and_that_is_said() -> None:
    client = client_of("5.x", update(COMMITTING), protected=True)
    made = plan(ActionKind.KEEP, scene_of(client, IN_B, boot(3, count=1)))
    assert RepairProvides not in [type(act) for act in acts(made)]
    assert "protected images take signed artifacts only" in made.afterwards[0]


def test_a_commit_that_only_wants_its_end_is_not_kept_by_tricks() -> None:
    made = plan(ActionKind.KEEP, scene_of(client_of("5.x", update(CLEANUP)), IN_B, boot(3, count=1)))
    assert made.refusal == "B is committed: resume ends it, nothing else is needed."


def test_a_client_of_unknown_ways_is_let_to_do_nothing() -> None:
    silent = client_of("5.x", update(COMMITTING), version=None)
    made = plan(ActionKind.KEEP, scene_of(silent, IN_B, boot(3, count=1)))
    assert not made.runs
    assert made.refusal == "This client does not say its version: left alone, the running slot stays. Ask for help."


# -- resume ------------------------------------------------------------------------------------------------------------


def test_what_is_staged_is_compared_once_more_and_armed() -> None:
    scene = scene_of(client_of("5.x", update(STAGED)), IN_A, boot(2), work=noted(NOTE))
    made = plan(ActionKind.RESUME, scene)
    assert made.runs, made.refusal
    assert acts(made) == [
        VerifySlot(B, "/dev/mmcblk0p3", SHA, SIZE),
        RunClient(ClientVerb.RESUME, Expected.INSTALLED, artifact=NEW_ARTIFACT, slot=B),
        ArmDeadMan(B, 600),
    ]
    assert made.phrase == "resume B"


def test_what_somebody_else_staged_can_t_be_compared_and_that_is_a_doubt() -> None:
    made = plan(ActionKind.RESUME, scene_of(client_of("5.x", update(STAGED)), IN_A, boot(2)))
    assert made.runs
    assert VerifySlot not in [type(act) for act in acts(made)]
    assert condition(made, "what B must hold is known").met is Met.DOUBT


@pytest.mark.parametrize("step", [CLEANUP, "ArtifactCommit_Leave", "Before_ArtifactCommit_Leave"])
def test_a_commit_is_ended_by_resume(step: str) -> None:
    """Transcript cpp51, H: `Cleaned up.`"""
    made = plan(ActionKind.RESUME, scene_of(client_of("5.x", update(step)), IN_B, boot(3, count=1)))
    assert made.runs, made.refusal
    assert acts(made)[0] == RunClient(ClientVerb.RESUME, Expected.COMMITTED, artifact=NEW_ARTIFACT, slot=B)
    assert made.phrase == "commit B"


@pytest.mark.parametrize("client", ["3.x", "4.x"])
def test_clients_that_know_no_resume_are_not_told_to(client: str) -> None:
    made = plan(ActionKind.RESUME, scene_of(client_of(client, update(None)), IN_A, boot(2, count=2)))
    assert not made.runs
    assert made.refusal is not None
    assert "Only mender-update 5.x can resume" in made.refusal


def test_resume_in_the_middle_of_a_commit_would_give_the_slot_up_so_it_is_refused() -> None:
    made = plan(ActionKind.RESUME, scene_of(client_of("5.x", update(COMMITTING)), IN_B, boot(3, count=1)))
    assert made.refusal == "From ArtifactCommit_Enter `resume` would make A boot next. To keep B: keep."


def test_an_install_that_was_cut_is_rolled_back_by_resume_too() -> None:
    made = plan(ActionKind.RESUME, scene_of(client_of("5.x", update(INSTALLING)), IN_B, ON_TRIAL))
    assert made.runs
    assert acts(made)[0] == RunClient(ClientVerb.RESUME, Expected.ROLLED_BACK, slot=A)
    assert isinstance(acts(made)[-1], Leave)
    assert made.phrase == "roll back to A"


@pytest.mark.parametrize("step", [STAGED, INSTALLING, COMMITTING, CLEANUP])
def test_an_app_that_was_cut_is_ended_by_resume(step: str) -> None:
    made = plan(ActionKind.RESUME, app_scene(step))
    assert made.runs, made.refusal
    (run,) = acts(made)
    assert run.expected is (Expected.APP_INSTALLED if step == STAGED else Expected.CLEARED)


def test_an_app_that_waits_is_not_resumed_which_would_commit_it() -> None:
    made = plan(ActionKind.RESUME, app_scene(WAITS))
    assert made.refusal == "nginx-demo is installed and waits: commit it or roll it back."
