"""What a line really carries: how long an answer takes, and how many bytes a second arrive at the terminal."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass

from moducop_tui.terminal.probe import CURSOR_QUESTION, replies, time_for
from moducop_tui.terminal.raw_line import RawLine

QUESTIONS = 5
_LEAST, _MOST = 480, 32768
"""Bytes of the test pattern: a second of a serial line, half a second of a fast one at most."""
_ROW = b"\r" + bytes(range(ord("!"), ord("!") + 79))
"""One row of the screen, written over and over: no control characters, nothing that a terminal could keep."""
_CLEAN = b"\r\x1b[K"
_FORBEARANCE = 3
"""Times what the baud rate promises, after which a line is given up."""
_LONGEST = 10.0
"""Seconds after which one without a baud rate is."""


@dataclass(frozen=True, slots=True)
class Measured:
    """`round_trip` in seconds, the median of `answers` cursor reports; None where the terminal gave none.

    `seconds` is what `sent` bytes took: to the terminal's answer behind them, or, where it gives none, until the
    kernel had handed them to the line; None where the line did not take them in time.
    """

    round_trip: float | None
    answers: int
    sent: int
    seconds: float | None

    @property
    def bytes_a_second(self) -> float | None:
        """The rate, without the round trip of the answer."""
        if self.seconds is None:
            return None
        return self.sent / max(self.seconds - (self.round_trip or 0.0), 1e-6)


def measure(descriptor: int, baud: int | None) -> Measured:
    """Measure an open terminal. Takes a few seconds at most and restores its modes. Raises OSError when it has gone."""
    with RawLine(descriptor) as line:
        line.forget_typed()
        times = _round_trips(line, time_for(baud, len(CURSOR_QUESTION), 1))
        size = min(max((baud or _MOST * 10) // 10, _LEAST), _MOST)
        pattern = _ROW * (size // len(_ROW)) + _CLEAN
        start = time.monotonic()
        deadline = start + (time_for(baud, _FORBEARANCE * len(pattern), 1) if baud else _LONGEST)
        taken = line.send(pattern, deadline)
        if times:
            arrived = taken and line.send(CURSOR_QUESTION, deadline) and _answered(line, deadline)
        else:
            arrived = taken and line.drain(deadline)
        seconds = time.monotonic() - start if arrived else None
    return Measured(statistics.median(times) if times else None, len(times), len(pattern), seconds)


def _round_trips(line: RawLine, limit: float) -> list[float]:
    """Seconds until each answer; none more is asked for once one has not come."""
    times: list[float] = []
    while len(times) < QUESTIONS:
        start = time.monotonic()
        if not line.send(CURSOR_QUESTION, start + limit) or not _answered(line, start + limit):
            break
        times.append(time.monotonic() - start)
    return times


def _answered(line: RawLine, deadline: float) -> bool:
    received = b""
    while not replies(received):
        data = line.receive(deadline)
        if not data:
            return False
        received = received[-64:] + data
    return True
