"""Plain files, opened only when they are known to be such.

A real open has effects: of /dev/watchdog it starts the watchdog, of a tty it may take the line, a pipe waits for its
other end. So a path is opened first as a name alone (O_PATH), looked at, and that very thing is opened then.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable, Sequence
from contextlib import suppress

from moducop_tui.host import Host, open_found
from moducop_tui.sources.block_devices import device_number
from moducop_tui.sources.mount_choice import KERNEL_TYPES, MEMORY_TYPES
from moducop_tui.sources.mounts import parse_mountinfo, read_table

_NAME = os.O_PATH | os.O_CLOEXEC
_FILES_OF_THE_KERNEL = KERNEL_TYPES - MEMORY_TYPES
"""File systems whose files only look plain: what is read from /proc/kmsg is gone from the kernel's log."""


class NotPlainError(OSError):
    """What is there is no plain file; nothing of it was opened."""

    def __init__(self) -> None:
        super().__init__(errno.EINVAL, "it is no file")


def open_plain(host: Host, path: str) -> int:
    """A descriptor for reading the plain file at a path of the device, links followed. Raises OSError."""
    found = os.open(host.path(path), _NAME)
    try:
        return _opened(host, found)
    finally:
        os.close(found)


def open_plain_below(host: Host, directory: str, parts: Sequence[str]) -> int:
    """The same for a file below a directory, by the names on the way to it, where no link is followed."""
    *above, name = parts
    here = open_directory_below(host, directory, above)
    try:
        found = os.open(_below(name), _NAME | os.O_NOFOLLOW, dir_fd=here)
    finally:
        os.close(here)
    try:
        return _opened(host, found)
    finally:
        os.close(found)


def open_directory_below(host: Host, directory: str, parts: Iterable[str]) -> int:
    """A descriptor of a directory below another, entered name by name, so that no link is followed. Raises OSError."""
    here = os.open(host.path(directory), os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    for part in parts:
        try:
            below = os.open(_below(part), os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC | os.O_NOFOLLOW, dir_fd=here)
        finally:
            os.close(here)
        here = below
    return here


def _below(name: str) -> str:
    """A name that leads down. Raises FileNotFoundError for any other."""
    if name in ("", ".", "..") or "/" in name:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
    return name


def _opened(host: Host, found: int) -> int:
    """What was found by its name, opened for reading: by its descriptor, so that nobody can exchange it meanwhile."""
    status = os.fstat(found)
    if not stat.S_ISREG(status.st_mode) or _is_the_kernels(host, status):
        raise NotPlainError
    return open_found(found)


def _is_the_kernels(host: Host, status: os.stat_result) -> bool:
    """Files of the kernel are on file systems without a device, whose numbers begin with 0; so are those of a tmpfs."""
    if os.major(status.st_dev) != 0:
        return False
    number = device_number(status.st_dev)
    with suppress(OSError):
        return any(
            mount.device == number and mount.fs_type in _FILES_OF_THE_KERNEL
            for mount in parse_mountinfo(read_table(host))
        )
    return status.st_size == 0
