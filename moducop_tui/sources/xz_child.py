"""The process that unpacks xz with a large dictionary: a program of its own, that imports nothing of ours.

Usage: xz_child.py BYTES    BYTES of memory that unpacking may take

It unpacks its input to its output, with the console's own memory untouched; where memory is short it is the one that
the kernel ends. What is wrong with the input is said by the code with which it ends.
"""

from __future__ import annotations

import lzma
import os
import sys
from typing import Final

DAMAGED: Final = 3
HUNGRY: Final = 4
CUT: Final = 5
BEHIND: Final = 6
"""Codes: no xz or damaged, a dictionary larger than allowed, ended too early, something behind the end."""
_BLOCK: Final = 1 << 17
_OUT: Final = 1 << 20


def unpack(memory: int) -> int:
    """All of the input; the code to end with."""
    engine = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=memory)
    try:
        while piece := os.read(0, _BLOCK):
            if engine.eof:
                return BEHIND
            _write(engine.decompress(piece, _OUT))
            while not engine.eof and not engine.needs_input:
                _write(engine.decompress(b"", _OUT))
            if engine.unused_data:
                return BEHIND
    except lzma.LZMAError as error:
        return HUNGRY if "memory" in str(error).lower() else DAMAGED
    except MemoryError:
        return HUNGRY
    return 0 if engine.eof else CUT


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
