"""What is booted, what boots next and what may be done: derived afresh from three witnesses, never remembered.

The phases are the state machine of the device facts, section 2.4.
"""

from __future__ import annotations

from dataclasses import dataclass

from moducop_tui.model.boot import BootEnvironment
from moducop_tui.model.breakage import Breakage, find_breakage, missing_canary
from moducop_tui.model.image_match import is_image_of
from moducop_tui.model.mender import ClientKind, Mender
from moducop_tui.model.pending_slot import runs_pending
from moducop_tui.model.phase_words import fit, words_of
from moducop_tui.model.phases import ROOTFS_PAYLOADS, Pending, Phase, Situation, phase_of
from moducop_tui.model.rivals import rival_of
from moducop_tui.model.slots import Image, SlotName, Slots
from moducop_tui.model.witnesses import Witness, ask_witnesses, chosen_slot, contradictions, running_slot

__all__ = ["BootVerdict", "Phase", "Witness", "judge_boot"]


@dataclass(frozen=True, slots=True)
class BootVerdict:
    """The verdict with its evidence.

    `tries_left` counts the boots that U-Boot still gives the next slot before it falls back to the other: None when
    nothing is on trial or it can't be known. `agree` is False when two witnesses contradict each other;
    `contradictions` says where, a sentence each.
    """

    phase: Phase
    booted: SlotName | None
    next_boot: SlotName | None
    falls_back_to: SlotName | None
    tries_left: int | None
    committed: bool | None
    """Whether the booted slot is the one to which the device always returns, with nothing left to do for it."""
    witnesses: tuple[Witness, ...]
    agree: bool
    contradictions: tuple[str, ...]
    sentence: str
    """The verdict in one sentence of at most 78 characters."""
    advice: str | None
    """What to do next, and what not to do, in one sentence; None when there is nothing to do."""


def judge_boot(slots: Slots | None, boot: BootEnvironment | None, mender: Mender | None) -> BootVerdict:
    """The verdict over what could be read; a missing reading makes parts of it unknown, never wrong."""
    breakage = find_breakage(slots, boot)
    running = None if slots is None else running_slot(slots)
    chosen = chosen_slot(slots, boot)
    if slots is None or boot is None or running is None or chosen is None or breakage is not None:
        return _without_phase(slots, boot, running, breakage)
    situation = _situation(slots, boot, mender, running, chosen)
    phase = phase_of(situation)
    canary = missing_canary(boot)
    if phase is Phase.IDLE and canary is not None:
        phase, sentence, advice = canary.phase, fit(canary.sentence), canary.advice
    else:
        words = words_of(phase, situation, ClientKind.MENDER_UPDATE if mender is None else mender.client)
        sentence, advice = words.sentence, _join(_doubt(slots, situation), words.advice)
    doubts = contradictions(slots)
    return BootVerdict(
        phase=phase,
        booted=running,
        next_boot=_next_boot(situation),
        falls_back_to=chosen.other if situation.armed and situation.tries_left is not None else None,
        tries_left=situation.tries_left if situation.armed else None,
        committed=_committed(phase, situation),
        witnesses=ask_witnesses(slots, boot),
        agree=not doubts,
        contradictions=doubts,
        sentence=sentence,
        advice=advice,
    )


def _without_phase(
    slots: Slots | None, boot: BootEnvironment | None, running: SlotName | None, breakage: Breakage | None
) -> BootVerdict:
    """The verdict where too much is broken or unread: what is known still stands in it."""
    found = breakage or Breakage(Phase.UNKNOWN, "Not enough could be read to tell what is booted.")
    doubts = () if slots is None else contradictions(slots)
    return BootVerdict(
        phase=found.phase,
        booted=running,
        next_boot=None,
        falls_back_to=None,
        tries_left=None,
        committed=None,
        witnesses=ask_witnesses(slots, boot),
        agree=not doubts,
        contradictions=doubts,
        sentence=fit(found.sentence),
        advice=found.advice,
    )


def _situation(
    slots: Slots, boot: BootEnvironment, mender: Mender | None, running: SlotName, chosen: SlotName
) -> Situation:
    update, rival = (None, None) if mender is None else (mender.pending, rival_of(mender))
    return Situation(
        running=running,
        chosen=chosen,
        armed=boot.upgrade_available == 1,
        pending=_pending(mender),
        update=update,
        runs_pending=None if mender is None else runs_pending(slots, running, boot, mender),
        at_work=None if rival is None or rival.remedy is not None else rival.words,
        begun=None if rival is None else rival.remedy,
        daemon_deploys=mender is not None and mender.deployment is True,
        tries_left=_tries_left(boot),
    )


def _pending(mender: Mender | None) -> Pending:
    if mender is None or mender.pending_error is not None:
        return Pending.UNKNOWN
    if mender.pending is None:
        return Pending.NONE
    types = set(mender.pending.payload_types)
    if types & ROOTFS_PAYLOADS or mender.pending.rootfs_version is not None or not types:
        return Pending.ROOTFS
    return Pending.OTHER


def _tries_left(boot: BootEnvironment) -> int | None:
    """U-Boot counts first and then compares: `bootcount + 1 > bootlimit` falls back; without a limit it never does."""
    if not boot.bootlimit or boot.bootlimit < 0:
        return None
    return max(0, boot.bootlimit - max(0, boot.bootcount or 0))


def _next_boot(situation: Situation) -> SlotName:
    used_up = situation.armed and situation.tries_left == 0
    return situation.chosen.other if used_up else situation.chosen


def _committed(phase: Phase, situation: Situation) -> bool | None:
    if phase is Phase.COMMIT_CUT:
        return False
    if situation.armed:
        return situation.running is not situation.chosen
    if situation.running is not situation.chosen:
        return False
    return None if situation.pending is Pending.UNKNOWN or phase is Phase.UNKNOWN else True


def _image(slots: Slots, name: SlotName) -> Image | None:
    slot = slots.slot(name)
    return None if slot is None else slot.image


def _doubt(slots: Slots, situation: Situation) -> str | None:
    """What the images say against Mender while a slot is on trial: no witness of what is booted, but worth a word."""
    if situation.pending is not Pending.ROOTFS or situation.update is None or not situation.armed:
        return None
    if is_image_of(_image(slots, situation.chosen), situation.update) is False:
        return f"The image in {situation.chosen} is not the one that Mender has pending!"
    return None


def _join(*sentences: str | None) -> str | None:
    return " ".join(sentence for sentence in sentences if sentence) or None
