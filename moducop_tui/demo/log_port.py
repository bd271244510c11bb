"""The simulated journal behind the log's ports: views that follow it, and the summary that Overview shows."""

from __future__ import annotations

import math

from moducop_tui.demo.journal import Journal, Record
from moducop_tui.demo.world import World
from moducop_tui.model.log import Boot, Log, LogBatch, LogFilter, RepeatedEntry
from moducop_tui.model.reading import Unavailable
from moducop_tui.model.wake import Wake

BATCH_LIMIT = 500
"""Entries that one read gives at most, apart from the backlog; the rest comes with the next."""
_STRETCH = 300.0
"""Seconds of the journal that are made at once, so that a long absence is caught up in small pieces."""
_KEPT = 20
"""Different warnings and errors in the summary at most."""
_HOUR = 3600.0


class SimulatedStream:
    """One view of the journal through one filter."""

    def __init__(self, world: World, wanted: LogFilter, backlog: int) -> None:
        self._world = world
        self._wanted = wanted
        self._journal = Journal(world)
        self._newest = world.now()
        self._oldest = math.nextafter(self._newest, math.inf)
        self._backlog = self._journal.newest(wanted, self._newest, backlog)
        if self._backlog:
            self._oldest = self._backlog[0].at

    def read(self, timeout: float, wake: Wake) -> LogBatch:
        """What has come; waits for the first of it. Nothing is ever lost: the journal can be made again."""
        records = self._take()
        if not records:
            now = self._world.now()
            limit = max(0.0, min(timeout, _STRETCH))
            if not wake.wait(self._journal.next_after(self._wanted, now, limit) - now):
                records = self._take()
        return self._batch(records)

    def earlier(self, count: int) -> LogBatch:
        """The entries before the oldest given so far."""
        records = self._journal.newest(self._wanted, math.nextafter(self._oldest, -math.inf), count)
        if records:
            self._oldest = records[0].at
        return self._batch(records)

    def close(self) -> None:
        """Nothing to give back."""

    def _take(self) -> list[Record]:
        if self._backlog:
            records, self._backlog = self._backlog, []
            return records
        now = self._world.now()
        while self._newest < now:
            edge = min(now, self._newest + _STRETCH)
            records = self._journal.between(self._wanted, self._newest, edge)
            if len(records) > BATCH_LIMIT:
                records = records[:BATCH_LIMIT]
                edge = records[-1].at
            self._newest = edge
            if records:
                return records
        return []

    def _batch(self, records: list[Record]) -> LogBatch:
        return LogBatch(tuple(self._journal.entry(record) for record in records))


class SimulatedLog:
    """Opens views of the simulated journal."""

    def __init__(self, world: World) -> None:
        self._world = world

    def open(self, wanted: LogFilter, backlog: int) -> SimulatedStream | Unavailable:
        """A view; a boot that the journal does not know has no entries to show."""
        if wanted.boot_id is not None and all(
            boot.id != wanted.boot_id for boot in self._world.boots_at(self._world.now())
        ):
            return Unavailable(
                f"The journal has no boot {wanted.boot_id}: its entries were rotated away. Pick another."
            )
        return SimulatedStream(self._world, wanted, backlog)


def summarise(world: World, journal: Journal, moment: float) -> Log:
    """The journal in short, as at that moment."""
    alarming = journal.between(LogFilter(max_priority=4), moment - _HOUR, moment)
    errors = sum(record.line.priority <= 3 for record in alarming)
    newest = journal.newest(LogFilter(), moment, 1)
    return Log(
        recent=_repetitions(journal, alarming),
        errors_last_hour=errors,
        warnings_last_hour=len(alarming) - errors,
        newest=journal.entry(newest[0]) if newest else None,
        backend="systemd.journal",
        persistent=True,
        boots=_boots(world, moment),
    )


def _repetitions(journal: Journal, records: list[Record]) -> tuple[RepeatedEntry, ...]:
    """What was said, in the order in which each was said last, and how often the same voice said the same."""
    told: dict[tuple[str, str, int], RepeatedEntry] = {}
    for record in records:
        entry = journal.entry(record)
        key = (entry.origin, entry.message, entry.priority)
        known = told.pop(key, None)
        told[key] = RepeatedEntry(entry, known.count + 1 if known else 1)
    return tuple(told.values())[-_KEPT:]


def _boots(world: World, moment: float) -> tuple[Boot, ...]:
    boots = world.boots_at(moment)
    last = len(boots) - 1
    return tuple(
        Boot(boot.id, number - last, world.wall(boot.begin), world.wall(moment if boot.end is None else boot.end))
        for number, boot in enumerate(boots)
    )
