"""Plans that repair what Mender believes, and what an interrupted app update left (device facts 2.5, 4.1)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from moducop_tui.actions.plans import make_plan
from moducop_tui.actions.scene import Scene
from moducop_tui.model.acts import AwaitHealth, ClientVerb, ControlApp, RepairProvides, RestorePrevious, RunClient, Verb
from moducop_tui.model.apps import ContainerState
from moducop_tui.model.checks import AppCheck
from moducop_tui.model.expected import Expected
from moducop_tui.model.ledger import Known, SlotNote
from moducop_tui.model.plan import Action, ActionKind, Plan, Weight
from moducop_tui.model.way_out import find_ways_out, ways_out
from tests.unit.actions_updates.update_scenes import (
    APP_ARTIFACT,
    COMMITTING,
    INSTALLING,
    NEW,
    NEW_ARTIFACT,
    OLD_ARTIFACT,
    SHA,
    STAGED,
    WAITS,
    app_update,
    boot,
    client_of,
    noted,
    scene_of,
    slots,
    update,
)
from tests.unit.core.well_device import APPS, NGINX
from tests.unit.slots.verdict_cases import B

IN_B = slots(mounted=B)
VERSION = (("rootfs-image.version", NEW_ARTIFACT),)
REPAIR = RepairProvides(NEW_ARTIFACT, "moducop-cpu01", VERSION, ("rootfs-image.*",))


def memory(scene: Scene) -> Plan:
    return make_plan(Action(ActionKind.REPAIR), scene)


def switched(client: str = "5.x", **more: Any) -> Scene:
    """After a switch to B by hand that was confirmed: Mender's memory names A's image."""
    return scene_of(client_of(client, **more.pop("mender", {})), IN_B, boot(3, count=1), **more)


# -- Mender's memory ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("client", ["4.x", "5.x"])
def test_a_memory_that_names_another_image_is_repaired(client: str) -> None:
    plan = memory(switched(client))
    assert plan.runs, plan.refusal
    assert [step.act for step in plan.steps] == [REPAIR]
    assert plan.weight is Weight.LIGHT
    assert plan.summary == (
        f"Mender believes {OLD_ARTIFACT} to be installed; {NEW_ARTIFACT} runs. It will believe that.",
    )
    assert ways_out(switched(client).readings) == (Action(ActionKind.REPAIR),)


def test_what_the_ledger_knows_of_the_image_is_told_too() -> None:
    """Delta updates depend on the checksum."""
    note = SlotNote(B, Known.BOOTED, NEW_ARTIFACT, "another-version", SHA, 9)
    (step,) = memory(switched(work=noted(note))).steps
    assert isinstance(step.act, RepairProvides)
    assert step.act.provides == (("rootfs-image.checksum", SHA), ("rootfs-image.version", "another-version"))


def test_a_version_that_an_older_console_took_from_the_image_is_told_to_nobody() -> None:
    """It noted a confirmed slot so; `depends` of later artifacts are written for what artifacts provide."""
    confirmed = SlotNote(B, Known.BOOTED, NEW_ARTIFACT, NEW)
    (step,) = memory(switched(work=noted(confirmed))).steps
    assert step.act == REPAIR
    (step,) = memory(switched(work=noted(SlotNote(B, Known.BOOTED, NEW_ARTIFACT, image=NEW)))).steps
    assert step.act == REPAIR


def test_on_a_later_generation_it_is_told_under_the_name_that_its_artifacts_use() -> None:
    """With a checksum of nothing: they provide none."""
    own = "rootfs-image.bootfit-rootfs.version"
    memory_of_its_own = {"provides": (("rootfs-image.version", "factory"), (own, OLD_ARTIFACT))}
    note = SlotNote(B, Known.BOOTED, NEW_ARTIFACT, NEW_ARTIFACT, SHA, 9)
    (step,) = memory(switched(mender=memory_of_its_own, work=noted(note))).steps
    assert step.act == replace(REPAIR, provides=((own, NEW_ARTIFACT),))
    fresh = {"provides": (), "modules": ("app", "bootfit-rootfs")}
    (step,) = memory(switched(mender=fresh)).steps
    assert step.act == replace(REPAIR, provides=((own, NEW_ARTIFACT),))


@pytest.mark.parametrize(
    ("client", "changed", "words"),
    [
        ("5.x", {"protected": True}, "takes signed artifacts only"),
        ("5.x", {"protected": None}, "takes signed artifacts only"),
        ("3.x", {}, "refuses artifacts without payload"),
        ("5.x", {"device_type": None}, "The device type is not known"),
    ],
)
def test_where_the_client_would_not_take_it_nothing_is_tried(client: str, changed: Any, words: str) -> None:
    scene = switched(client, mender=changed)
    plan = memory(scene)
    assert not plan.runs
    assert plan.refusal is not None
    assert words in plan.refusal
    assert ways_out(scene.readings) == ()


def test_a_true_memory_is_left_alone() -> None:
    plan = memory(scene_of(client_of("5.x")))
    assert plan.refusal == f"Mender believes what is true ({OLD_ARTIFACT}): there is nothing to repair."
    assert ways_out(scene_of(client_of("5.x")).readings) == ()


def test_a_memory_that_says_nothing_can_be_taught() -> None:
    assert memory(switched(mender={"provides": ()})).runs


def test_an_image_that_does_not_name_its_artifact_leaves_the_truth_unknown() -> None:
    seen = slots(mounted=B, b=None)
    plan = memory(scene_of(client_of("5.x"), seen, boot(3, count=1)))
    assert not plan.runs
    assert "what is true is not known" in (plan.refusal or "")


def test_a_memory_is_not_touched_under_a_pending_update() -> None:
    assert not memory(scene_of(client_of("5.x", update(WAITS)), IN_B, boot(3, 1, 1))).runs


def test_what_can_t_be_repaired_is_asked_for() -> None:
    plan = make_plan(Action(ActionKind.REPAIR, "container web"), scene_of(client_of("5.x")))
    assert plan.refusal == "Say what to repair: an app by its name, or nothing for Mender's memory."


# -- apps --------------------------------------------------------------------------------------------------------------

HOME = "/data/mender-app/nginx-demo"
WHOLE = AppCheck(
    app="nginx-demo",
    file=f"{HOME}/manifests/docker-compose.yaml",
    compose=("docker", "compose"),
    previous=None,
    previous_file=None,
    previous_version=None,
)
CUT = replace(
    WHOLE,
    file=None,
    previous=f"{HOME}-previous",
    previous_file=f"{HOME}/manifests/docker-compose.yaml",
    previous_version="8f249b9",
    broken="An update of nginx-demo was interrupted: its manifests are missing.",
)
BROKEN_APPS = replace(APPS, apps=(replace(NGINX, manifest_error=CUT.broken, version=None),))
OLD_APP = "app-nginx-demo-moducop-cpu01-linux_arm64-8f249b9"
BELIEVES = (("data-partition.nginx-demo.version", "8f249b9"), ("rootfs-image.version", OLD_ARTIFACT))
ENDPOINT = APPS.engine.endpoint
START = ("docker", "--host", ENDPOINT, "compose", "--project-name", "nginx-demo",
         "--file", f"{HOME}/manifests/docker-compose.yaml", "up", "-d", "--remove-orphans")  # fmt: skip


def app(client: str, step: str | None, check: AppCheck | None = CUT, pending: Any = "cut", **more: Any) -> Scene:
    """An app whose update was cut: Mender believes the version before."""
    facts = {"artifact_name": OLD_APP, "provides": BELIEVES, "app_rollback": False} | more
    waiting = app_update(step) if pending == "cut" else pending
    apps = BROKEN_APPS if check is not None and check.broken else APPS
    return scene_of(client_of(client, waiting, **facts), app=check, apps=apps)


def repair(scene: Scene) -> Plan:
    return make_plan(Action(ActionKind.REPAIR, "app nginx-demo"), scene)


def test_4_x_forgets_only_by_a_commit_which_lies_so_mender_is_told_the_truth_afterwards() -> None:
    """Transcript apps40, 3, docker:load: after `Committed.` the provides name the version that is not there."""
    plan = repair(app("4.x", None))
    assert plan.runs, plan.refusal
    assert [step.act for step in plan.steps] == [
        RunClient(ClientVerb.COMMIT, Expected.CLEARED),
        RestorePrevious("nginx-demo", HOME),
        RepairProvides(
            OLD_APP, "moducop-cpu01", (("data-partition.nginx-demo.version", "8f249b9"),),
            ("data-partition.nginx-demo.*",),
        ),
        ControlApp("nginx-demo", Verb.START, START, ENDPOINT),
        AwaitHealth((), 120, "nginx-demo", ENDPOINT),
    ]  # fmt: skip
    assert plan.weight is Weight.INTERRUPTS
    assert "Brings nginx-demo back to 8f249b9" in plan.summary[0]


def test_5_x_forgets_by_resume_and_keeps_believing_the_version_before() -> None:
    """Transcript apprec51: `resume` says `Rolled back.`, then the directories, then the next install works."""
    plan = repair(app("5.x", INSTALLING))
    assert plan.runs, plan.refusal
    assert [type(step.act) for step in plan.steps] == [RunClient, RestorePrevious, ControlApp, AwaitHealth]
    assert plan.steps[0].act == RunClient(ClientVerb.RESUME, Expected.CLEARED)


def test_a_new_version_that_was_already_in_place_stays_and_mender_is_told() -> None:
    """Transcript apps51, 3, docker:up: manifests of the new version are there, and it runs."""
    there = replace(APPS, apps=(replace(NGINX, version="a895c3c"),))
    for client, verb, told in (("5.x", ClientVerb.RESUME, True), ("4.x", ClientVerb.COMMIT, False)):
        step = INSTALLING if client == "5.x" else None
        facts = {"artifact_name": OLD_APP, "provides": BELIEVES, "app_rollback": False}
        plan = repair(scene_of(client_of(client, app_update(step), **facts), app=WHOLE, apps=there))
        assert plan.runs, plan.refusal
        assert plan.steps[0].act == RunClient(verb, Expected.CLEARED)
        repairs = [one.act for one in plan.steps if isinstance(one.act, RepairProvides)]
        version = (("data-partition.nginx-demo.version", "a895c3c"),)
        expected = RepairProvides(APP_ARTIFACT, "moducop-cpu01", version, ("data-partition.nginx-demo.*",))
        assert repairs == ([expected] if told else [])


def test_directories_alone_are_put_right_where_mender_has_forgotten_already() -> None:
    plan = repair(app("5.x", None, pending=None))
    assert [type(step.act) for step in plan.steps] == [RestorePrevious, ControlApp, AwaitHealth]


def test_a_failed_update_that_mender_calls_inconsistent_is_told_by_what_runs() -> None:
    """Transcript apps51, 3': `_INCONSISTENT`, with the new version in the provides."""
    wrong = (("data-partition.nginx-demo.version", "a895c3c"),)
    plan = repair(app("5.x", None, pending=None, artifact_name=f"{APP_ARTIFACT}_INCONSISTENT", provides=wrong))
    (told,) = [step.act for step in plan.steps if isinstance(step.act, RepairProvides)]
    assert told.artifact_name == OLD_ARTIFACT
    assert told.provides == (("data-partition.nginx-demo.version", "8f249b9"),)


