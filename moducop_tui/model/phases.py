"""Where a device stands between updates: the state machine of the device facts, section 2.4, as one pure function."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from moducop_tui.model.mender import PendingUpdate
from moducop_tui.model.slots import SlotName


class Phase(StrEnum):
    """Where the device stands between updates, by running slot, boot environment and Mender's store."""

    IDLE = "idle"
    STAGED = "staged"
    INSTALLED = "installed"
    TRIAL = "trial"
    INSTALL_CUT = "install cut"
    FELL_BACK = "fell back"
    COMMIT_CUT = "commit cut"
    ROLLBACK_CUT = "rollback cut"
    """A rollback, or the tidying after a failed update, was begun and not ended."""
    ROLLED_BACK_WAITING = "rolled back, waiting for reboot"
    MANUAL_TRIAL = "manual trial"
    MANUAL_ARMED = "manual switch armed"
    APP_PENDING = "app update pending"
    """Mender has an update pending that is no root file system; the slots are as in IDLE."""
    AT_WORK = "update at work"
    """A program is updating the device just now, so what it leaves behind is not there yet."""
    BROKEN = "broken"
    UNKNOWN = "unknown"
    """Not enough could be read to tell; also on a machine that is no ModuCop."""


class Pending(StrEnum):
    """What Mender's store holds as a standalone update that has not ended."""

    NONE = "none"
    ROOTFS = "rootfs"
    OTHER = "other"
    """An app or another payload that has no slot."""
    UNKNOWN = "unknown"
    """The store could not be read, or has not been."""


ROOTFS_PAYLOADS = frozenset({"rootfs-image", "bootfit-rootfs"})
"""Payload types that are written into a slot (device facts 0)."""

BEFORE_INSTALL = "Before_ArtifactInstall_Enter"
INSTALL = "ArtifactInstall_Enter"
BEFORE_COMMIT = "Before_ArtifactCommit_Enter"
COMMIT = "ArtifactCommit_Enter"
COMMIT_DONE = frozenset({"Before_ArtifactCommit_Leave", "ArtifactCommit_Leave"})
ROLLBACK = frozenset({"ArtifactRollback_Enter", "ArtifactFailure_Enter"})
CLEANUP = "Cleanup"


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything that the phase follows from, already judged one by one.

    `running` is the booted slot, `chosen` the one that `mender_boot_part` names, `armed` whether U-Boot counts boots
    (`upgrade_available=1`). `runs_pending` is whether the running image is the one of the pending update, None when
    that can't be told. `at_work` names who is updating just now.
    """

    running: SlotName
    chosen: SlotName
    armed: bool
    pending: Pending = Pending.NONE
    update: PendingUpdate | None = None
    runs_pending: bool | None = None
    at_work: str | None = None
    begun: str | None = None
    """A sentence about who has begun an update and does not run, so that nobody is at work."""
    daemon_deploys: bool = False
    """Mender's daemon is in a deployment: a trial without a standalone update is then its own, nobody's hand."""
    tries_left: int | None = None
    """Boots that U-Boot still gives `chosen` while `armed`; None while armed: without end, it never falls back."""

    @property
    def settled(self) -> bool:
        """The running slot is also the permanent one: nothing happens at a reboot."""
        return not self.armed and self.running is self.chosen

    @property
    def on_trial(self) -> bool:
        """The running slot was booted to be tried."""
        return self.armed and self.running is self.chosen


_KEPT_WHILE_AT_WORK = frozenset({Phase.INSTALLED, Phase.TRIAL, Phase.ROLLED_BACK_WAITING})
"""What a reboot does in these phases matters more than who is at work."""
_BY_HAND = frozenset({Phase.MANUAL_TRIAL, Phase.MANUAL_ARMED})


def phase_of(situation: Situation) -> Phase:
    """The phase, for every combination of inputs; UNKNOWN where they fit no row of the table."""
    phase = _by_store(situation)
    if phase in _BY_HAND and situation.daemon_deploys:
        return Phase.AT_WORK
    if situation.at_work is None or phase in _KEPT_WHILE_AT_WORK or phase in _BY_HAND:
        return phase
    return Phase.AT_WORK


def _by_store(situation: Situation) -> Phase:
    if situation.pending is Pending.UNKNOWN:
        return Phase.UNKNOWN
    if situation.pending is Pending.ROOTFS and situation.update is not None:
        return _with_rootfs_update(situation, situation.update)
    if situation.settled:
        return Phase.APP_PENDING if situation.pending is Pending.OTHER else Phase.IDLE
    if not situation.armed:
        return Phase.ROLLED_BACK_WAITING
    return Phase.MANUAL_TRIAL if situation.running is situation.chosen else Phase.MANUAL_ARMED


def _with_rootfs_update(situation: Situation, update: PendingUpdate) -> Phase:
    """Rows with a pending root file system. 4.x clients write no step: None is what 5.x reads it as, BEFORE_COMMIT."""
    step = update.in_state
    if step == BEFORE_INSTALL:
        return Phase.STAGED if situation.settled else Phase.UNKNOWN
    if step == INSTALL:
        return Phase.INSTALL_CUT
    if step in ROLLBACK or (step == CLEANUP and (update.failed or update.rolled_back)):
        return Phase.ROLLBACK_CUT
    if step in COMMIT_DONE or step == CLEANUP:
        return Phase.COMMIT_CUT if situation.settled and situation.runs_pending is not False else Phase.UNKNOWN
    if step not in {None, BEFORE_COMMIT, COMMIT}:
        return Phase.UNKNOWN
    return _before_or_in_commit(situation, committing=step == COMMIT)


def _before_or_in_commit(situation: Situation, *, committing: bool) -> Phase:
    if situation.settled:
        if situation.runs_pending is None:
            return Phase.UNKNOWN
        return Phase.COMMIT_CUT if situation.runs_pending else Phase.FELL_BACK
    if not situation.armed:
        return Phase.ROLLBACK_CUT
    if situation.running is situation.chosen:
        return Phase.COMMIT_CUT if committing else Phase.TRIAL
    return Phase.UNKNOWN if committing else Phase.INSTALLED
