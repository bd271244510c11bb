"""Sticks' block devices read-only for everybody while they are read here, and as they were afterwards.

Not even a file system's own repairs reach them then. What was made read-only is noted in /run: whoever comes next puts
back what a console or an executor that was killed has left so.
"""

from __future__ import annotations

import errno
import fcntl
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from moducop_tui.model.places import PROTECTED
from moducop_tui.trusted import make_directory

_GET_READ_ONLY = 0x125E
_SET_READ_ONLY = 0x125D
"""BLKROGET and BLKROSET of <linux/fs.h>."""
_LOOK_AGAIN = 0.02
_DEVICES = Path("/sys/dev/block")
_EXT4 = Path("/proc/fs/ext4")
_PANIC = "errors=panic"
HALTS = "is mounted so that an error on it would halt the device (errors=panic): it is not read. Unmount it first."
"""What is said of such a stick."""
_OPEN = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK


def protect(device: str) -> None:
    """Make it read-only. One that was so before, as by its own switch, is not noted and stays so. Raises OSError."""
    with _notes() as notes:
        note = notes / Path(device).name
        descriptor = os.open(device, _OPEN)
        try:
            if not note.exists():
                if _is_read_only(descriptor):
                    return
                note.write_text(device)
            _set_read_only(descriptor, is_read_only=True)
        finally:
            os.close(descriptor)


def put_back(patience: float = 0.0) -> None:
    """Let all be written to again that was protected here and that nobody has mounted any more. Never raises.

    The mount of a process that was killed goes a moment after it: `patience` in seconds for such.
    """
    until = time.monotonic() + patience
    with suppress(OSError):
        while _some_left() and time.monotonic() < until:
            time.sleep(_LOOK_AGAIN)


def _some_left() -> bool:
    with _notes() as notes:
        done = [_put_back(note) for note in notes.iterdir()]
    return not all(done)


def is_free(device: str) -> bool:
    """Whether nobody has it mounted or claimed, in whatever namespace: it can be had exclusively."""
    try:
        descriptor = os.open(device, _OPEN | os.O_EXCL)
    except (OSError, ValueError):
        return False
    os.close(descriptor)
    return True


def halts_on_error(number: str) -> bool:
    """Whether an error on a mounted device `MAJOR:MINOR` would halt the machine: whoever mounted it left that to it.

    Of ext4 that can be read as it is now (Documentation/admin-guide/ext4.rst, /proc/fs/ext4/DEVICE/options); no other
    file system that is read here takes it from the medium.
    """
    name = (_DEVICES / number).resolve().name
    try:
        return _PANIC in (_EXT4 / name / "options").read_text().split()
    except OSError:
        return False


def _put_back(note: Path) -> bool:
    """False while somebody reads it still: they put it back at their end."""
    try:
        descriptor = os.open(note.read_text(), _OPEN | os.O_EXCL)
    except OSError as error:
        if error.errno == errno.EBUSY:
            return False
        note.unlink()  # it was pulled out
        return True
    try:
        with suppress(OSError):
            _set_read_only(descriptor, is_read_only=False)
        note.unlink()
    finally:
        os.close(descriptor)
    return True


@contextmanager
def _notes() -> Iterator[Path]:
    """The directory of the notes, one process at a time."""
    place = Path(PROTECTED)
    make_directory(place)
    descriptor = os.open(place, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield place
    finally:
        os.close(descriptor)


def _is_read_only(descriptor: int) -> bool:
    answer = bytearray(4)
    fcntl.ioctl(descriptor, _GET_READ_ONLY, answer)
    return any(answer)


def _set_read_only(descriptor: int, *, is_read_only: bool) -> None:
    fcntl.ioctl(descriptor, _SET_READ_ONLY, int(is_read_only).to_bytes(4, sys.byteorder))
