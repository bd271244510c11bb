"""Ends the process in bounded time when its terminal is gone, whatever the rest of it is busy with."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable
from threading import Lock, Thread

LIMIT = 5.0
"""Seconds that an orderly end may take once nobody is there to see it."""


class LastResort:
    """Armed once; from then on the process has so many seconds left."""

    def __init__(self, restore: Callable[[], None]) -> None:
        self._restore = restore
        self._lock = Lock()
        self._armed = False

    def arm(self, exit_code: int) -> bool:
        """Begin to count; whether this was the first time."""
        with self._lock:
            first, self._armed = not self._armed, True
        if first:
            with contextlib.suppress(RuntimeError):  # this system gives no more threads
                Thread(target=self._run, args=(exit_code,), name="last-resort", daemon=True).start()
        return first

    def _run(self, exit_code: int) -> None:
        time.sleep(LIMIT)
        self._restore()
        os._exit(exit_code)  # threads that hang in a system call would hold up an ordinary end
