"""Bytes that come in blocks of any size, taken out in the sizes that a format asks for; nothing is kept or copied."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import TypeAlias

BLOCK = 1 << 20
"""Bytes in which large things are read, unpacked and hashed: enough that handing them on costs nothing."""

_SMALL = 1 << 17

Piece: TypeAlias = bytes | memoryview


class ArtifactError(Exception):
    """An artifact is no artifact, or is damaged. The text completes the sentence 'NAME can't be used: ...'."""


def peek(blocks: Iterable[Piece], count: int) -> tuple[bytes, Iterator[Piece]]:
    """The first `count` bytes, fewer where there are no more, and all the blocks."""
    source = iter(blocks)
    held: list[Piece] = []
    front = b""
    while len(front) < count and (block := next(source, None)) is not None:
        held.append(block)
        front += bytes(block[: count - len(front)])
    return front, chain(held, source)


def small(blocks: Iterable[Piece]) -> Iterator[memoryview]:
    """The same bytes in small pieces: whoever unpacks them copies what is not unpacked yet."""
    for block in blocks:
        view = memoryview(block)
        for start in range(0, len(view), _SMALL):
            yield view[start : start + _SMALL]


class Feed:
    """The front of a stream of blocks. `what` is the stream in words, for the sentence that says where it ends."""

    def __init__(self, blocks: Iterable[Piece], what: str) -> None:
        self._blocks = iter(blocks)
        self._what = what
        self._rest = memoryview(b"")

    def take(self, count: int) -> bytes:
        """Exactly so many bytes. Raises ArtifactError where the stream ends before."""
        if len(self._rest) >= count:
            front, self._rest = self._rest[:count], self._rest[count:]
            return bytes(front)
        return b"".join(self.pieces(count))

    def pieces(self, count: int) -> Iterator[memoryview]:
        """Exactly so many bytes in pieces as they come. Raises ArtifactError where the stream ends before."""
        while count:
            piece = self._next()
            if piece is None:
                raise ArtifactError(f"it ends in the middle of {self._what}; copy or load it again")
            if len(piece) > count:
                piece, self._rest = piece[:count], piece[count:]
            count -= len(piece)
            yield piece

    def remainder(self) -> Iterator[memoryview]:
        """All that is left."""
        while (piece := self._next()) is not None:
            yield piece

    def _next(self) -> memoryview | None:
        """The next piece that is not empty; None at the end."""
        piece, self._rest = self._rest, memoryview(b"")
        while not piece:
            block = next(self._blocks, None)
            if block is None:
                return None
            piece = memoryview(block)
        return piece
