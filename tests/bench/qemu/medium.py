"""What an emulated disk holds for good: an image of its own, and which blocks of it differ from the one below.

So it can go back to what it once held without a copy of the whole.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ..image import copy_sparse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_BLOCK: Final = 4096
_LONGEST_RUN: Final = 1024
"""Blocks that are copied at once."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What a medium held once: the blocks that differed, one behind the other in a file."""

    file: Path
    blocks: tuple[int, ...]


class Medium:
    """The image of one disk."""

    def __init__(self, image: Path, below: Path) -> None:
        self.image = image
        self._below = below
        self._changed: set[int] = set()
        copy_sparse(below, image)
        self._descriptor = os.open(image, os.O_RDWR | os.O_CLOEXEC)

    def write(self, offset: int, data: bytes) -> None:
        """Hold these bytes from now on."""
        os.pwrite(self._descriptor, data, offset)
        self._changed.update(range(offset // _BLOCK, -(-(offset + len(data)) // _BLOCK)))

    def read(self, offset: int, size: int) -> bytes:
        """The bytes there."""
        return os.pread(self._descriptor, size, offset)

    def keep(self, target: Path) -> Kept:
        """Remember in a new file what is held now."""
        blocks = tuple(sorted(self._changed))
        with target.open("wb") as file:
            for first, count in _runs(blocks):
                file.write(self.read(first * _BLOCK, count * _BLOCK))
        return Kept(target, blocks)

    def go_back(self, kept: Kept) -> None:
        """Hold again what was held then."""
        with self._below.open("rb") as below:
            for first, count in _runs(sorted(self._changed.difference(kept.blocks))):
                below.seek(first * _BLOCK)
                self.write(first * _BLOCK, below.read(count * _BLOCK))
        with kept.file.open("rb") as file:
            for first, count in _runs(kept.blocks):
                self.write(first * _BLOCK, file.read(count * _BLOCK))
        self._changed = set(kept.blocks)

    def close(self) -> None:
        """Take it away."""
        os.close(self._descriptor)
        self.image.unlink(missing_ok=True)


def _runs(blocks: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Blocks in order as runs: the first of each, and how many there are."""
    first = count = 0
    for block in blocks:
        if count and (block != first + count or count == _LONGEST_RUN):
            yield first, count
            count = 0
        if not count:
            first = block
        count += 1
    if count:
        yield first, count
