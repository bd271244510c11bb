"""A stick's block device read-only for everybody while it is mounted, and as it was afterwards, also after a cut."""

from __future__ import annotations

import fcntl
import os
import stat
import sys
from contextlib import suppress
from pathlib import Path

_GET_READ_ONLY = 0x125E
_SET_READ_ONLY = 0x125D
"""BLKROGET and BLKROSET of <linux/fs.h>."""
_OPEN = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK


def number_of(device: str) -> str | None:
    """`MAJOR:MINOR` of a block device; None when there is none of that name."""
    try:
        found = os.stat(device)  # noqa: PTH116 (a device's name, not a place below a root prefix)
    except (OSError, ValueError):
        return None
    return f"{os.major(found.st_rdev)}:{os.minor(found.st_rdev)}" if stat.S_ISBLK(found.st_mode) else None


def protect(device: str, directory: str) -> None:
    """Make it read-only. What it was before is left beside `directory`, for whoever lets it go. Raises OSError."""
    descriptor = os.open(device, _OPEN)
    try:
        before = bytearray(4)
        fcntl.ioctl(descriptor, _GET_READ_ONLY, before)
        if any(before):
            return
        _note(directory).write_text(device)
        fcntl.ioctl(descriptor, _SET_READ_ONLY, (1).to_bytes(4, sys.byteorder))
    finally:
        os.close(descriptor)


def let_write(directory: str) -> None:
    """Undo `protect`, for whatever stick it was done. A stick that is gone needs nothing."""
    note = _note(directory)
    try:
        device = note.read_text()
        note.unlink()
        descriptor = os.open(device, _OPEN)
    except (OSError, ValueError):
        return
    with suppress(OSError):
        fcntl.ioctl(descriptor, _SET_READ_ONLY, bytes(4))
    os.close(descriptor)


def is_free(device: str) -> bool:
    """Whether nobody has it mounted or claimed, in whatever namespace: it can be had exclusively."""
    try:
        descriptor = os.open(device, _OPEN | os.O_EXCL)
    except OSError:
        return False
    os.close(descriptor)
    return True


def _note(directory: str) -> Path:
    return Path(f"{directory}.protected")
