"""The plan that lets 5.x go on with what it has begun: activate what is written, or end what was cut short."""

from __future__ import annotations

from dataclasses import dataclass

from moducop_tui.actions.scene import Scene
from moducop_tui.actions.updates.conditions import base_conditions, phase_allows
from moducop_tui.actions.updates.steps import (
    arm_steps,
    client_step,
    daemon_steps,
    disarm_steps,
    forget_step,
    lasting_slot,
    ledger_of,
    note_step,
    pending_words,
)
from moducop_tui.model.acts import ClientVerb, Leave, RunClient, VerifySlot
from moducop_tui.model.expected import Expected
from moducop_tui.model.generation import Generation, generation_of
from moducop_tui.model.ledger import Known, SlotNote
from moducop_tui.model.mender import Mender, PendingUpdate
from moducop_tui.model.phases import BEFORE_COMMIT, BEFORE_INSTALL, CLEANUP, COMMIT_DONE, Phase
from moducop_tui.model.plan import Action, Met, Plan, Power, Precondition, Step, Weight
from moducop_tui.model.slots import SlotName

_ALLOWED = frozenset({Phase.STAGED, Phase.INSTALL_CUT, Phase.COMMIT_CUT, Phase.ROLLBACK_CUT, Phase.APP_PENDING})
_COMMITTED = COMMIT_DONE | {CLEANUP}


@dataclass(frozen=True, slots=True)
class _Case:
    """What `resume` does here: its act, what it means in a sentence, the steps before and after, the words to type."""

    act: RunClient
    words: str
    sentence: str
    phrase: str
    before: tuple[Step, ...] = ()
    after: tuple[Step, ...] = ()
    conditions: tuple[Precondition, ...] = ()
    leaves: SlotName | None = None
    """The slot that is rebooted into at the end."""


def resume_plan(action: Action, scene: Scene) -> Plan:
    """Go on; what that means follows from the step that Mender has noted (device facts 2.3, last rows)."""
    allowed = phase_allows(scene, _ALLOWED, "something was begun and not ended", "There is nothing to be resumed.")
    conditions = [allowed, *base_conditions(scene)]
    mender, booted = scene.readings.mender.value, scene.verdict.booted
    pending = None if mender is None else mender.pending
    if mender is not None:
        conditions.append(_client_condition(mender))
    if allowed.met is not Met.YES or pending is None or booted is None:
        return Plan(action, "Resume", (), tuple(conditions), (), Weight.BOOTS)
    case = _case(scene, pending, booted)
    before, after = daemon_steps(scene)
    steps = [*before, *case.before, client_step(scene, case.words, case.act), *case.after, *after]
    if case.leaves is not None:
        steps.append(Step(f"reboot into {case.leaves}", "sync; systemctl reboot", Leave(), Power.MAY))
    return Plan(
        action,
        f"Resume {pending_words(pending)}",
        (case.sentence,),
        (*conditions, *case.conditions),
        tuple(steps),
        Weight.BOOTS,
        case.phrase,
    )


def _client_condition(mender: Mender) -> Precondition:
    words, shown = "the client knows `resume`", f"{mender.client.value} {mender.version or '?'}"
    if generation_of(mender) is Generation.CPP5:
        return Precondition(words, shown, Met.YES)
    remedy = f"Only mender-update 5.x can resume; this is {shown}. Commit or roll back instead."
    return Precondition(words, shown, Met.NO, remedy)


def _case(scene: Scene, pending: PendingUpdate, booted: SlotName) -> _Case:
    phase = scene.verdict.phase
    if phase is Phase.STAGED:
        return _activate(scene, pending, booted)
    if phase is Phase.APP_PENDING:
        return _of_app(pending)
    if phase is Phase.COMMIT_CUT:
        return _end_commit(scene, pending, booted)
    return _roll_back(scene, pending, booted)