def test_the_second_generation_ends_it_by_itself_and_its_backups_are_not_touched() -> None:
    held = replace(CUT, transaction="/data/mender-app/.transactions/nginx-demo.lock")
    plan = repair(app("5.x", INSTALLING, held, app_rollback=True))
    assert plan.runs, plan.refusal
    assert [type(step.act) for step in plan.steps] == [RunClient, AwaitHealth]
    alone = repair(app("5.x", None, held, pending=None, app_rollback=True))
    assert not alone.runs
    assert "delete nothing" in (alone.refusal or "")


def test_on_a_protected_image_the_app_is_put_right_and_mender_s_memory_stays() -> None:
    wrong = (("data-partition.nginx-demo.version", "a895c3c"),)
    plan = repair(app("5.x", None, pending=None, provides=wrong, protected=True))
    assert RepairProvides not in [type(step.act) for step in plan.steps]
    assert plan.afterwards == ("Mender goes on believing a895c3c: install nginx-demo again to have it right.",)


def half_begun(client: str, check: AppCheck, **more: Any) -> Scene:
    """Power cut 7 of the seed 20261123: the new version was being started, and Mender had noted nothing yet."""
    created = replace(NGINX.containers[0], state=ContainerState.CREATED)
    apps = replace(APPS, apps=(replace(NGINX, version="a895c3c", containers=(created, *NGINX.containers[1:])),))
    facts = {"artifact_name": OLD_APP, "provides": BELIEVES, "app_rollback": False} | more
    return scene_of(client_of(client, None, **facts), app=check, apps=apps)


