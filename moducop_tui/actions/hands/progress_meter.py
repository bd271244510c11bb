"""From a share of a file to bytes and bytes per second, over the last seconds."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

from moducop_tui.model.work import Progress

_WINDOW = 5.0
"""Seconds over which the rate is taken: long enough to stand still on a screen, short enough to show a stall."""


class ProgressMeter:
    """Tells how far something is, when it has got further or its rate has changed. `total` in bytes, None: unknown."""

    def __init__(
        self, total: int | None, tell: Callable[[Progress], None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._total = total
        self._tell = tell
        self._clock = clock
        self._points: deque[tuple[float, float]] = deque()
        self._told: Progress | None = None

    def show(self, share: float | None) -> None:
        """Tell a share of 0 to 1; None: nothing is known yet."""
        if share is None:
            return
        now = self._clock()
        if self._points and share < self._points[-1][1]:
            self._points.clear()  # another file has begun
        self._points.append((now, share))
        while len(self._points) > 2 and self._points[0][0] < now - _WINDOW:
            self._points.popleft()
        progress = Progress(share, self._bytes(share), self._total, self._rate())
        if progress != self._told:
            self._told = progress
            self._tell(progress)

    def _bytes(self, share: float) -> int | None:
        return None if self._total is None else round(share * self._total)

    def _rate(self) -> float | None:
        (began, first), (now, last) = self._points[0], self._points[-1]
        if self._total is None or now - began < 0.5:
            return None
        return (last - first) * self._total / (now - began)
