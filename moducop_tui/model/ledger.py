"""The ledger of slots: what each slot holds and how that is known, kept on the data partition.

Mender's "System not modified" speaks of the running slot only: the other one may be half overwritten and still look
fine (device facts 2.5). Only somebody who writes down what was written, and what was verified, can tell.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from moducop_tui.model.slots import SlotName


class Known(StrEnum):
    """How it is known what a slot holds."""

    UNKNOWN = "unknown"
    WRITING = "being written"
    """An install began and did not end: what the slot holds must not be trusted, however well it looks."""
    WRITTEN = "written, not verified"
    VERIFIED = "verified by checksum"
    """Its first `size` bytes were read back and their sha256 was the artifact's. Holds until its first boot."""
    BOOTED = "booted"
    """It has run, and was committed or confirmed."""


@dataclass(frozen=True, slots=True)
class SlotNote:
    """One slot's entry. `size` in bytes, `at` in seconds since the epoch; `sha256` in hexadecimal.

    `uuid` and `superblock` (its sha256) are those of the file system at that time: they show whether it is another now.
    `version` is what the artifact provides, `image` what the image calls itself; before `image` was kept, a slot that
    was confirmed by hand had that in `version`.
    """

    slot: SlotName
    known: Known
    artifact: str | None = None
    version: str | None = None
    sha256: str | None = None
    size: int | None = None
    at: float | None = None
    boot_id: str | None = None
    uuid: str | None = None
    superblock: str | None = None
    image: str | None = None


@dataclass(frozen=True, slots=True)
class Ledger:
    """Both slots' entries; a slot without an entry is unknown. `error` is a sentence when it could not be read."""

    notes: tuple[SlotNote, ...] = ()
    error: str | None = None

    def of(self, slot: SlotName) -> SlotNote:
        """What is known of a slot."""
        return next((note for note in self.notes if note.slot is slot), SlotNote(slot, Known.UNKNOWN))