BESIDE = replace(CUT, broken=None, file=WHOLE.file)


@pytest.mark.parametrize(("client", "facts"), [("3.x", {}), ("5.x", {"protected": True})])
def test_a_new_version_half_begun_makes_room_for_the_one_before_where_mender_can_t_be_told(
    client: str, facts: dict[str, Any]
) -> None:
    scene = half_begun(client, BESIDE, **facts)
    (way,) = find_ways_out(scene.readings)
    assert way.action == Action(ActionKind.REPAIR, "app nginx-demo")
    # A way back to the version before leaves the same traces as a cut: no cause is named.
    assert way.sentence == (
        "nginx-demo a895c3c is there and not well, and Mender knows 8f249b9: makes them agree, if it can."
    )
    plan = repair(scene)
    assert plan.runs, plan.refusal
    assert [step.act for step in plan.steps] == [
        RestorePrevious("nginx-demo", HOME), ControlApp("nginx-demo", Verb.START, START, ENDPOINT),
        AwaitHealth((), 120, "nginx-demo", ENDPOINT),
    ]  # fmt: skip
    assert "Brings nginx-demo back to 8f249b9" in plan.summary[0]
    assert "a895c3c there, Mender believes 8f249b9" in [one.reading for one in plan.preconditions]
    assert plan.afterwards == ()


