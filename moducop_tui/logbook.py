"""Log entries in bounded memory, in the journal's order, each with a number that stays while others come and go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from moducop_tui.model.log import LogBatch, LogEntry
from moducop_tui.units import count

_ENTRY_COST = 700
"""Bytes that an entry takes beside its message: the object, its cursor, its names."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A sentence between entries, where some are missing."""

    sentence: str


LogItem = LogEntry | Gap


class Logbook:
    """Entries and gaps. What exceeds the limit goes at the old end; what is marked as missing stays said.

    `first` is the number of the oldest item; numbers grow towards the newest and never change.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._items: list[LogItem] = []
        self._cost = 0
        self._forgotten = 0
        self.first = 0

    def __len__(self) -> int:
        """How many items there are."""
        return len(self._items)

    @property
    def last(self) -> int:
        """The number of the newest item; one less than `first` while there is none."""
        return self.first + len(self._items) - 1

    @property
    def is_full(self) -> bool:
        """No room for older entries; newer ones push old ones out."""
        return self._cost >= self._limit * 9 // 10

    def item(self, number: int) -> LogItem | None:
        """The item of that number; None when it is not in memory."""
        index = number - self.first
        return self._items[index] if 0 <= index < len(self._items) else None

    def add(self, batch: LogBatch) -> None:
        """Newer entries, with what went missing before them."""
        items = _items(batch)
        self._items += items
        self._cost += sum(map(_cost, items))
        self._forget_oldest()

    def add_earlier(self, batch: LogBatch) -> None:
        """Older entries in front of the oldest. Where memory was given up in between, a gap says so."""
        items = _items(batch)
        if items and self._forgotten:
            items.append(Gap(f"{count(self._forgotten, 'entry', 'entries')} left the console's memory here."))
            self._forgotten = 0
        self._items[:0] = items
        self.first -= len(items)
        self._cost += sum(map(_cost, items))

    def find(self, start: int, step: int, wanted: Callable[[LogEntry], bool]) -> int | None:
        """The number of the first wanted entry from `start` on, in steps of 1 or -1; None when there is none."""
        number = min(max(start, self.first), self.last)
        if start != number and (start < self.first) == (step < 0):
            return None
        while (item := self.item(number)) is not None:
            if isinstance(item, LogEntry) and wanted(item):
                return number
            number += step
        return None

    def _forget_oldest(self) -> None:
        if self._cost <= self._limit:
            return
        dropped = 0
        while self._cost > self._limit * 9 // 10 and dropped < len(self._items) - 1:
            self._cost -= _cost(self._items[dropped])
            dropped += 1
        self._forgotten += sum(isinstance(item, LogEntry) for item in self._items[:dropped])
        del self._items[:dropped]
        self.first += dropped


def _items(batch: LogBatch) -> list[LogItem]:
    items: list[LogItem] = []
    if batch.note:
        items.append(Gap(batch.note))
    if batch.lost:
        items.append(Gap(f"{count(batch.lost, 'entry', 'entries')} came too fast to be read and are missing."))
    return [*items, *batch.entries]


def _cost(item: LogItem) -> int:
    return _ENTRY_COST + len(item.message if isinstance(item, LogEntry) else item.sentence)
