"""The plans to keep a trial by hand and to take a switch back, row by row of the device facts 2.4."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from moducop_tui.actions.scene import Scene
from moducop_tui.actions.slots.plan import make_plan
from moducop_tui.model.acts import DisarmDeadMan, DropFile, NoteSlot, SetEnvironment
from moducop_tui.model.boot import EnvironmentState
from moducop_tui.model.ledger import Known, Ledger, SlotNote
from moducop_tui.model.mender import UpdateProcess
from moducop_tui.model.phases import Phase
from moducop_tui.model.plan import Action, ActionKind, Met, Plan, Weight
from moducop_tui.model.work import Work
from tests.unit.actions_slots.slot_scenes import ARMED, COPIES, IN_A, IN_B, TRIAL, WAITING, boot, mender, scene, unread
from tests.unit.core.well_device import SYSTEM, WALL
from tests.unit.slots import verdict_cases as cases
from tests.unit.slots.test_verdict_table import BROKEN, ROWS
from tests.unit.slots.verdict_cases import NEW, OLD, A, B

CONFIRMABLE = {Phase.MANUAL_TRIAL}
DISARMABLE = {Phase.MANUAL_ARMED, Phase.ROLLED_BACK_WAITING}


def confirm(made: Scene) -> Plan:
    return make_plan(Action(ActionKind.CONFIRM), made)


def disarm(made: Scene) -> Plan:
    return make_plan(Action(ActionKind.DISARM), made)


def written(plan: Plan) -> dict[str, str]:
    act = plan.steps[0].act
    assert isinstance(act, SetEnvironment)
    return dict(act.variables)


def test_a_trial_by_hand_is_kept_by_one_variable_and_written_down() -> None:
    plan = confirm(TRIAL)
    assert plan.runs, plan.refusal
    assert (plan.weight, plan.phrase, plan.title) == (Weight.BOOTS, "keep B", "Keep slot B")
    assert written(plan) == {"upgrade_available": "0"}
    assert plan.steps[0].act.before == (  # type: ignore[union-attr]
        ("mender_boot_part", "3"), ("mender_boot_part_hex", "3"), ("upgrade_available", "1")
    )  # fmt: skip
    assert [type(step.act) for step in plan.steps] == [SetEnvironment, NoteSlot, DisarmDeadMan, DropFile]
    assert [step.minor for step in plan.steps] == [False, True, True, True]  # a file put away is not the news
    note = plan.steps[1].act
    assert isinstance(note, NoteSlot)
    assert (note.note.slot, note.note.known) == (B, Known.BOOTED)
    assert (note.note.version, note.note.image) == (None, NEW)
    assert any(f"Mender will still take cpu01-standard-{OLD} for installed" in one for one in plan.afterwards)


def test_what_was_noted_of_where_the_kept_image_came_from_stays_noted() -> None:
    artifact = f"cpu01-standard-{NEW}"
    written = SlotNote(B, Known.VERIFIED, artifact, f"{artifact}-provided", "a" * 64, 9, WALL, "boot-1", "u", "5" * 64)
    ledger = Work(ledger=Ledger((written,)))
    act = confirm(scene(IN_B, boot(3, 1, count=1), work=ledger)).steps[1].act
    assert act == NoteSlot(SlotNote(B, Known.BOOTED, artifact, f"{artifact}-provided", "a" * 64, 9, image=NEW))
    other = Work(ledger=Ledger((replace(written, artifact="another"),)))
    act = confirm(scene(IN_B, boot(3, 1, count=1), work=other)).steps[1].act
    assert act == NoteSlot(SlotNote(B, Known.BOOTED, artifact, image=NEW))


@pytest.mark.parametrize(("row", "seen", "environment", "pending", "phase"), ROWS, ids=[row[0] for row in ROWS])
def test_each_row_allows_what_the_table_allows_and_says_the_way_out_of_the_rest(
    row: str, seen: Any, environment: Any, pending: Any, phase: Phase
) -> None:
    variables = boot(environment.boot_part, environment.upgrade_available).variables
    made = scene(seen, replace(environment, variables=variables), cases.mender(pending))
    for plan, allowed in ((confirm(made), CONFIRMABLE), (disarm(made), DISARMABLE)):
        assert plan.runs is (phase in allowed), plan.refusal
        if not plan.runs:
            assert plan.steps == ()
            assert len(plan.refusal or "") > 40


def test_who_looks_for_menders_trial_is_sent_to_commit() -> None:
    trial = scene(IN_B, boot(3, 1, count=1), cases.mender(cases.update("Before_ArtifactCommit_Enter")))
    assert "Commit it or roll it back first." in (confirm(trial).refusal or "")


def test_a_switch_that_was_not_tried_yet_is_not_confirmed() -> None:
    assert "Reboot to try B, or disarm it to stay on A." in (confirm(ARMED).refusal or "")


def test_what_is_not_well_is_a_doubt_for_who_confirms() -> None:
    sick = scene(IN_B, boot(3, 1, count=1), system=replace(SYSTEM, failed_units=("x.service", "y.service")))
    plan = confirm(sick)
    assert plan.runs
    fares = next(one for one in plan.preconditions if one.words == "the device fares well")
    assert (fares.met, fares.reading) == (Met.DOUBT, "2 failed units")
    unknown = confirm(unread(TRIAL, "apps"))
    assert unknown.runs


def test_an_armed_switch_is_taken_back_with_all_three_variables() -> None:
    plan = disarm(ARMED)
    assert plan.runs, plan.refusal
    assert (plan.phrase, plan.title) == ("stay on A", "Stay on slot A")
    assert written(plan) == {"mender_boot_part": "2", "mender_boot_part_hex": "2", "upgrade_available": "0"}
    assert [type(step.act) for step in plan.steps] == [SetEnvironment, DisarmDeadMan, DropFile]


def test_the_way_back_after_a_rollback_can_be_cancelled_and_the_slot_counts_as_kept() -> None:
    plan = disarm(WAITING)
    assert plan.runs, plan.refusal
    assert written(plan) == {"mender_boot_part": "3", "mender_boot_part_hex": "3", "upgrade_available": "0"}
    assert [type(step.act) for step in plan.steps] == [SetEnvironment, NoteSlot, DisarmDeadMan, DropFile]
    assert "The way back to A is cancelled" in plan.summary[0]
    assert any("Mender will still take" in one for one in plan.afterwards)


def test_a_running_trial_is_not_disarmed_but_rebooted_or_confirmed() -> None:
    plan = disarm(TRIAL)
    assert not plan.runs
    assert plan.refusal == "B runs already, on trial: a plain reboot returns to A. To stay, confirm it."


SETTLED_BUT_BROKEN = {"the canary is missing", "neither slot runs", "the witnesses disagree"}


@pytest.mark.parametrize(("name", "seen", "environment", "words"), BROKEN, ids=[row[0] for row in BROKEN])
def test_a_broken_choice_of_the_next_boot_is_put_right_for_the_running_slot(
    name: str, seen: Any, environment: Any, words: str
) -> None:
    plan = disarm(scene(seen, environment))
    assert not confirm(scene(seen, environment)).runs
    if name in SETTLED_BUT_BROKEN:
        assert not plan.runs
        return
    assert not plan.obstacles, plan.refusal
    assert written(plan) == {"mender_boot_part": "2", "mender_boot_part_hex": "2", "upgrade_available": "0"}
    assert "is put right" in plan.summary[0]


def test_under_an_update_of_menders_a_broken_choice_is_for_mender_to_roll_back() -> None:
    halved = boot(3, 1, boot_part_hex=2)
    pending = cases.mender(cases.update("Before_ArtifactCommit_Enter"))
    assert "roll it back first" in (disarm(scene(IN_A, halved, pending)).refusal or "")
    unknown = mender(pending_error="Mender's store can't be read.")
    assert "nothing is changed under it" in (disarm(scene(IN_A, halved, unknown)).refusal or "")


def test_others_at_work_stop_both() -> None:
    busy = mender(processes=(UpdateProcess(812, "mender-update install"),))
    for plan in (disarm(scene(IN_A, boot(3, 1), busy)), confirm(scene(IN_B, boot(3, 1, count=1), busy))):
        assert not plan.runs
        assert "Wait until it has ended: mender-update install (process 812)." in (plan.refusal or "")


def test_a_damaged_copy_of_the_environment_needs_a_typed_word_for_both() -> None:
    one = (COPIES[0], replace(COPIES[1], good=False))
    for plan in (
        confirm(scene(IN_B, boot(3, 1, count=1, copies=one))),
        disarm(scene(IN_A, boot(3, 1, copies=one))),
    ):
        assert plan.overrides == ("one copy",)
    unreadable = boot(3, 1, count=1, state=EnvironmentState.UNREADABLE)
    assert not confirm(scene(IN_B, unreadable)).runs
    assert not disarm(scene(IN_A, unreadable)).runs


@pytest.mark.parametrize("topic", ["slots", "boot", "mender"])
def test_nothing_is_written_from_what_could_not_be_read(topic: str) -> None:
    assert not disarm(unread(ARMED, topic)).runs
    assert not confirm(unread(TRIAL, topic)).runs


def test_names_are_those_of_the_slot_that_runs() -> None:
    assert confirm(scene(cases.slots(mounted=A), boot(2, 1, count=1))).phrase == "keep A"
