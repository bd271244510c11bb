"""Whether what is done can be recorded, and which actions a person may do all the same: those that help such a device.

A data partition that has turned read-only must not keep anybody from the reboot that heals it.
"""

from __future__ import annotations

from moducop_tui.model.places import AUDIT
from moducop_tui.model.plan import ActionKind, Met, Precondition
from moducop_tui.model.storage import Storage
from moducop_tui.model.work import Work

UNRECORDED = "unrecorded"
"""What is typed to go on without the trail."""
_EVEN_SO = frozenset({ActionKind.REBOOT, ActionKind.POWER_OFF, ActionKind.COMMIT, ActionKind.ROLLBACK})
_INSTEAD = "Only the journal has it then, and until the next boot /run."


def can_be_recorded(kind: ActionKind, storage: Storage | None, work: Work | None) -> Precondition | None:
    """The precondition that is not met; None where nothing is known against it.

    Where others than root can write to what we keep there is no way around it. `unrecordable` is the sentence with
    which the last order was refused. The data partition may take more by now, so that keeps nobody from another try,
    but from what may be done without a record.
    """
    words, is_read_only = "what is done can be recorded", _is_read_only(storage)
    if work is not None and work.untrusted is not None:
        return Precondition(words, "not only root writes there", Met.NO, work.untrusted)
    refused = None if work is None else work.unrecordable
    override = UNRECORDED if kind in _EVEN_SO else None
    if not is_read_only and (refused is None or override is None):
        return None
    reading = "/data is read-only" if is_read_only else "the last order could not be"
    why = f"/data is read-only, so {AUDIT} can't be written." if is_read_only else refused or ""
    help_words = _INSTEAD if override else "The data partition may be damaged: reboot, then look again."
    return Precondition(words, reading, Met.NO, f"{why} {help_words}", override)


def _is_read_only(storage: Storage | None) -> bool:
    """By the file system that holds the trail. On a machine that is no ModuCop that is the root's."""
    place = None if storage is None else storage.at("/data") or storage.at("/")
    return place is not None and place.read_only
