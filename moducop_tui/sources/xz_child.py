"""Unpacks xz, and is the process that does so with a large dictionary: it imports nothing of ours.

Usage: xz_child.py BYTES    BYTES of memory that unpacking may take

It unpacks its input to its output, with the console's own memory untouched; where memory is short it is the one that
the kernel ends. What is wrong with the input is said by the code with which it ends.
"""

from __future__ import annotations

import lzma
import os
import sys
from collections.abc import Iterable, Iterator
from typing import Final

DAMAGED: Final = 3
TOO_LARGE: Final = 4
CUT: Final = 5
BEHIND: Final = 6
"""Codes: no xz or damaged, a dictionary larger than allowed, ended too early, something behind the end."""
_BLOCK: Final = 1 << 17
_OUT: Final = 1 << 20


class XzError(Exception):
    """It can't be unpacked; `code` says why."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


def unpacked(pieces: Iterable[bytes], memory: int) -> Iterator[bytes]:
    """The unpacked blocks; `memory` in bytes is all that this may take. Raises XzError."""
    engine = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=memory)
    try:
        for piece in pieces:
            if engine.eof:
                raise XzError(BEHIND)
            if block := engine.decompress(piece, _OUT):
                yield block
            while not engine.eof and not engine.needs_input:
                if block := engine.decompress(b"", _OUT):
                    yield block
            if engine.unused_data:
                raise XzError(BEHIND)
    except lzma.LZMAError as error:
        raise XzError(TOO_LARGE if "memory" in str(error).lower() else DAMAGED) from None
    if not engine.eof:
        raise XzError(CUT)


def unpack(memory: int) -> int:
    """All of the input to the output; the code to end with."""
    try:
        for block in unpacked(iter(lambda: os.read(0, _BLOCK), b""), memory):
            _write(block)
    except XzError as error:
        return error.code
    except MemoryError:
        return TOO_LARGE
    return 0


def _write(content: bytes) -> None:
    left = memoryview(content)
    while left:
        left = left[os.write(1, left) :]


if __name__ == "__main__":
    try:
        code = unpack(int(sys.argv[1]))
    except BrokenPipeError:
        code = 0  # nobody wants the rest
    os._exit(code)
