"""A device that changes only when it is told: what the line then carries is the answer to one change, and no more."""

from __future__ import annotations

import threading
import time
from dataclasses import replace

from moducop_tui.device import Device
from moducop_tui.model.foreign import clean
from moducop_tui.model.log import LogBatch, LogEntry, LogFilter
from moducop_tui.model.ports import ActionPort, InspectPort, LogPort, LogStream
from moducop_tui.model.reading import Topic
from moducop_tui.model.readings import Readings
from moducop_tui.model.storage import Storage
from moducop_tui.model.system import System
from moducop_tui.model.wake import Wake
from tests.performance.line.hostile import TOWERS
from tests.screens import acting
from tests.screens import builders as build

CADENCES = {
    Topic.SLOTS: 10.0,
    Topic.BOOT: 5.0,
    Topic.MENDER: 5.0,
    Topic.STORAGE: 5.0,
    Topic.APPS: 2.0,
    Topic.LOG: 5.0,
    Topic.SYSTEM: 2.0,
    Topic.MEDIA: 10.0,
    Topic.WORK: 5.0,
}
"""Seconds between two readings, as of the real sources: an idle minute has as many readings as on a device."""
BATCH = 500
"""Entries that one read of the journal gives at most."""
KEPT = 5000
"""Entries that wait for a reader at most; what is more is counted as lost, as the real journal's reader does it."""

_TOWERS = tuple(TOWERS.values())
_VOICES = (
    ("trackdiag-ingest-1", 6, "frame {n} of the axle box: 4096 samples, {m} ms, queue {q}"),
    ("gpx-logger-sync-1", 6, "position 49.{m}{q} 11.{q}{m} speed {q} km/h, {n} points kept"),
    ("nginx-demo-web-1", 6, '10.0.4.{q} "GET /api/v1/state?since={n} HTTP/1.1" 200 {m}'),
    ("kernel", 4, "can0: bus error, rx {n}, tx {m}, state warning"),
    ("trackdiag-rules-1", 7, "rule {q} of 48 did not match frame {n}"),
    ("systemd", 6, "Started Session {n} of User root."),
    ("gpx-logger-logger-1", 3, "cannot open /dev/ttyS101-CPU01UC-com: No such file or directory, try {n}"),
)


def line_of_log(number: int, *, hostile: bool = False) -> LogEntry:
    """The journal's entry of that number: always the same one, ten a second, of seven voices."""
    origin, priority, message = _VOICES[number % len(_VOICES)]
    text = message.format(n=number, m=number * 37 % 1000, q=number * 7 % 97)
    if hostile:
        text = clean(_TOWERS[number % len(_TOWERS)])
    entry = build.entry(0, text, priority, origin, container=origin if origin.endswith("-1") else None)
    return replace(entry, cursor=f"s={number}", realtime=build.WALL + number / 10, pid=400 + number % 7)


class ToldSource:
    """One topic; read at the pace of the real source, and at once when it was told something."""

    def __init__(self, topic: Topic, value: object) -> None:
        self.topic = topic
        self.cadence = CADENCES[topic]
        self.time_limit = 2.0
        self._value = value
        self._wake: Wake | None = None
        self._began = time.monotonic()

    def tell(self, value: object) -> None:
        """The topic is this from now on."""
        self._value = value
        if self._wake is not None:
            self._wake.set()

    @property
    def value(self) -> object:
        """The topic without its running clock."""
        return self._value

    def read(self) -> object:
        """The facts; uptime and clock go on, as everywhere."""
        elapsed = time.monotonic() - self._began
        if isinstance(self._value, System):
            return replace(self._value, uptime=(self._value.uptime or 0.0) + elapsed, clock=build.WALL + elapsed)
        return self._value

    def wait(self, timeout: float, wake: Wake) -> None:
        """Until it is told something, or the time is up."""
        self._wake = wake
        wake.wait(timeout)

    def close(self) -> None:
        """Nothing to give back."""


