"""Room on the disk for lines that are still to come: kept behind the end of a file, whose size stays as it is."""

from __future__ import annotations

import ctypes
import os

_KEEP_SIZE = 1
"""FALLOC_FL_KEEP_SIZE (man 2 fallocate)."""


def keep_room(descriptor: int, start: int, length: int) -> bool:
    """Ask the file system for room from `start` on. False where it has none, or does not know how: no harm is done."""
    library = ctypes.CDLL(None, use_errno=True)
    try:
        fallocate = library.fallocate64
    except AttributeError:
        return False
    fallocate.argtypes = (ctypes.c_int, ctypes.c_int, ctypes.c_int64, ctypes.c_int64)
    done = int(fallocate(descriptor, _KEEP_SIZE, start, length))
    if done == 0:
        os.fsync(descriptor)
    return done == 0
