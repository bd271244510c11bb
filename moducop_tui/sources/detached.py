"""A look at a mounted file system below everything that is mounted over it, which nobody else ever sees.

`open_tree` with OPEN_TREE_CLONE makes a copy of one mount, without the mounts on it, that has no mount point and stands
in no mount table; it lives as long as its descriptor, so the kernel takes it away even when the console is killed.
Kernel 5.6 or newer, CAP_SYS_ADMIN. Numbers of system calls are those of every architecture since 5.1 (man 2 open_tree,
man 2 openat2).
"""

from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_OPEN_TREE = 428
_OPENAT2 = 437
_AT_FDCWD = -100
_CLONE = 1
_IN_ROOT = 0x10
_NO_MAGIC_LINKS = 0x02


class DetachedTree:
    """A private copy of a mount. Absolute links inside lead to its own root, never out of it."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def read_file(self, path: str, limit: int = 65536) -> bytes:
        """Up to `limit` bytes of a file. Raises OSError."""
        how = struct.pack("<QQQ", os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK, 0, _IN_ROOT | _NO_MAGIC_LINKS)
        name = os.fsencode(path.lstrip("/"))
        descriptor = _call(_OPENAT2, path, ctypes.c_int(self._descriptor), name, how, ctypes.c_size_t(len(how)))
        with os.fdopen(descriptor, "rb") as file:
            return file.read(limit)


@contextmanager
def detached(directory: Path) -> Iterator[DetachedTree]:
    """The mount that holds `directory`, from there on down, without what is mounted below it. Raises OSError."""
    flags = ctypes.c_uint(_CLONE | os.O_CLOEXEC)
    descriptor = _call(_OPEN_TREE, str(directory), ctypes.c_int(_AT_FDCWD), os.fsencode(directory), flags)
    try:
        yield DetachedTree(descriptor)
    finally:
        os.close(descriptor)


def _call(number: int, path: str, *arguments: object) -> int:
    library = ctypes.CDLL(None, use_errno=True)
    library.syscall.restype = ctypes.c_long
    result = int(library.syscall(ctypes.c_long(number), *arguments))
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code), path)
    return result
