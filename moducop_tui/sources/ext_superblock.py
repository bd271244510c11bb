"""The superblock of an ext2, ext3 or ext4 file system, read from the raw device without mounting it.

Layout: Documentation/filesystems/ext4/super.rst. It changes with every mount for writing and with every new image.
"""

from __future__ import annotations

import struct
import uuid
from dataclasses import dataclass

OFFSET = 1024
SIZE = 1024
_MAGIC = 0xEF53
_HAS_JOURNAL = 0x4
_NEEDS_RECOVERY = 0x4
_64BIT = 0x80
_EXT4_ONLY = 0x40 | 0x80 | 0x200
_STATE_ERRORS = 0x2
_KNOWN_FEATURES = 0x2 | 0x4 | 0x40 | 0x80 | 0x100 | 0x200 | 0x400 | 0x2000 | 0x4000 | 0x8000 | 0x10000 | 0x20000
"""Incompatible features with which this reader finds a file, or sees at the file itself that it can't read it.

Not among them: compression, a journal device, meta block groups (their blocks lie where it does not look), the data
that Lustre keeps in directories, and all that is yet to come: whoever does not know such a feature must not read on.
"""


@dataclass(frozen=True, slots=True)
class Superblock:
    """What is needed to find a file, and what names the file system."""

    fs_type: str
    label: str
    uuid: str
    block_size: int
    inode_size: int
    inodes: int
    inodes_per_group: int
    descriptor_size: int
    readable: bool
    """False where it has a feature with which this reader could go astray."""
    needs_recovery: bool
    """The journal holds changes that are not in the file system yet: it was in use when the power went."""
    raw: bytes
    size: int
    """Bytes that the file system takes on its device."""
    has_errors: bool
    """The kernel met damage and noted it, and nobody has repaired it since."""
    error_count: int


def parse_superblock(raw: bytes) -> Superblock | None:
    """The superblock of the 1024 bytes at OFFSET; None when they are none, or one that makes no sense."""
    if len(raw) < SIZE or _u16(raw, 0x38) != _MAGIC:
        return None
    compat, incompat = _u32(raw, 0x5C), _u32(raw, 0x60)
    shift = _u32(raw, 0x18)
    inode_size = _u16(raw, 0x58) if _u32(raw, 0x4C) else 128
    per_group = _u32(raw, 0x28)
    if shift > 6 or inode_size < 128 or per_group == 0:
        return None
    return Superblock(
        fs_type="ext4" if incompat & _EXT4_ONLY else "ext3" if compat & _HAS_JOURNAL else "ext2",
        label=raw[0x78:0x88].split(b"\0")[0].decode("utf-8", "backslashreplace"),
        uuid=str(uuid.UUID(bytes=raw[0x68:0x78])),
        block_size=1024 << shift,
        inode_size=inode_size,
        inodes=_u32(raw, 0x00),
        inodes_per_group=per_group,
        descriptor_size=max(32, _u16(raw, 0xFE)) if incompat & _64BIT else 32,
        readable=not incompat & ~_KNOWN_FEATURES,
        needs_recovery=bool(incompat & _NEEDS_RECOVERY),
        raw=raw[:SIZE],
        size=(_u32(raw, 0x04) | (_u32(raw, 0x150) << 32 if incompat & _64BIT else 0)) * (1024 << shift),
        has_errors=bool(_u16(raw, 0x3A) & _STATE_ERRORS),
        error_count=_u32(raw, 0x194),
    )


def _u16(raw: bytes, offset: int) -> int:
    return int(struct.unpack_from("<H", raw, offset)[0])


def _u32(raw: bytes, offset: int) -> int:
    return int(struct.unpack_from("<I", raw, offset)[0])
