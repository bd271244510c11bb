"""Writes down what a slot holds and how that is known; reads a slot back from the disk to compare its checksum."""

from __future__ import annotations

import hashlib
import mmap
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from moducop_tui.actions.kit import Kit, Result
from moducop_tui.actions.running.durable import make_directory_durably, write_durably
from moducop_tui.actions.running.moment import Clocks
from moducop_tui.host import Host
from moducop_tui.model.acts import NoteSlot, VerifySlot
from moducop_tui.model.artifact import Artifact
from moducop_tui.model.checks import SlotCheck
from moducop_tui.model.ledger import Known, Ledger, SlotNote
from moducop_tui.model.ledger_text import LIMIT, ledger_text, parse_ledger, with_note
from moducop_tui.model.places import LEDGER, STATE
from moducop_tui.model.reading import Topic, Unavailable
from moducop_tui.model.slots import SlotName, Slots
from moducop_tui.model.work import Progress
from moducop_tui.trusted import read_bytes

_PIECE = 1 << 20
_SUPERBLOCK = slice(1024, 2048)


def note_slot(act: NoteSlot, kit: Kit) -> Result:
    """Write an entry, and read it back. Where time, boot or file system are not in it, they are filled in."""
    note = _completed(act.note, kit)
    try:
        _write(kit.host, note)
    except OSError as error:
        return Result(False, f"What slot {note.slot} holds could not be written to {LEDGER}: {error.strerror}.")
    if _read(kit.host).of(note.slot) != note:
        return Result(False, f"{LEDGER} does not hold what was written to it: look after the data partition.")
    return Result(True, f"Slot {note.slot} is written down as: {note.known.value}.")


def verify_slot(act: VerifySlot, kit: Kit) -> Result:
    """Read the first bytes of a slot from the disk itself and compare their sha256; write the verdict down.

    Reading it changes nothing, so it can be stopped at any time.
    """
    started, size = time.monotonic(), act.size or _size(act, kit)
    if size is None:
        return Result(False, f"How much of slot {act.slot} {act.path} fills can't be told: nothing was compared.")
    act = replace(act, size=size)
    try:
        found = _read_back(act, size, kit, started)
    except OSError as error:
        return Result(False, f"Slot {act.slot} ({act.device}) could not be read back: {error.strerror}.")
    if found is None:
        return Result(False, f"Stopped: what slot {act.slot} holds is not verified.")
    kernel = _kernel(act, kit)
    wrong = _why_wrong(act, size, found) or (None if kernel.good else kernel.sentence)
    if wrong is not None:
        return _wrong(act, kit, wrong)
    note = replace(_before(act, kit), known=Known.VERIFIED, superblock=found.superblock)
    written = note_slot(NoteSlot(note), kit)
    told = f"Slot {act.slot} holds the artifact's {size} bytes, read back from the disk: "
    told += f"{time.monotonic() - started:.0f} s."
    return Result(True, " ".join(part for part in (told, kernel.sentence) if part)) if written.good else written


def _why_wrong(act: VerifySlot, size: int, found: _ReadBack) -> str | None:
    if found.bytes < size:
        return f"it ends after {found.bytes} of {size} bytes"
    if found.sha256 != act.sha256.lower():
        return f"its first {size} bytes are not the artifact's (sha256 {found.sha256[:12]}...)"
    return None


def _size(act: VerifySlot, kit: Kit) -> int | None:
    """Bytes of the file in the artifact, which is on this device by now."""
    found = None if act.path is None else kit.inspect.artifact(act.path, kit.cancelled)
    files = found.files if isinstance(found, Artifact) else ()
    return next((file.size for file in files if file.sha256 == act.sha256), None)


