"""The serial line: two pipes to the board's UART, emptied and filled no faster than 115200 baud carry."""

from __future__ import annotations

import fcntl
import os
import select
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

RATE: Final = 11520
"""Bytes a second of 115200 baud, eight data bits, one start and one stop bit."""

_PIPE_SIZE: Final = 4096
"""The smallest that a pipe can hold: what a serial driver keeps for a line, too. When it is full, the device waits."""

_TURN_S: Final = 0.01


class Line:
    """A cable that is always plugged in. ``hear`` is called, in a thread of the line's own, with what came out.

    ``rate`` in bytes a second, the same both ways; None is as fast as it goes, which no cable is.
    """

    def __init__(self, place: Path, hear: Callable[[bytes], None], rate: int | None = RATE) -> None:
        self.path = place / "line"
        """What QEMU is given: it adds ``.in`` and ``.out``."""
        self.rate = rate
        self._hear = hear
        self._ends = {}
        for name in ("in", "out"):
            path = place / f"line.{name}"
            os.mkfifo(path)
            # Opened both ways, a pipe stays when QEMU goes, as a cable does.
            self._ends[name] = os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
            fcntl.fcntl(self._ends[name], fcntl.F_SETPIPE_SZ, _PIPE_SIZE)
        self._typed = bytearray()
        self._change = threading.Lock()
        self._ending = False
        self._thread = threading.Thread(target=self._carry, name="line", daemon=True)
        self._thread.start()

    def send(self, data: bytes) -> None:
        """Type; it leaves for the device as fast as the line takes it."""
        with self._change:
            self._typed += data

    def forget(self) -> None:
        """Drop what is under way to the device: its power is gone."""
        with self._change:
            self._typed.clear()
            self._empty("in")

    def close(self) -> None:
        """Pull the cable for ever."""
        self._ending = True
        self._thread.join()
        for end in self._ends.values():
            os.close(end)

    def _carry(self) -> None:
        while not self._ending:
            began = time.monotonic()
            readable, _, _ = select.select([self._ends["out"]], [], [], _TURN_S)
            data = self._take() if readable else b""
            sent = self._put()
            if data:
                self._hear(data)
            if self.rate is not None:
                needed = max(len(data), sent) / self.rate
                time.sleep(max(0.0, needed - (time.monotonic() - began)))

    def _take(self) -> bytes:
        size = 1 << 16 if self.rate is None else max(1, round(self.rate * _TURN_S))
        with suppress(BlockingIOError):
            return os.read(self._ends["out"], size)
        return b""

    def _put(self) -> int:
        with self._change:
            size = len(self._typed) if self.rate is None else max(1, round(self.rate * _TURN_S))
            if not self._typed:
                return 0
            with suppress(BlockingIOError):
                sent = os.write(self._ends["in"], self._typed[:size])
                del self._typed[:sent]
                return sent
        return 0

    def _empty(self, name: str) -> None:
        with suppress(BlockingIOError):
            while os.read(self._ends[name], _PIPE_SIZE):
                pass
