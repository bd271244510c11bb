"""Unpacks the compressed parts of an artifact in blocks, in bounded memory however much comes out of how little."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from moducop_tui.sources.artifact_feed import BLOCK, ArtifactError, Piece

LZMA_MEMORY = 96 << 20
"""Bytes that unpacking xz may take; its highest ready-made setting, `-9`, needs 65 MiB."""


def unpack(packed: Iterable[Piece], compression: str, what: str) -> Iterator[Piece]:
    """The unpacked blocks of one part. `compression` is a word of `Artifact.compression`, `what` the part in words.

    Raises ArtifactError where the part is damaged, ends too early, or has something behind its end.
    """
    if compression == "gzip":
        return _gzip(packed, what)
    if compression == "xz":
        return _xz(packed, what)
    if compression == "zstd":
        from moducop_tui.sources.artifact_zstd import unpack_zstd

        return unpack_zstd(packed, what)
    return iter(packed)


def _gzip(packed: Iterable[Piece], what: str) -> Iterator[Piece]:
    import zlib

    engine = zlib.decompressobj(wbits=31)
    try:
        for piece in packed:
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
        raise _damaged(what) from None
    if not engine.eof:
        raise _cut(what)


def _xz(packed: Iterable[Piece], what: str) -> Iterator[Piece]:
    import lzma

    engine = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=LZMA_MEMORY)
    try:
        for piece in packed:
            if engine.eof:
                raise ArtifactError(f"something stands behind the end of {what}")
            if block := engine.decompress(bytes(piece), BLOCK):
                yield block
            while not engine.eof and not engine.needs_input:
                if block := engine.decompress(b"", BLOCK):
                    yield block
            if engine.unused_data:
                raise ArtifactError(f"something stands behind the end of {what}")
    except lzma.LZMAError as error:
        if "memory" in str(error).lower():
            raise ArtifactError(f"unpacking {what} takes more than {LZMA_MEMORY >> 20} MiB of memory") from None
        raise _damaged(what) from None
    if not engine.eof:
        raise _cut(what)


def _damaged(what: str) -> ArtifactError:
    return ArtifactError(f"{what} is damaged and can't be unpacked; copy or load it again")


def _cut(what: str) -> ArtifactError:
    return ArtifactError(f"it ends in the middle of {what}; copy or load it again")
