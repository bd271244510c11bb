"""A technician's terminal at the other end of the device's serial line."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from ..console import Console
from ..desk import PlainScreen

if TYPE_CHECKING:
    from collections.abc import Callable

    from .line import Line


class _SharedScreen(PlainScreen):
    """A screen that one thread feeds and another one reads."""

    def __init__(self, columns: int, rows: int, answer: Callable[[str], None]) -> None:
        super().__init__(columns, rows, answer)
        self._one_at_a_time = threading.RLock()

    def feed(self, data: bytes) -> None:
        with self._one_at_a_time:
            super().feed(data)

    def text(self) -> str:
        with self._one_at_a_time:
            return super().text()


class SerialConsole(Console):
    """The screen and the keys of ``Console`` on a line that stays while the device goes down and comes up again.

    What comes is shown by the line's thread (``hear``), whether a test looks or not: else the device would wait, and a
    program that asks the terminal for its size would have no answer.
    """

    def __init__(self, columns: int = 80, rows: int = 24) -> None:
        self.raw = bytearray()
        self.arrivals = []
        self._line: Line | None = None
        self._news = threading.Condition()
        self._unseen = False
        self._columns, self._rows = columns, rows
        self._screen = _SharedScreen(columns, rows, self._send)

    def connect(self, line: Line) -> None:
        """Give it the line that carries what is typed."""
        self._line = line

    def hear(self, data: bytes) -> None:
        """Take what came out of the line; called in the line's thread."""
        with self._news:
            self.raw += data
            self.arrivals.append((time.monotonic(), len(self.raw)))
            self._screen.feed(data)
            self._unseen = True
            self._news.notify_all()

    def send(self, data: bytes) -> None:
        """Send bytes as they are, which no key need have made."""
        if self._line is not None:
            self._line.send(data)

    def resize(self, columns: int, rows: int) -> None:
        """Give the terminal another size; nobody at the other end of a serial line is told."""
        self._columns, self._rows = columns, rows
        self._screen.resize(columns, rows)

    def clear(self) -> None:
        """Begin with an empty screen, as another terminal."""
        with self._news:
            self._screen = _SharedScreen(self._columns, self._rows, self._send)

    def said_since(self, mark: int) -> str:
        """All that came out of the line since ``len(raw)`` was ``mark``, as text with its escape sequences."""
        with self._news:
            return self.raw[mark:].decode(errors="replace")

    def heard_and_shown(self, mark: int) -> tuple[bytes, str]:
        """What came out of the line since ``mark``, and what the screen shows, at one and the same moment."""
        with self._news:
            return bytes(self.raw[mark:]), self._screen.text()

    def await_said(self, text: str, mark: int = 0, timeout: float = 60.0) -> str:
        """Wait until a text has come, whether it still stands on the screen or not; what came since ``mark``."""
        with self._news:
            if not self._news.wait_for(lambda: self.raw.find(text.encode(), mark) >= 0, timeout):
                tail = self.raw[mark:][-2000:].decode(errors="replace")
                raise AssertionError(f"{timeout} s passed without {text!r} on the line; it said last:\n{tail}")
        return self.said_since(mark)

    def _pump(self, timeout: float) -> bool:
        with self._news:
            came = self._news.wait_for(lambda: self._unseen, timeout)
            self._unseen = False
        return came

    def _ended(self) -> bool:
        return False

    def hang_up(self) -> None:
        """Stay: the cable belongs to the device."""

    def close(self) -> None:
        """Stay: the cable belongs to the device."""
