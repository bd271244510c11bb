"""The plan that gives an update up, in whatever state it is, and returns to what was before."""

from __future__ import annotations

from moducop_tui.actions.scene import Scene
from moducop_tui.actions.updates.conditions import base_conditions, phase_allows
from moducop_tui.actions.updates.steps import (
    client_step,
    daemon_steps,
    disarm_steps,
    forget_step,
    is_armed,
    lasting_slot,
    pending_words,
    watch_steps,
)
from moducop_tui.model.acts import ClientVerb, Leave, RunClient
from moducop_tui.model.expected import Expected
from moducop_tui.model.mender import Mender, PendingUpdate
from moducop_tui.model.phases import (
    BEFORE_COMMIT,
    BEFORE_INSTALL,
    COMMIT,
    COMMIT_DONE,
    INSTALL,
    Phase,
)
from moducop_tui.model.plan import Action, Met, Plan, Power, Precondition, Step, Weight
from moducop_tui.model.slots import SlotName

_ALLOWED = frozenset(
    {
        Phase.STAGED, Phase.INSTALLED, Phase.TRIAL, Phase.INSTALL_CUT, Phase.FELL_BACK, Phase.ROLLBACK_CUT,
        Phase.APP_PENDING,
    }
)  # fmt: skip
_FROM = frozenset({None, BEFORE_INSTALL, INSTALL, BEFORE_COMMIT, COMMIT, "ArtifactRollback_Enter"})
"""Steps from which 5.x rolls back when it is told to; from the others only `resume` leads on (M51: standalone.cpp)."""
_APP = "app"


def rollback_plan(action: Action, scene: Scene) -> Plan:
    """Roll back; reboots at the end where another slot runs than the one that stays."""
    conditions = base_conditions(scene)
    allowed = phase_allows(
        scene, _allowed(scene), "an update is there to be given up", "There is nothing to be rolled back."
    )
    conditions.insert(0, allowed)
    mender, booted = scene.readings.mender.value, scene.verdict.booted
    pending = None if mender is None else mender.pending
    if allowed.met is not Met.YES or mender is None or pending is None or booted is None:
        return Plan(action, "Roll back", (), tuple(conditions), (), Weight.BOOTS)
    conditions.append(_step_condition(pending))
    if scene.verdict.phase is Phase.APP_PENDING:
        return _of_app(action, scene, mender, pending, conditions)
    return _of_slot(action, scene, pending, booted, conditions)


def _allowed(scene: Scene) -> frozenset[Phase]:
    """A cut commit is rolled back only while U-Boot counts still: after that it would be a switch without a trial."""
    return _ALLOWED | {Phase.COMMIT_CUT} if is_armed(scene) else _ALLOWED


def _step_condition(pending: PendingUpdate) -> Precondition:
    words, shown = "Mender rolls back from where it is", pending.in_state or "this client notes no step"
    if pending.in_state in _FROM:
        return Precondition(words, shown, Met.YES)
    remedy = f"Mender does not roll back from {pending.in_state}: resume ends what was begun."
    if pending.in_state in COMMIT_DONE:
        remedy = f"Mender is at {pending.in_state}: it is committed. Resume ends it."
    return Precondition(words, shown, Met.NO, remedy)


def _of_slot(
    action: Action, scene: Scene, pending: PendingUpdate, booted: SlotName, conditions: list[Precondition]
) -> Plan:
    stays = lasting_slot(scene)
    before, after = daemon_steps(scene)
    cleared = scene.verdict.phase in (Phase.FELL_BACK, Phase.STAGED)
    expected = Expected.CLEARED if cleared else Expected.ROLLED_BACK
    act = RunClient(ClientVerb.ROLLBACK, expected, slot=stays)
    words = "have Mender drop the update" if cleared else f"roll back: {stays} boots from now on"
    steps: list[Step] = [*before, client_step(scene, words, act), *disarm_steps(scene), forget_step(), *after]
    leaves = stays is not None and stays is not booted
    if leaves:
        steps.append(Step(f"reboot into {stays}", "sync; systemctl reboot", Leave(), Power.MAY))
    return Plan(
        action,
        f"Roll back to slot {stays or '?'}",
        (_sentence(pending, booted, stays, leaves=leaves),),
        tuple(conditions),
        tuple(steps),
        Weight.BOOTS,
        f"roll back to {stays}" if stays else "roll back",
        (f"{booted.other if not leaves else booted} keeps what was written into it; Mender forgets it.",),
    )


def _sentence(pending: PendingUpdate, booted: SlotName, stays: SlotName | None, *, leaves: bool) -> str:
    what = f"Gives {pending_words(pending)} up."
    if leaves:
        return f"{what} {booted} runs now: the device reboots into {stays}, its service is interrupted."
    return f"{what} {booted} goes on running and boots next."


def _of_app(
    action: Action, scene: Scene, mender: Mender, pending: PendingUpdate, conditions: list[Precondition]
) -> Plan:
    name = pending.app or pending.artifact_name or "the update"
    before, after = daemon_steps(scene)
    act = RunClient(ClientVerb.ROLLBACK, Expected.CLEARED, artifact=pending.artifact_name)
    watch = watch_steps(pending.app)
    return Plan(
        action,
        f"Roll {name} back",
        (f"Gives {pending_words(pending)} up and brings the version before back: its service is interrupted.",),
        (*conditions, _module_condition(mender, pending, name)),
        (*before, client_step(scene, f"roll {name} back", act), forget_step(), *watch, *after),
        Weight.BOOTS,
        f"roll back {pending.app or 'it'}",
    )


def _module_condition(mender: Mender, pending: PendingUpdate, name: str) -> Precondition:
    words = "its update module can roll back"
    if _APP not in pending.payload_types:
        return Precondition(words, "not known", Met.DOUBT, "The client says so, should the module not be able to.")
    if mender.app_rollback is False:
        remedy = f"The app module here can't roll back: repair app {name} instead."
        return Precondition(words, "No", Met.NO, remedy)
    if mender.app_rollback is None:
        return Precondition(words, "not asked", Met.DOUBT, "The client says so, should the module not be able to.")
    return Precondition(words, "Yes", Met.YES)
