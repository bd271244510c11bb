"""Whether an artifact's payload has room where it goes: in the slot's partition, or on the data partition."""

from __future__ import annotations

from moducop_tui.model.artifact import Artifact
from moducop_tui.model.phases import ROOTFS_PAYLOADS
from moducop_tui.model.plan import Met, Precondition
from moducop_tui.model.slots import SlotName, Slots
from moducop_tui.model.witnesses import running_slot

APP_FACTOR = 2
"""The app module keeps the payload, and unpacks it beside, before the engine has the images (device facts 4.1)."""


def room(artifact: Artifact, slots: Slots | None, free: int | None) -> list[Precondition]:
    """The preconditions about room; none where there is no payload. `free` are bytes free on the data partition."""
    if artifact.payload_type is None:
        return []
    if artifact.payload_type in ROOTFS_PAYLOADS:
        return [_in_slot(artifact, slots)]
    return [_on_data(artifact, free)]


def _in_slot(artifact: Artifact, slots: Slots | None) -> Precondition:
    """The C++ client does not ask: its module writes until the partition is full (device facts 1.6)."""
    target, size = _target(slots)
    words = f"fits into slot {target}" if target is not None else "fits into the other slot"
    if size is None:
        remedy = "The size of the other slot's partition is not known: look at Slots first."
        return Precondition(words, "partition's size unknown", Met.NO, remedy)
    needed = _image_bytes(artifact)
    if needed is None:
        remedy = "Its size is known when it has been checked; should it be too large, the running slot stays as it is."
        return Precondition(words, f"{_bytes(size)} there, its own size unknown", Met.DOUBT, remedy)
    reading = _compared(needed, size)
    if needed > size:
        remedy = f"It is larger than the slot's partition ({reading}): it is for another disk layout."
        return Precondition(words, reading, Met.NO, remedy)
    return Precondition(words, reading, Met.YES)


def _image_bytes(artifact: Artifact) -> int | None:
    """Bytes of the file that is written into the slot: the largest one, for `bootfit-rootfs` has a kernel beside it."""
    sizes = [file.size for file in artifact.files if file.size is not None]
    if sizes and len(sizes) == len(artifact.files):
        return max(sizes)
    return artifact.payload_size if len(artifact.files) == 1 else None


def _target(slots: Slots | None) -> tuple[SlotName | None, int | None]:
    """The slot that is written and its partition's size; the smaller one where it can't be told which slot runs."""
    if slots is None:
        return None, None
    running = running_slot(slots)
    if running is not None:
        slot = slots.slot(running.other)
        return running.other, None if slot is None else slot.partition.size
    sizes = [slot.partition.size for slot in slots.slots if slot.partition.size is not None]
    return None, min(sizes) if len(sizes) == 2 else None


def _payload(artifact: Artifact) -> tuple[int | None, bool]:
    """Bytes of the payload, and whether that is exact.

    Else it is about what it takes packed, or more: a payload of several files says its size only when it is unpacked.
    """
    if artifact.payload_size is not None:
        return artifact.payload_size, True
    if artifact.files and all(file.size is not None for file in artifact.files):
        return sum(file.size or 0 for file in artifact.files), True
    return artifact.size, False


def _on_data(artifact: Artifact, free: int | None) -> Precondition:
    words = "room on /data"
    if free is None:
        remedy = "What is free on /data could not be read: look at Storage first."
        return Precondition(words, "not known", Met.DOUBT, remedy)
    payload, exact = _payload(artifact)
    if payload is None:
        remedy = f"Its size is not known; {_bytes(free)} are free on /data."
        return Precondition(words, f"{_bytes(free)} free", Met.DOUBT, remedy)
    needed = payload * (APP_FACTOR if artifact.payload_type == "app" else 1)
    reading = f"{'' if exact else 'at least '}{_compared(needed, free)} free"
    if needed > free:
        remedy = f"What it needs on /data is not free ({reading}): make room there first."
        return Precondition(words, reading, Met.NO, remedy)
    return Precondition(words, reading, Met.YES)


def _compared(needed: int, there: int) -> str:
    """`300 MB of 2100 MB`, rounded so that what does not fit never looks as if it did."""
    return f"{_bytes(needed + (999_999 if needed > there else 0))} of {_bytes(there)}"


def _bytes(count: int) -> str:
    """Whole megabytes, powers of 1000; kilobytes below one."""
    return f"{count // 1_000_000} MB" if count >= 1_000_000 else f"{count // 1000} kB"