def test_where_mender_can_be_told_a_new_version_half_begun_stays() -> None:
    plan = repair(half_begun("5.x", BESIDE))
    assert [type(step.act) for step in plan.steps] == [RepairProvides, AwaitHealth]


@pytest.mark.parametrize("check", [WHOLE, replace(BESIDE, previous_version="7f00000")])
def test_a_new_version_that_mender_can_t_be_told_of_is_to_be_installed_again(check: AppCheck) -> None:
    plan = repair(half_begun("3.x", check))
    assert not plan.runs
    assert plan.refusal == (
        "This client can't be told of it. Mender goes on believing 8f249b9: install nginx-demo again to have it right."
    )


def test_backups_of_an_unresolved_transaction_are_not_moved_for_a_version_half_begun() -> None:
    held = replace(BESIDE, transaction="/data/mender-app/.transactions/nginx-demo.lock")
    assert not repair(half_begun("3.x", held)).runs


def test_a_version_that_runs_well_is_no_update_cut_short() -> None:
    """After a way back to the version before, Mender's memory is wrong, and nothing is half begun."""
    there = replace(APPS, apps=(replace(NGINX, version="a895c3c"),))
    scene = scene_of(client_of("3.x", None, provides=BELIEVES, app_rollback=False), app=WHOLE, apps=there)
    assert ways_out(scene.readings) == ()


def test_an_app_of_which_nothing_is_left_can_only_be_installed_again() -> None:
    gone = replace(CUT, previous=None, previous_file=None, previous_version=None)
    plan = repair(app("5.x", INSTALLING, gone))
    assert [type(step.act) for step in plan.steps][:1] == [RunClient]
    assert plan.afterwards == ("Nothing of nginx-demo is there to be put back: install it again.",)


@pytest.mark.parametrize(
    ("step", "words"),
    [(WAITS, "waits for its commit"), (STAGED, "is loaded and not begun")],
)
def test_what_was_not_cut_is_not_repaired(step: str, words: str) -> None:
    plan = repair(app("5.x", step, WHOLE))
    assert not plan.runs
    assert words in (plan.refusal or "")


def test_another_app_s_update_is_not_ended_by_the_way() -> None:
    other = app_update(INSTALLING, provides=(("data-partition.gpx-logger.version", "2"),))
    plan = repair(app("5.x", None, CUT, pending=other))
    assert not plan.runs
    assert "which is another app's" in (plan.refusal or "")


def test_a_well_app_is_left_alone() -> None:
    plan = repair(app("5.x", None, WHOLE, pending=None))
    assert plan.refusal == "Nothing of nginx-demo was left half done: there is nothing to repair."


def test_nothing_is_repaired_while_a_slot_is_on_trial() -> None:
    scene = scene_of(client_of("5.x", update(COMMITTING)), IN_B, boot(3, count=1), app=CUT)
    assert not repair(scene).runs


def test_a_damaged_app_is_offered_its_repair() -> None:
    assert ways_out(app("5.x", INSTALLING).readings) == (Action(ActionKind.REPAIR, "app nginx-demo"),)
    assert ways_out(app("4.x", None).readings) == (Action(ActionKind.REPAIR, "app nginx-demo"),)
    assert ways_out(app("5.x", None, pending=None).readings) == (Action(ActionKind.REPAIR, "app nginx-demo"),)
