"""What is possible in every row of the state machine (device facts 2.4), with each of the three clients."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from moducop_tui.actions.plans import make_plan
from moducop_tui.actions.scene import Scene
from moducop_tui.model.ledger import Known, SlotNote
from moducop_tui.model.phases import Phase
from moducop_tui.model.plan import Action, ActionKind, Plan, Weight
from moducop_tui.model.way_out import find_ways_out, ways_out
from tests.unit.actions_updates.update_scenes import (
    ALL_CLIENTS,
    CLEANUP,
    COMMITTING,
    INSTALLING,
    ROOTFS,
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
from tests.unit.slots.verdict_cases import A, B

IN_A, IN_B = slots(mounted=A), slots(mounted=B)
OURS = (ActionKind.INSTALL, ActionKind.RESUME, ActionKind.COMMIT, ActionKind.ROLLBACK, ActionKind.KEEP)
"""The actions of this family; what else is possible belongs to others."""
I, R, C, B_, K = OURS  # noqa: E741 - a letter each, so that a row of the table stays a row
WITHOUT_STEPS = ("3.x", "4.x")

ROWS: list[tuple[str, tuple[str, ...], Any, Any, Any, Phase, set[ActionKind]]] = [
    ("idle", ALL_CLIENTS, IN_A, boot(2), None, Phase.IDLE, {I}),
    ("staged", ("5.x",), IN_A, boot(2), update(STAGED), Phase.STAGED, {R, B_}),
    ("installed", WITHOUT_STEPS, IN_A, boot(3, 1), update(None), Phase.INSTALLED, {B_}),
    ("installed, 5.x", ("5.x",), IN_A, boot(3, 1), update(WAITS), Phase.INSTALLED, {B_}),
    ("trial", WITHOUT_STEPS, IN_B, boot(3, 1, 1), update(None), Phase.TRIAL, {C, B_}),
    ("trial, 5.x", ("5.x",), IN_B, boot(3, 1, 1), update(WAITS), Phase.TRIAL, {C, B_}),
    ("trial of what 4.x wrote, 5.x", ("5.x",), IN_B, boot(3, 1, 1), update(None), Phase.TRIAL, {C, B_}),
    ("trial of what 5.x wrote", WITHOUT_STEPS, IN_B, boot(3, 1, 1), update(WAITS), Phase.TRIAL, set()),
    ("install cut before the switch", ("5.x",), IN_A, boot(2), update(INSTALLING), Phase.INSTALL_CUT, {R, B_}),
    ("install cut after it", ("5.x",), IN_A, boot(3, 1), update(INSTALLING), Phase.INSTALL_CUT, {R, B_}),
    ("install cut, booted", ("5.x",), IN_B, boot(3, 1, 1), update(INSTALLING), Phase.INSTALL_CUT, {R, B_}),
    ("fell back", WITHOUT_STEPS, IN_A, boot(2, count=2), update(None), Phase.FELL_BACK, {B_}),
    ("fell back, 5.x", ("5.x",), IN_A, boot(2, count=2), update(WAITS), Phase.FELL_BACK, {B_}),
    ("fell back in the commit", ("5.x",), IN_A, boot(2, count=2), update(COMMITTING), Phase.FELL_BACK, {B_}),
    ("commit cut", WITHOUT_STEPS, IN_B, boot(3, count=1), update(None), Phase.COMMIT_CUT, {K}),
    ("commit cut, 5.x", ("5.x",), IN_B, boot(3, count=1), update(COMMITTING), Phase.COMMIT_CUT, {K}),
    ("commit cut, on trial", ("5.x",), IN_B, boot(3, 1, 1), update(COMMITTING), Phase.COMMIT_CUT, {K, B_}),
    ("commit cut, leaving", ("5.x",), IN_B, boot(3, count=1), update("ArtifactCommit_Leave"), Phase.COMMIT_CUT, {R}),
    ("commit cut, cleanup", ("5.x",), IN_B, boot(3, count=1), update(CLEANUP), Phase.COMMIT_CUT, {R}),
    ("rollback cut", ("5.x",), IN_B, boot(3, 1, 1), update("ArtifactRollback_Enter"), Phase.ROLLBACK_CUT, {R, B_}),
    ("rollback cut, late", ("5.x",), IN_B, boot(2), update("ArtifactFailure_Enter"), Phase.ROLLBACK_CUT, {R}),
    ("rollback cut, cleanup", ("5.x",), IN_B, boot(2), update(CLEANUP, rolled_back=True), Phase.ROLLBACK_CUT, {R}),
    ("rollback cut, no step", WITHOUT_STEPS, IN_B, boot(2), update(None), Phase.ROLLBACK_CUT, {B_}),
    ("rolled back, waiting", ALL_CLIENTS, IN_B, boot(2, count=1), None, Phase.ROLLED_BACK_WAITING, set()),
    ("manual trial", ALL_CLIENTS, IN_B, boot(3, 1, 1), None, Phase.MANUAL_TRIAL, set()),
    ("manual switch armed", ALL_CLIENTS, IN_A, boot(3, 1), None, Phase.MANUAL_ARMED, set()),
    ("broken", ALL_CLIENTS, IN_A, boot(3, 1, boot_part_hex=2), None, Phase.BROKEN, set()),
    ("no canary", ALL_CLIENTS, IN_A, boot(2, canary_present=False), None, Phase.BROKEN, set()),
    ("app to be committed", ("5.x",), IN_A, boot(2), app_update(WAITS), Phase.APP_PENDING, {C, B_}),
    ("app loaded", ("5.x",), IN_A, boot(2), app_update(STAGED), Phase.APP_PENDING, {R, B_}),
]  # fmt: skip

CASES = [pytest.param(client, *row[2:], id=f"{row[0]}, {client}") for row in ROWS for client in row[1]]


def plan(kind: ActionKind, scene: Scene) -> Plan:
    subject = "/data/ok.mender" if kind is ActionKind.INSTALL else None
    return make_plan(Action(kind, subject), scene)


def scene_in(client: str, seen: Any, environment: Any, pending: Any) -> Scene:
    return scene_of(client_of(client, pending), seen, environment, artifact=ROOTFS)


@pytest.mark.parametrize(("client", "seen", "environment", "pending", "phase", "possible"), CASES)
def test_exactly_what_the_table_allows_is_possible(
    client: str, seen: Any, environment: Any, pending: Any, phase: Phase, possible: set[ActionKind]
) -> None:
    scene = scene_in(client, seen, environment, pending)
    assert scene.verdict.phase is phase
    plans = {kind: plan(kind, scene) for kind in OURS}
    assert {kind for kind in OURS if plans[kind].runs and not plans[kind].overrides} == possible
    for kind, made in plans.items():
        assert made.runs or made.refusal, kind
        assert not (made.runs and not made.overrides) or (made.weight is Weight.BOOTS and made.phrase), kind


@pytest.mark.parametrize(("client", "seen", "environment", "pending", "phase", "possible"), CASES)
def test_every_way_out_that_is_offered_can_be_gone(
    client: str, seen: Any, environment: Any, pending: Any, phase: Phase, possible: set[ActionKind]
) -> None:
    scene = scene_in(client, seen, environment, pending)
    offered = ways_out(scene.readings)
    assert [way.action for way in find_ways_out(scene.readings)] == list(offered)
    assert {action.kind for action in offered} & set(OURS) == (possible - {I}) - _unnecessary(phase, possible)


def _unnecessary(phase: Phase, possible: set[ActionKind]) -> set[ActionKind]:
    """Where resume and roll back do the same, only the one whose name says what happens is offered."""
    same = phase in (Phase.INSTALL_CUT, Phase.ROLLBACK_CUT) and possible == {R, B_}
    return {R} if same else set()


@pytest.mark.parametrize("client", ALL_CLIENTS)
def test_no_client_is_let_to_install_over_a_pending_update_or_to_commit_before_the_reboot(client: str) -> None:
    pending = update(WAITS if client == "5.x" else None)
    armed = scene_in(client, IN_A, boot(3, 1), pending)
    assert not plan(I, armed).runs
    commit = plan(C, armed)
    assert not commit.runs
    assert commit.refusal is not None
    assert "Do not commit before the reboot" in commit.refusal


@pytest.mark.parametrize("kind", OURS)
def test_nothing_is_done_beside_another_program_that_updates(kind: ActionKind) -> None:
    busy = replace(with_daemon(client_of("5.x", update(WAITS))), deployment=True)
    assert not plan(kind, scene_of(busy, IN_B, boot(3, 1, 1), artifact=ROOTFS)).runs


def test_an_update_that_was_not_written_to_its_end_is_dropped_rather_than_tried() -> None:
    """By the ledger alone: nothing of the slot itself tells (device facts 2.5)."""
    installed = client_of("5.x", update(WAITS))
    for known, first in ((Known.WRITING, ActionKind.ROLLBACK), (Known.VERIFIED, ActionKind.REBOOT)):
        scene = scene_of(installed, environment=boot(3, 1), work=noted(SlotNote(B, known)))
        assert ways_out(scene.readings)[0].kind is first