def _kernel(act: VerifySlot, kit: Kit) -> Result:
    """Whether the kernel beside the slot is the artifact's; the sentence is empty where it is part of the slot."""
    if act.kernel is None:
        return Result(True, "")
    found = kit.inspect.slot(act.slot)
    if not isinstance(found, SlotCheck) or found.kernel is None:
        why = found.reason if isinstance(found, Unavailable) else "it is not on the boot partition"
        return Result(False, f"fitImage-{act.slot}, its kernel, is not there: {why}")
    if found.kernel_sum is None:
        return Result(True, f"{found.kernel} could not be read back.")
    if found.kernel_sum != act.kernel.lower():
        return Result(False, f"{found.kernel} is not the artifact's (sha256 {found.kernel_sum[:12]}...)")
    return Result(True, f"So does {found.kernel}.")


@dataclass(frozen=True, slots=True)
class _ReadBack:
    """What was read of a slot."""

    bytes: int
    sha256: str
    superblock: str | None


def _read_back(act: VerifySlot, size: int, kit: Kit, started: float) -> _ReadBack | None:
    """The checksum of the first `size` bytes, past the page cache, which may hold what never reached the disk.

    None when a person stopped it. Raises OSError.
    """
    total, done, superblock = hashlib.sha256(), 0, None
    with _opened(kit.host.path(act.device)) as descriptor, mmap.mmap(-1, _PIECE) as buffer:  # direct reads want it so
        while done < size:
            if kit.cancelled():
                return None
            count = os.preadv(descriptor, [buffer], done)
            piece = buffer[: min(count, size - done)]
            if done == 0:
                superblock = hashlib.sha256(buffer[_SUPERBLOCK]).hexdigest()
            total.update(piece)
            done += len(piece)
            seconds = max(time.monotonic() - started, 0.001)
            kit.tell(Progress(share=done / size, done=done, total=size, rate=done / seconds))
            if count < _PIECE:
                break
    return _ReadBack(done, total.hexdigest(), superblock)


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    """The device, open for direct reading where its driver can; else with what the cache holds of it dropped first."""
    flags = os.O_RDONLY | os.O_CLOEXEC
    try:
        descriptor = os.open(path, flags | os.O_DIRECT)
    except OSError:
        descriptor = os.open(path, flags)
    try:
        with suppress(OSError):
            os.fsync(descriptor)  # what is still to be written is written first: only clean pages can be dropped
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        yield descriptor
    finally:
        os.close(descriptor)


def _wrong(act: VerifySlot, kit: Kit, why: str) -> Result:
    """The slot must not be trusted, however well it looks: written down as such."""
    written = note_slot(NoteSlot(replace(_before(act, kit), known=Known.WRITING, superblock=None)), kit)
    more = "" if written.good else f" {written.sentence}"
    return Result(False, f"Slot {act.slot} is NOT as it should be: {why}. Do not boot it; install again.{more}")


def _before(act: VerifySlot, kit: Kit) -> SlotNote:
    """The entry to be renewed: names are kept where they were written down for the same content."""
    note = _read(kit.host).of(act.slot)
    known_as = note if note.sha256 in (None, act.sha256) else SlotNote(act.slot, Known.UNKNOWN)
    return replace(known_as, sha256=act.sha256, size=act.size, at=None, boot_id=None, uuid=None)


def _completed(note: SlotNote, kit: Kit) -> SlotNote:
    return replace(
        note,
        at=kit.wall_clock() if note.at is None else note.at,
        boot_id=Clocks(kit.host).boot_id if note.boot_id is None else note.boot_id,
        uuid=_uuid(note.slot, kit) if note.uuid is None and note.known is not Known.WRITING else note.uuid,
    )


def _uuid(slot: SlotName, kit: Kit) -> str | None:
    slots = kit.read(Topic.SLOTS)
    found = slots.slot(slot) if isinstance(slots, Slots) else None
    return None if found is None else found.partition.uuid


def _read(host: Host) -> Ledger:
    try:
        return parse_ledger(read_bytes(host, LEDGER, LIMIT))
    except FileNotFoundError:
        return Ledger()
    except OSError as error:
        return Ledger(error=f"{LEDGER} can't be read: {error.strerror}.")


def _write(host: Host, note: SlotNote) -> None:
    make_directory_durably(host.path(STATE))
    write_durably(host.path(LEDGER), ledger_text(with_note(_read(host), note)))
