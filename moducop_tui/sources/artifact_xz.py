"""Unpacks xz: here where that takes little memory, in a process of its own where it takes much.

`mender-artifact` packs with a dictionary of 64 MiB, however small the part is. Memory is taken only as far as something
is unpacked into it: a header costs what a header holds, a payload of hundreds of megabytes the whole dictionary.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator

from moducop_tui import runner
from moducop_tui.sources import xz_child
from moducop_tui.sources.artifact_feed import ArtifactError, Piece, peek, small
from moducop_tui.sources.artifact_program import killed, unpack_by

MEMORY = 96 << 20
"""Bytes that unpacking may take; the highest ready-made setting, `-9`, needs 65 MiB."""
_OWN_MEMORY = 10 << 20
"""Bytes that it may take in this process where all of a payload is unpacked; `-6`, xz's own setting, needs 9 MiB."""
_FRONT = 12 + 1024
"""Bytes in which the first block says how large its dictionary is, at most."""
_PROGRAM_MEMORY = MEMORY + (32 << 20)


def unpack_xz(packed: Iterable[Piece], what: str, *, apart: bool) -> Iterator[Piece]:
    """The unpacked blocks. `apart`: in a process of its own, where it takes much memory. Raises ArtifactError."""
    if not apart:
        yield from _here(packed, what)
        return
    front, packed = peek(packed, _FRONT)
    if not _takes_much(front):
        yield from _here(packed, what, _OWN_MEMORY)
        return
    command = [sys.executable, "-I", "-S", xz_child.__file__, str(MEMORY)]
    try:
        yield from unpack_by(command, _PROGRAM_MEMORY, packed, lambda code, _: killed(code, what) or _error(code, what))
    except runner.CommandError as error:
        raise ArtifactError(f"{what} is packed with xz: {error}") from None


def _takes_much(front: bytes) -> bool:
    import lzma

    try:
        lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_OWN_MEMORY).decompress(front, 1)
    except lzma.LZMAError as error:
        return "memory" in str(error).lower()
    return False


def _here(packed: Iterable[Piece], what: str, memory: int = MEMORY) -> Iterator[Piece]:
    """In this process. A later block may have a larger dictionary than the first: that one is held to `memory` too."""
    try:
        yield from xz_child.unpacked(map(bytes, small(packed)), memory)
    except xz_child.XzError as error:
        if error.code == xz_child.TOO_LARGE and memory < MEMORY:
            why = f"a later block of {what} takes more memory than its first: have it packed anew"
            raise ArtifactError(why) from None
        raise _error(error.code, what) from None


def _error(code: int, what: str) -> ArtifactError:
    if code == xz_child.TOO_LARGE:
        return ArtifactError(
            f"unpacking {what} takes more than {MEMORY >> 20} MiB of memory, which are all that is spent on it here; "
            "Mender's client may install it all the same: have it packed with xz -9 or less"
        )
    if code == xz_child.CUT:
        return ArtifactError(f"it ends in the middle of {what}; copy or load it again")
    if code == xz_child.BEHIND:
        return ArtifactError(f"something stands behind the end of {what}")
    if code == xz_child.DAMAGED:
        return ArtifactError(f"{what} is damaged and can't be unpacked; copy or load it again")
    return ArtifactError(f"{what} could not be unpacked: the program for it ended with {code}")
