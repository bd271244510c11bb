"""The lock under which a device is changed: one action at a time, whoever asks for it."""

from __future__ import annotations

import fcntl
import os
import time

from moducop_tui.actions.running.private_files import make_private_directory
from moducop_tui.host import Host
from moducop_tui.lock_holder import busy_words
from moducop_tui.model.holder import HOLDER_LIMIT, Holder, holder_text, parse_holder
from moducop_tui.model.places import LOCK, RUN
from moducop_tui.trusted import check_place, open_file

PATIENCE = 0.6
"""Seconds that taking it is tried: whoever only looks at the lock holds it for an instant."""
_PAUSE = 0.02


class BusyError(Exception):
    """Somebody else changes the device; the text is a sentence that names them."""


class DeviceLock:
    """Held from its making to `close`, or to the end of the process, however that ends."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def close(self) -> None:
        """Give it back. The file stays, empty: two files could be locked by two."""
        if self._descriptor >= 0:
            os.ftruncate(self._descriptor, 0)
            os.close(self._descriptor)
        self._descriptor = -1


def take_lock(host: Host, holder: Holder, patience: float = PATIENCE) -> DeviceLock:
    """Lock the device and write down who does. Raises BusyError, and OSError where /run can't be written.

    That includes a directory or a lock in it that somebody else than root could have made, or could hold for ever.
    """
    place = host.path(LOCK)
    check_place(host, RUN)
    make_private_directory(place.parent)
    until = time.monotonic() + patience
    while True:
        descriptor = open_file(host, LOCK, os.O_RDWR | os.O_CREAT)
        try:
            os.fchmod(descriptor, 0o600)  # whoever can read it can hold it
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if os.fstat(descriptor).st_ino == place.stat().st_ino:
                os.ftruncate(descriptor, 0)
                os.pwrite(descriptor, holder_text(holder), 0)
                return DeviceLock(descriptor)
        except (BlockingIOError, FileNotFoundError):  # held, or taken away between two lines of ours
            other = parse_holder(os.pread(descriptor, HOLDER_LIMIT, 0))
            if time.monotonic() >= until:
                os.close(descriptor)
                raise BusyError(busy_words(other)) from None
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)
        time.sleep(_PAUSE)
