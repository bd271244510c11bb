"""Unpacks the compressed parts of an artifact in blocks, in bounded memory however much comes out of how little."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from moducop_tui.sources.artifact_feed import BLOCK, ArtifactError, Piece, peek, small

_GZIP_FRONT = 1024
_NAME_LIMIT = 512
"""Bytes with its end that the name in a header of gzip may have: Go reads no longer one."""
_TEXT, _NAME = 1, 8
"""The flags of gzip that are known here: what is packed is text; its file's name follows."""


def unpack(packed: Iterable[Piece], compression: str, what: str, *, apart: bool = False) -> Iterator[Piece]:
    """The unpacked blocks of one part. `compression` is a word of `Artifact.compression`, `what` the part in words.

    `apart`: all of a payload is unpacked, which may take much memory; it is then taken in a process of its own.
    Raises ArtifactError where the part is damaged, ends too early, or has something behind its end.
    """
    if compression == "gzip":
        return _gzip(packed, what)
    if compression == "xz":
        from moducop_tui.sources.artifact_xz import unpack_xz

        return unpack_xz(packed, what, apart=apart)
    if compression == "zstd":
        from moducop_tui.sources.artifact_zstd import unpack_zstd

        return unpack_zstd(packed, what)
    return iter(packed)


def _gzip(packed: Iterable[Piece], what: str) -> Iterator[Piece]:
    import zlib

    front, packed = peek(packed, _GZIP_FRONT)
    if not _is_known(front):
        raise ArtifactError(f"{what} begins with a header of gzip that is not known here")
    engine = zlib.decompressobj(wbits=31)
    try:
        for piece in small(packed):
            rest: Piece = piece
            while rest and not engine.eof:
                if block := engine.decompress(rest, BLOCK):
                    yield block
                rest = engine.unconsumed_tail
            if engine.eof and (engine.unused_data or rest):
                raise ArtifactError(f"something stands behind the end of {what}")
        while not engine.eof and (block := engine.decompress(b"", BLOCK)):
            yield block
    except zlib.error:
        raise ArtifactError(f"{what} is damaged and can't be unpacked; copy or load it again") from None
    if not engine.eof:
        raise ArtifactError(f"it ends in the middle of {what}; copy or load it again")


def _is_known(front: bytes) -> bool:
    """Whether it is a header as gzip and `mender-artifact` write it. What is none at all is told by the unpacking.

    Fields that nobody writes are read in more than one way: Go takes the checksum of a header for wrong that is right.
    """
    if front[:2] != b"\x1f\x8b" or len(front) < 4 or not front[3] & ~_TEXT:
        return True
    return front[3] & ~_TEXT == _NAME and b"\0" in front[10 : 10 + _NAME_LIMIT]
