"""Unpacks zstd with the `zstd` program: Python has no reader of it before 3.14, and a dependency is not worth it.

Format: RFC 8878, 3.1.1.1, "Frame_Header".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from moducop_tui import runner
from moducop_tui.sources.artifact_feed import ArtifactError, Piece, peek
from moducop_tui.sources.artifact_program import killed, unpack_by

WINDOW_LIMIT = 128 << 20
"""Bytes that unpacking may look back over. What `zstd -19` packs takes 8 MB, `--ultra -22` 128 MB.

libarchive, on which Mender's client stands, takes the same at most.
"""
_COMMAND = ("zstd", "--decompress", "--stdout", "--quiet", "--memory=128MB")
_MEMORY = WINDOW_LIMIT + (64 << 20)
_MAGIC = b"\x28\xb5\x2f\xfd"
_FRONT = 18
"""Bytes that the header of a frame has at most."""


def unpack_zstd(packed: Iterable[Piece], what: str) -> Iterator[Piece]:
    """The unpacked blocks. Raises ArtifactError where the program is missing or finds the part damaged."""
    front, packed = peek(packed, _FRONT)
    if (window := _window(front)) > WINDOW_LIMIT:
        raise ArtifactError(
            f"unpacking {what} takes {window >> 20} MiB of memory, and {WINDOW_LIMIT >> 20} MiB are all that is spent "
            "on it here and in Mender's client; have it packed without --long"
        )

    def why(code: int, said: str) -> ArtifactError:
        words = f" ({said})" if said else ""
        damaged = f"{what} is damaged and can't be unpacked{words}; copy or load it again"
        return killed(code, what) or ArtifactError(damaged)

    try:
        yield from unpack_by(_COMMAND, _MEMORY, packed, why)
    except runner.CommandNotFoundError:
        raise ArtifactError(f"{what} is packed with zstd, and the program zstd is not installed here") from None
    except runner.CommandError as error:
        raise ArtifactError(f"{what} is packed with zstd: {error}") from None


def _window(front: bytes) -> int:
    """Bytes that the first frame looks back over; 0 where that can't be told."""
    if front[:4] != _MAGIC or len(front) < 6:
        return 0
    single = front[4] & 0x20
    if not single:
        base = 1 << (10 + (front[5] >> 3))
        return base + base // 8 * (front[5] & 7)
    size_bytes = (1, 2, 4, 8)[front[4] >> 6]
    begin = 5 + (0, 1, 2, 4)[front[4] & 3]
    return int.from_bytes(front[begin : begin + size_bytes], "little")
