"""The journal in short: the newest warnings and errors, repetitions counted, and how many there were in an hour."""

from __future__ import annotations

from collections import deque

from moducop_tui.model.log import LogEntry, RepeatedEntry

ERROR = 3
WARNING = 4
KEPT = 20
"""Different warnings and errors that are kept."""
HOUR = 3600.0
_SLICE = 10.0
"""Seconds that are counted together: an hour of any flood is 360 pairs of numbers."""


def age_of(entry: LogEntry, boot_id: str | None, monotonic: float, wall_clock: float) -> float | None:
    """Seconds since the entry was written; None when it can't be known.

    Within the current boot by the monotonic clock, which never jumps. For earlier boots only the wall clock is left;
    an entry from the future tells that it jumped, so that its age is not known.
    """
    if entry.boot_id == boot_id:
        return max(0.0, monotonic - entry.monotonic)
    age = wall_clock - entry.realtime
    return age if age >= 0 else None


class Alerts:
    """Collects entries of priority 0 to 4 as they come. Bounded, however many come."""

    def __init__(self) -> None:
        self._recent: dict[tuple[str, str, int], RepeatedEntry] = {}
        self._slices: deque[list[float]] = deque()

    def add(self, entry: LogEntry, now: float, age: float | None) -> None:
        """Take an entry in. `now` in seconds of a clock that never jumps; an unknown `age` keeps it out of the hour.

        A message that came in parts counts once.
        """
        if entry.continues:
            return
        key = (entry.origin, entry.message, entry.priority)
        known = self._recent.pop(key, None)
        # Put back at the end: the order is that of the newest of each.
        self._recent[key] = RepeatedEntry(entry, known.count + 1 if known else 1)
        if len(self._recent) > KEPT:
            del self._recent[next(iter(self._recent))]
        if age is not None and age < HOUR:
            self._count(now - age, entry.priority)

    @property
    def recent(self) -> tuple[RepeatedEntry, ...]:
        """The kept entries, the one that came last at the end."""
        return tuple(self._recent.values())

    def last_hour(self, now: float) -> tuple[int, int]:
        """Errors and warnings of the hour before `now`, to ten seconds."""
        while self._slices and self._slices[0][0] <= now - HOUR - _SLICE:
            self._slices.popleft()
        return int(sum(part[1] for part in self._slices)), int(sum(part[2] for part in self._slices))

    def _count(self, moment: float, priority: int) -> None:
        start = moment // _SLICE * _SLICE
        if not self._slices or self._slices[-1][0] < start:
            self._slices.append([start, 0, 0])
        # An entry read late counts in the newest slice that is not later than its own time, or the oldest there is.
        target = next((part for part in reversed(self._slices) if part[0] <= start), self._slices[0])
        target[1 if priority <= ERROR else 2] += 1
