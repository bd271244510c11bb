"""QEMU's log of all that was written to a disk, and when it was told to make it last (the format of dm-log-writes)."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ..partitions import SECTOR
from ..places import BenchError

if TYPE_CHECKING:
    from collections.abc import Iterator

_MAGIC: Final = struct.pack("<Q", 0x6A736677736872)
_FLUSH: Final = 1
_FUA: Final = 2
_DISCARD: Final = 4
_HEADER: Final = struct.Struct("<QQQQ")


@dataclass(frozen=True, slots=True)
class Write:
    """One entry: bytes at an offset; ``flush``: all before it must last from then on; ``lasting``: it itself must."""

    offset: int
    data: bytes
    flush: bool
    lasting: bool


def entries(log: Path) -> Iterator[Write]:
    """All entries, oldest first. What QEMU did not finish when it was killed is no entry."""
    with log.open("rb") as handle:
        start = handle.read(8)
        if start not in {_MAGIC, bytes(8), b""}:  # it is written with the first flush
            raise BenchError(f"{log} is no log of writes")
        handle.seek(SECTOR)
        while len(header := handle.read(SECTOR)) == SECTOR:
            sector, count, flags, _ = _HEADER.unpack_from(header)
            if flags & _DISCARD:
                data = bytes(count * SECTOR)
            else:
                data = handle.read(count * SECTOR)
                if len(data) != count * SECTOR:
                    return
            if count or flags:
                yield Write(sector * SECTOR, data, bool(flags & _FLUSH), bool(flags & _FUA))