class ToldStream(LogStream):
    """What one reader sees of the journal."""

    def __init__(self, log: ToldLog, waiting: list[LogEntry]) -> None:
        self._log = log
        self._waiting = waiting
        self._lost = 0
        self._wake: Wake | None = None
        self._lock = threading.Lock()

    def add(self, entries: list[LogEntry]) -> None:
        """New entries; what nobody reads in time is lost, and counted."""
        with self._lock:
            self._waiting += entries
            excess = len(self._waiting) - KEPT
            if excess > 0:
                del self._waiting[:excess]
                self._lost += excess
            if self._wake is not None:
                self._wake.set()

    def read(self, timeout: float, wake: Wake) -> LogBatch:
        """What has come, waiting for the first of it."""
        self._wake = wake
        if not self._waiting:
            wake.wait(timeout)
        with self._lock:
            entries, self._waiting = tuple(self._waiting[:BATCH]), self._waiting[BATCH:]
            lost, self._lost = self._lost, 0
        return LogBatch(entries, lost)

    def earlier(self, count: int) -> LogBatch:
        """The journal begins with its backlog."""
        return LogBatch(())

    def close(self) -> None:
        """Nobody reads any more."""
        self._log.leave(self)


class ToldLog(LogPort):
    """A journal that is written to from outside; where that is `hostile`, in lines made to be dear."""

    def __init__(self, first: int = 1000, *, hostile: bool = False) -> None:
        self._next = first
        self._hostile = hostile
        self._streams: list[ToldStream] = []
        self._lock = threading.Lock()

    def open(self, wanted: LogFilter, backlog: int) -> ToldStream:
        """A reader of everything, or of what no container writes, as Apps and the pickers ask for it."""
        with self._lock:
            known = [self._line(number) for number in range(self._next - backlog, self._next)]
            chosen = [one for one in known if wanted.container in (None, one.container)]
            stream = ToldStream(self, [one for one in chosen if one.priority <= wanted.max_priority])
            self._streams.append(stream)
        return stream

    def _line(self, number: int) -> LogEntry:
        return line_of_log(number, hostile=self._hostile)

    def leave(self, stream: ToldStream) -> None:
        """A reader has ended."""
        with self._lock:
            self._streams.remove(stream)

    def write(self, count: int) -> None:
        """New entries for whoever reads."""
        with self._lock:
            entries = [self._line(number) for number in range(self._next, self._next + count)]
            self._next += count
            for stream in self._streams:
                stream.add(entries)


def _readings() -> Readings:
    """Something to say on every screen: an app that fails, a file system that fills, errors, actions of the past."""
    past = acting.history()
    last = replace(acting.done_record(), ended_at=build.WALL - 3600)  # what has just ended is told of on Overview
    return build.readings(
        storage=build.storage(volatile=0.81, growth=4_700.0),
        apps=build.apps(failing=True),
        log=build.log(),
        work=replace(past, last=last),
    )


class ToldDevice:
    """A ModuCop with three apps, a full Overview, and nothing that happens by itself."""

    def __init__(self, readings: Readings | None = None, *, hostile: bool = False) -> None:
        readings = readings or _readings()
        values = {topic: readings.of(topic).value for topic in Topic}
        self.sources = {topic: ToldSource(topic, value) for topic, value in values.items()}
        self.log = ToldLog(hostile=hostile)
        self._began = time.monotonic()

    def device(self, inspect: InspectPort | None = None, actions: ActionPort | None = None) -> Device:
        """It behind the ports that the console knows."""
        return Device(tuple(self.sources.values()), self.log, False, self._wall_clock, inspect, actions)

    def _wall_clock(self) -> float:
        return build.WALL + time.monotonic() - self._began

    def fill(self, mount_point: str, percent: int) -> None:
        """Another number in Storage and Overview: how full a file system is."""
        source = self.sources[Topic.STORAGE]
        storage = source.value
        assert isinstance(storage, Storage)
        systems = tuple(
            replace(one, used=one.total * percent // 100) if one.mount_point == mount_point and one.total else one
            for one in storage.file_systems
        )
        source.tell(replace(storage, file_systems=systems))
