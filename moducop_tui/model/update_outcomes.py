"""What became of the updates that were installed: told from what was done afterwards, and from what is pending now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from moducop_tui.model.expected import Expected
from moducop_tui.model.mender import Mender
from moducop_tui.model.phases import Phase
from moducop_tui.model.plan import ActionKind
from moducop_tui.model.work import Outcome, Record

NEWEST = 20


class UpdateOutcome(StrEnum):
    """How an update stands."""

    RUNNING = "being installed"
    WAITING = "waiting for its commit"
    COMMITTED = "committed"
    ROLLED_BACK = "rolled back"
    FELL_BACK = "fell back"
    """The device returned to the old slot by itself: nobody committed in time, or the new one did not boot."""
    FAILED = "failed"
    CANCELLED = "cancelled"
    CUT = "cut off"
    UNKNOWN = "not known"
    """It was installed, nothing is pending any more, and nobody has ended it from this console."""


@dataclass(frozen=True, slots=True)
class Update:
    """One install and what became of it. `ended_by` is the action that ended it, where one did."""

    record: Record
    outcome: UpdateOutcome
    ended_by: Record | None = None


UPDATING = frozenset({ActionKind.INSTALL, ActionKind.COMMIT, ActionKind.ROLLBACK, ActionKind.RESUME, ActionKind.KEEP})
"""The actions that decide what becomes of an update."""
_GONE_ON = frozenset({Outcome.FAILED, Outcome.CANCELLED, Outcome.CUT})
"""How an install may have ended without being the end of it: what it left may still be resumed and committed."""
_AS_IT_ENDED = {
    Outcome.FAILED: UpdateOutcome.FAILED,
    Outcome.CANCELLED: UpdateOutcome.CANCELLED,
    Outcome.CUT: UpdateOutcome.CUT,
    Outcome.RUNNING: UpdateOutcome.RUNNING,
}
_OF_APPS = frozenset({Expected.APP_DONE, Expected.APP_PENDING, Expected.APP_INSTALLED})
_COMMIT_THEMSELVES = frozenset({Expected.APP_DONE, Expected.APP_INSTALLED})


def update_outcomes(records: Sequence[Record], mender: Mender | None, phase: Phase | None) -> tuple[Update, ...]:
    """The newest twenty updates, newest first, as `records` are. `mender` and `phase` are the device's as it is now.

    An install that was refused did nothing and is none.
    """
    updates: list[Update] = []
    after: list[Record] = []  # what was done since that install and before the next, oldest first
    newest = True
    for record in records:
        if record.action.kind is not ActionKind.INSTALL:
            after.insert(0, record)
        elif record.outcome is not Outcome.REFUSED:
            update = _judged(record, after)
            if update is None:
                update = Update(record, _by_the_device(record, mender, phase) if newest else _untold(record))
            updates.append(update)
            after, newest = [], False
    return tuple(updates[:NEWEST])


def _judged(record: Record, after: Sequence[Record]) -> Update | None:
    """What the records alone say; None when only the device can tell."""
    for later in after:
        outcome = _ended_by(record, later) if later.outcome is Outcome.DONE else None
        if outcome is not None:
            return Update(record, outcome, later)
    if record.outcome is not Outcome.DONE:
        return Update(record, _AS_IT_ENDED.get(record.outcome, UpdateOutcome.UNKNOWN))
    return Update(record, UpdateOutcome.COMMITTED) if record.expected is Expected.APP_DONE else None


def _ended_by(record: Record, later: Record) -> UpdateOutcome | None:
    """What a later action made of an install; None when it was no matter of it."""
    kind, expected = later.action.kind, later.expected
    if kind in (ActionKind.COMMIT, ActionKind.KEEP) or (kind is ActionKind.RESUME and expected is Expected.COMMITTED):
        return UpdateOutcome.COMMITTED
    returned = kind is ActionKind.ROLLBACK or (
        kind is ActionKind.RESUME and expected in (Expected.ROLLED_BACK, Expected.CLEARED)
    )
    if not returned:
        return None
    if record.outcome in _GONE_ON:
        return _AS_IT_ENDED[record.outcome]  # tidied up afterwards: it stays what it was
    fell = expected is Expected.CLEARED and record.expected is Expected.INSTALLED
    return UpdateOutcome.FELL_BACK if fell else UpdateOutcome.ROLLED_BACK


def _by_the_device(record: Record, mender: Mender | None, phase: Phase | None) -> UpdateOutcome:
    """The newest install, which nobody has ended here: what Mender has pending, and what runs."""
    if mender is None or mender.pending_error is not None:
        return UpdateOutcome.UNKNOWN
    if mender.pending is not None:
        return UpdateOutcome.FELL_BACK if phase is Phase.FELL_BACK else UpdateOutcome.WAITING
    runs = record.version is not None and record.version == mender.rootfs_version
    if runs and record.expected not in _OF_APPS:
        return UpdateOutcome.COMMITTED
    return _untold(record)


def _untold(record: Record) -> UpdateOutcome:
    return UpdateOutcome.COMMITTED if record.expected in _COMMIT_THEMSELVES else UpdateOutcome.UNKNOWN
