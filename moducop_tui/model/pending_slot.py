"""Whether the slot that runs is the one that a pending update was written into: 'fell back' or 'commit cut short'.

What decides is which slot Mender's own rollback would leave: first the update module's note of where it came from, then
the images, then U-Boot's count (device facts 2.1, 2.2 and 2.4). Versions alone say nothing where one is installed over
the same one.
"""

from __future__ import annotations

from moducop_tui.model.boot import BootEnvironment
from moducop_tui.model.image_match import is_image_of
from moducop_tui.model.mender import Mender, PendingUpdate
from moducop_tui.model.slots import Image, SlotName, Slots


def runs_pending(slots: Slots, running: SlotName, boot: BootEnvironment, mender: Mender) -> bool | None:
    """Whether the pending root file system runs; None when it can't be told, or nothing is pending."""
    update = mender.pending
    if update is None:
        return None
    noted = _by_note(slots, running, update)
    if noted is not None:
        return noted
    here = is_image_of(_image(slots, running), update)
    if here and not is_image_of(_image(slots, running.other), update):
        return True
    return False if here is False or _is_ended_by_u_boot(boot) else None


def _by_note(slots: Slots, running: SlotName, update: PendingUpdate) -> bool | None:
    """The module came from one slot, so it wrote the other."""
    if update.switched is False and update.in_state is None:
        return False  # it never came to write the other slot's number anywhere
    here, there = slots.slot(running), slots.slot(running.other)
    if update.came_from is None or here is None or there is None:
        return None
    if update.came_from == here.partition.number:
        return False
    return True if update.came_from == there.partition.number else None


def _is_ended_by_u_boot(boot: BootEnvironment) -> bool:
    """It counts beyond its limit only when it falls back."""
    count, limit = boot.bootcount, boot.bootlimit
    return count is not None and limit is not None and count > limit > 0


def _image(slots: Slots, name: SlotName) -> Image | None:
    slot = slots.slot(name)
    return None if slot is None else slot.image
