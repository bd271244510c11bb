"""The disk of a ModuCop: an MBR partition table of four, and two raw boot environments before the first."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

MIB: Final = 1 << 20
SECTOR: Final = 512

ENV_OFFSETS: Final = (0x800000, 0x1000000)
"""Byte offsets of the two copies of the boot environment."""

ENV_SIZE: Final = 0x4000
"""Bytes of each copy."""


@dataclass(frozen=True, slots=True)
class Partition:
    """One primary partition; start and size in bytes."""

    number: int
    label: str
    start: int
    size: int
    bootable: bool = False


def _table() -> tuple[Partition, ...]:
    sizes = (("boot", 64), ("rootfsA", 768), ("rootfsB", 768), ("data", 1536))
    table: list[Partition] = []
    start = 32 * MIB  # behind the second copy of the environment
    for number, (label, mebibytes) in enumerate(sizes, 1):
        table.append(Partition(number, label, start, mebibytes * MIB, bootable=number == 1))
        start += mebibytes * MIB
    return tuple(table)


PARTITIONS: Final = _table()
"""p1 boot, p2 and p3 the slots A and B, p4 data."""

DISK_SIZE: Final = PARTITIONS[-1].start + PARTITIONS[-1].size + 16 * MIB


def write_partition_table(image: Path, partitions: Sequence[Partition] = PARTITIONS) -> None:
    """Put the master boot record into an image file that already has its full size."""
    no_cylinders = b"\xfe\xff\xff"  # what is written where a disk is too large for cylinders and heads
    record = bytearray(SECTOR)
    record[440:444] = struct.pack("<I", 0x4711C14A)  # disk identifier; PARTUUIDs derive from it
    for partition in partitions:
        place = 446 + 16 * (partition.number - 1)
        record[place : place + 16] = struct.pack(
            "<B3sB3sII",
            0x80 if partition.bootable else 0,
            no_cylinders,
            0x83,
            no_cylinders,
            partition.start // SECTOR,
            partition.size // SECTOR,
        )
    record[510:512] = b"\x55\xaa"
    with image.open("r+b") as handle:
        handle.write(record)
