"""What lies in the other slot after a cut, read from the medium itself, without any of the device's programs."""

from __future__ import annotations

import gzip
import hashlib
import tarfile
from typing import TYPE_CHECKING

from ..partitions import MIB, PARTITIONS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from .medium import Medium


class SlotWitness:
    """Compares slot B with what an update writes into it, and with what was there before."""

    def __init__(self, medium: Medium, update: Path) -> None:
        self._medium = medium
        self._new, self._size = _payload(update)
        self._old = self._held()
        self._found = self._old

    def look(self) -> None:
        """See what is there now; to be called before anything starts from it."""
        self._found = self._held()

    def faults(self, known: str | None) -> list[str]:
        """What is wrong with what the ledger says of the slot, by what was seen there last."""
        if known == "verified by checksum" and self._found != self._new:
            return ["the ledger vouches for a slot B that does not hold the update"]
        if self._found not in {self._new, self._old} and known != "being written":
            return [f"slot B holds half an update, and the ledger calls it {known!r}"]
        return []

    def _held(self) -> str:
        start = PARTITIONS[2].start
        total = hashlib.sha256()
        for at in range(0, self._size, MIB):
            total.update(self._medium.read(start + at, min(MIB, self._size - at)))
        return total.hexdigest()


def _payload(update: Path) -> tuple[str, int]:
    """Digest and size of the file system in an artifact."""
    total, size = hashlib.sha256(), 0
    for block in _blocks(update):
        total.update(block)
        size += len(block)
    return total.hexdigest(), size


def _blocks(update: Path) -> Iterator[bytes]:
    with tarfile.open(update) as artifact:
        data = next(member for member in artifact if member.name.startswith("data/"))
        packed = artifact.extractfile(data)
        assert packed is not None
        with gzip.open(packed) as unpacked, tarfile.open(fileobj=unpacked, mode="r|") as files:
            for member in files:
                content = files.extractfile(member)
                while content is not None and (block := content.read(MIB)):
                    yield block
