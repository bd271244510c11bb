"""The kind of a partition table, from the first sectors of the disk; and the ids that follow from a dos one."""

from __future__ import annotations

from dataclasses import dataclass

HEAD_SIZE = 4096
"""Bytes from the beginning of a disk or partition that tell what it holds."""
_SECTOR_SIZES = (512, 4096)


@dataclass(frozen=True, slots=True)
class PartitionTable:
    """`kind` is `dos` or `gpt`; a dos table has an identifier from which PARTUUIDs are made."""

    kind: str
    identifier: int | None = None

    def part_uuid(self, number: int | None) -> str | None:
        """PARTUUID of a partition of a dos table, as the kernel's `root=PARTUUID=` understands it."""
        if self.identifier is None or number is None:
            return None
        return f"{self.identifier:08x}-{number:02x}"


def parse_table(head: bytes) -> PartitionTable | None:
    """The table in the first bytes of a disk; None when there is none."""
    if any(head[size : size + 8] == b"EFI PART" for size in _SECTOR_SIZES):
        return PartitionTable("gpt")
    if len(head) < 512 or head[510:512] != b"\x55\xaa":
        return None
    entries = [head[446 + 16 * index : 462 + 16 * index] for index in range(4)]
    if any(entry[0] not in {0x00, 0x80} for entry in entries) or not any(entry[4] for entry in entries):
        return None  # a boot sector that is no table ends in the same two bytes
    return PartitionTable("dos", int.from_bytes(head[440:444], "little"))