def _activate(scene: Scene, pending: PendingUpdate, booted: SlotName) -> _Case:
    """What is in the slot is compared once more where the ledger says what it should be."""
    target = booted.other
    return _Case(
        RunClient(ClientVerb.RESUME, Expected.INSTALLED, artifact=pending.artifact_name, slot=target),
        f"arm {target}: the next boot tries it",
        f"Activates {pending_words(pending)}: the next reboot tries {target} once, else the device stays on {booted}.",
        f"resume {target}",
        before=_compare(scene, pending, target),
        after=arm_steps(scene, target),
        conditions=(_content_condition(scene, pending, target),),
    )


def _compare(scene: Scene, pending: PendingUpdate, target: SlotName) -> tuple[Step, ...]:
    note, slots = ledger_of(scene).of(target), scene.readings.slots.value
    slot = None if slots is None else slots.slot(target)
    if slot is None or note.artifact != pending.artifact_name or note.sha256 is None or not note.size:
        return ()
    device = slot.partition.device
    command = f"sha256 of the first {note.size} bytes of {device}: {note.sha256[:16]}..."
    act = VerifySlot(target, device, note.sha256, note.size)
    return (Step(f"read {target} back and compare", command, act),)


def _content_condition(scene: Scene, pending: PendingUpdate, target: SlotName) -> Precondition:
    words, note = f"what {target} must hold is known", ledger_of(scene).of(target)
    if note.artifact == pending.artifact_name and note.sha256 is not None and note.size:
        return Precondition(words, f"sha256 {note.sha256[:12]}", Met.YES)
    return Precondition(
        words, "not noted", Met.DOUBT, f"{target} can't be compared with its artifact: install it again."
    )


def _end_commit(scene: Scene, pending: PendingUpdate, booted: SlotName) -> _Case:
    if pending.in_state not in _COMMITTED:
        return _roll_back(scene, pending, booted, keep=True)
    note = SlotNote(booted, Known.BOOTED, pending.artifact_name, pending.rootfs_version)
    return _Case(
        RunClient(ClientVerb.RESUME, Expected.COMMITTED, artifact=pending.artifact_name, slot=booted),
        "end the commit",
        f"Ends the commit of {pending_words(pending)} that was cut short: {booted} stays.",
        f"commit {booted}",
        after=(note_step(note), *disarm_steps(scene), forget_step()),
    )


def _roll_back(scene: Scene, pending: PendingUpdate, booted: SlotName, *, keep: bool = False) -> _Case:
    """An install or a rollback that was cut short can only be rolled back: `resume` does that too."""
    stays = lasting_slot(scene)
    leaves = stays if stays is not None and stays is not booted else None
    refused = Precondition(
        "`resume` ends it", pending.in_state or "no step", Met.NO,
        f"From {pending.in_state} `resume` would make {booted.other} boot next. To keep {booted}: keep.",
    )  # fmt: skip
    where = f"the device reboots into {leaves}" if leaves else f"{booted} stays"
    return _Case(
        RunClient(ClientVerb.RESUME, Expected.ROLLED_BACK, slot=stays),
        "have Mender roll back what was cut short",
        f"{pending_words(pending)} was cut short: Mender rolls it back, {where}.",
        f"roll back to {stays or '?'}",
        after=(*disarm_steps(scene), forget_step()),
        conditions=(refused,) if keep else (),
        leaves=leaves,
    )


def _of_app(pending: PendingUpdate) -> _Case:
    name, phrase = pending.app or pending_words(pending), f"resume {pending.app or 'it'}"
    if pending.in_state == BEFORE_INSTALL:
        act = RunClient(ClientVerb.RESUME, Expected.APP_INSTALLED, artifact=pending.artifact_name)
        return _Case(act, f"install {name}", f"Installs {pending_words(pending)}, which is loaded already.", phrase)
    waits = Precondition(
        "there is something to be ended", pending.in_state or "no step", Met.NO,
        f"{name} is installed and waits: commit it or roll it back.",
    )  # fmt: skip
    act = RunClient(ClientVerb.RESUME, Expected.CLEARED)
    sentence = (
        f"Has Mender end what was cut short of {pending_words(pending)}. Then look at the app: repair puts it right."
    )
    return _Case(
        act, "have Mender end it", sentence, phrase, conditions=(waits,) if pending.in_state == BEFORE_COMMIT else ()
    )
