"""What is booted, what boots next and what may be done: derived afresh from three witnesses, never remembered.

The phases are the state machine of the device facts, section 2.4.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from moducop_tui.model.boot import BootEnvironment
from moducop_tui.model.mender import Mender
from moducop_tui.model.slots import SlotName, Slots


class Phase(StrEnum):
    """Where the device stands between updates, by running slot, boot environment and Mender's store."""

    IDLE = "idle"
    STAGED = "staged"
    INSTALLED = "installed"
    TRIAL = "trial"
    INSTALL_CUT = "install cut"
    FELL_BACK = "fell back"
    COMMIT_CUT = "commit cut"
    ROLLED_BACK_WAITING = "rolled back, waiting for reboot"
    MANUAL_TRIAL = "manual trial"
    MANUAL_ARMED = "manual switch armed"
    BROKEN = "broken"
    UNKNOWN = "unknown"
    """Not enough could be read to tell; also on a machine that is no ModuCop."""


@dataclass(frozen=True, slots=True)
class Witness:
    """One witness of what is booted, its own words, and the slot it names (None: none, or it could not be asked)."""

    name: str
    says: str
    slot: SlotName | None


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
    witnesses: tuple[Witness, ...]
    agree: bool
    contradictions: tuple[str, ...]
    sentence: str
    """The verdict in one sentence of at most 78 characters."""
    advice: str | None
    """What to do next, and what not to do, in one sentence; None when there is nothing to do."""


def judge_boot(slots: Slots | None, boot: BootEnvironment | None, mender: Mender | None) -> BootVerdict:
    """The verdict over what could be read; a missing reading makes parts of it unknown, never wrong."""
    del slots, boot, mender
    raise NotImplementedError
