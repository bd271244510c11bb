"""A serial cable between two pseudo-terminals: the device's end, the laptop's end, and a rate that nothing exceeds."""

from __future__ import annotations

import os
import pty
import select
import termios
import threading
import time
import tty
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from .screen import Screen

if TYPE_CHECKING:
    from types import TracebackType

_PIECE: Final = 64
"""Bytes that a UART's FIFO holds."""


class Cable:
    """``rate`` in bytes a second, both ways. ``to_laptop`` is all that the device has sent."""

    def __init__(self, rate: int = 11520) -> None:
        self._rate = rate
        self._device_far, self.device = pty.openpty()
        self._laptop_far, self.laptop = pty.openpty()
        tty.setraw(self.laptop)
        self.to_laptop = bytearray()
        self._cut = threading.Event()
        ways = (
            (self._device_far, self._laptop_far, self.to_laptop),
            (self._laptop_far, self._device_far, bytearray()),
        )
        self._threads = [threading.Thread(target=self._carry, args=way, daemon=True) for way in ways]
        for thread in self._threads:
            thread.start()

    @property
    def laptop_name(self) -> str:
        """The laptop's serial port, such as a USB adapter would be."""
        return os.ttyname(self.laptop)

    def shown(self, columns: int, rows: int) -> str:
        """What a terminal of its own that heard everything would show."""
        screen = Screen(columns, rows, lambda _: None)
        screen.feed(bytes(self.to_laptop))
        return screen.text()

    def _carry(self, source: int, target: int, heard: bytearray) -> None:
        due = time.monotonic()
        while not self._cut.is_set():
            try:
                if not select.select([source], [], [], 0.1)[0]:
                    continue
                data = os.read(source, _PIECE)
            except OSError:  # nobody has the other end open at the moment
                time.sleep(0.02)
                continue
            heard += data
            due = max(due, time.monotonic()) + len(data) / self._rate
            time.sleep(max(0.0, due - time.monotonic()))
            with suppress(OSError):
                os.write(target, data)

    def modes(self) -> list[object]:
        """The modes of the device's end, to be compared."""
        return list(termios.tcgetattr(self.device))

    def __enter__(self) -> Cable:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._cut.set()
        for thread in self._threads:
            thread.join()
        for descriptor in (self._device_far, self._laptop_far, self.device, self.laptop):
            with suppress(OSError):
                os.close(descriptor)
