"""When the screen may be drawn again: soon while readings bring something new, seldom while they don't."""

from __future__ import annotations

import time
from collections.abc import Callable

FIRST = 0.05
"""Seconds between two drawings while a screen's first readings come, one after the other, and before the first."""
FIRST_ON_SERIAL = 0.2
"""The same on a serial line, which needs as long for a whole screen: half of one would only be sent to be replaced."""
FIRST_LASTS = 1.0
"""Seconds after topics were asked for in which that is so."""
NEWS = 0.25
"""Seconds between two drawings after one that changed a row: readings that come faster are drawn together."""
CALM = 1.0
"""The same after a drawing that changed nothing: the most that news is late on a device where little happens."""


class Pace:
    """Remembers what the last drawing was good for."""

    def __init__(self, *, serial: bool = False, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._first = FIRST_ON_SERIAL if serial else FIRST
        self._asked_at = clock()
        self._drawn_at = float("-inf")
        self._rows = 0

    def asked(self) -> None:
        """Other topics are read from now on."""
        self._asked_at = self._clock()

    def drawn(self, rows: int) -> None:
        """The screen was drawn, and so many of its rows were others than before."""
        self._drawn_at = self._clock()
        self._rows = rows

    def wait(self) -> float:
        """Seconds until the next drawing; not above 0 when it may be at once."""
        now = self._clock()
        if now - self._asked_at < FIRST_LASTS:
            return max(self._drawn_at, self._asked_at) + self._first - now
        return self._drawn_at + (NEWS if self._rows else CALM) - now
