"""What the ledger of slots is worth today: what was written down, held against what can be seen now.

Whoever writes to a slot beside the console, Mender by itself above all, writes nothing down. So every entry is doubted
where the image, its file system or Mender's own memory speak of another; what nobody can see is not vouched for.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from moducop_tui.model.image_match import is_image_of
from moducop_tui.model.ledger import Known, Ledger, SlotNote
from moducop_tui.model.mender import Mender, PendingUpdate
from moducop_tui.model.slots import SlotName, Slots
from moducop_tui.model.witnesses import running_slot


@dataclass(frozen=True, slots=True)
class Today:
    """How it is known today what a slot holds, with the reason in words."""

    known: Known
    words: str


def known_today(
    name: SlotName,
    ledger: Ledger,
    *,
    slots: Slots | None,
    mender: Mender | None,
    boot_id: str | None,
    superblock: str | None = None,
) -> Today:
    """What is known of a slot. `superblock` is the sha256 of its superblock as it is now, None: not looked at."""
    if slots is not None and running_slot(slots) is name:
        return Today(Known.BOOTED, "it runs now")
    if ledger.error is not None:
        return Today(Known.UNKNOWN, ledger.error)
    note = ledger.of(name)
    other = _another(note, name, slots, mender)
    if note.known in _ABOUT_CONTENT and other is not None:
        return Today(Known.UNKNOWN, other)
    return _verified(note, boot_id, superblock) if note.known is Known.VERIFIED else Today(note.known, _plain(note))


_ABOUT_CONTENT = frozenset({Known.WRITTEN, Known.VERIFIED, Known.BOOTED})
"""Entries that vouch for an image. One that warns stands until somebody writes a better one."""


def _plain(note: SlotNote) -> str:
    match note.known:
        case Known.WRITING:
            what = note.artifact or note.version or "an artifact"
            return f"{what} was being written{_on(note)}, and the end was not seen, or it was wrong"
        case Known.BOOTED:
            return f"has run and was kept{_on(note)}"
        case Known.WRITTEN:
            return f"written{_on(note)}, its checksum never compared"
    return "nobody has written down what it holds"


def _verified(note: SlotNote, boot_id: str | None, superblock: str | None) -> Today:
    """A checksum holds until the first boot: that opens the file system for writing and so changes its superblock."""
    when = f"sha256 verified{_on(note)}"
    if superblock is not None and note.superblock is not None:
        if superblock == note.superblock:
            return Today(Known.VERIFIED, f"{when}, unchanged since")
        return Today(Known.WRITTEN, f"{when}, but booted or written to since")
    if boot_id is not None and boot_id == note.boot_id:
        return Today(Known.VERIFIED, f"{when}, since the last boot")
    return Today(Known.WRITTEN, f"{when}, before the last boot: whether it was tried since is not known")


def _another(note: SlotNote, name: SlotName, slots: Slots | None, mender: Mender | None) -> str | None:
    """Why the entry speaks of another image than the slot holds now, in words; None where nothing says so."""
    slot = None if slots is None else slots.slot(name)
    noted = PendingUpdate(note.artifact, (), note.version or note.image, None)
    if slot is None or slot.image is None:
        return "the image in it can't be read now, so what was written down is not vouched for"
    wanted = note.version or note.image or note.artifact
    if is_image_of(slot.image, noted) is False:
        holds = slot.image.version or slot.image.artifact_name or slot.image.name
        return f"written down is {wanted}, but it holds {holds}: somebody has written to it since"
    if note.uuid is not None and slot.partition.uuid is not None and note.uuid != slot.partition.uuid:
        return f"written down is another file system of {wanted}: somebody has written to it since"
    pending = None if mender is None else mender.pending
    if pending is None or pending.rootfs_version is None or _runs(pending, slots):
        return None
    if not _is_same(pending, note):
        return f"Mender has written {pending.rootfs_version} since, or begun to"
    return None


def _runs(pending: PendingUpdate, slots: Slots | None) -> bool:
    """Whether the pending update is the image that runs: then it was not written into the other slot."""
    running = None if slots is None else running_slot(slots)
    slot = None if slots is None or running is None else slots.slot(running)
    return slot is not None and is_image_of(slot.image, pending) is True


def _is_same(pending: PendingUpdate, note: SlotNote) -> bool:
    return pending.artifact_name == note.artifact or pending.rootfs_version == note.version


def _on(note: SlotNote) -> str:
    return "" if note.at is None else time.strftime(" on %Y-%m-%d", time.localtime(note.at))
