"""The console over readings that a test decides, driven by keys: no source, no thread but the log's."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

from textual.pilot import Pilot

from moducop_tui.actions.authority import Authority
from moducop_tui.app import ConsoleApp
from moducop_tui.config import Config
from moducop_tui.device import Device
from moducop_tui.model.log import LogBatch, LogEntry, LogFilter
from moducop_tui.model.ports import ActionPort, InspectPort, LogPort, LogStream
from moducop_tui.model.reading import Reading, Topic, Unavailable
from moducop_tui.model.readings import Readings
from moducop_tui.model.wake import Wake
from moducop_tui.screens.base import DeviceScreen
from moducop_tui.text import plain
from tests.patience import PATIENCE
from tests.screens import builders as build


class ScriptedLog(LogPort):
    """A journal that a test writes: entries by filter, and more of them whenever it likes."""

    def __init__(self) -> None:
        self.entries: list[LogEntry] = []
        self.older: list[LogEntry] = []
        self.opened: list[LogFilter] = []
        self.streams: list[ScriptedStream] = []
        self.unavailable: str | None = None

    def open(self, wanted: LogFilter, backlog: int) -> LogStream | Unavailable:
        self.opened.append(wanted)
        if self.unavailable:
            return Unavailable(self.unavailable)
        chosen = [one for one in self.entries if wanted.container in (None, one.container)]
        stream = ScriptedStream(self, [one for one in chosen if one.priority <= wanted.max_priority][-backlog:])
        self.streams.append(stream)
        return stream

    def write(self, *entries: LogEntry) -> None:
        """New entries for whoever follows."""
        for stream in self.streams:
            stream.waiting += entries
            if stream.wake is not None:
                stream.wake.set()


class ScriptedStream(LogStream):
    """What one follower sees of it."""

    def __init__(self, log: ScriptedLog, waiting: list[LogEntry]) -> None:
        self.log = log
        self.waiting = waiting
        self.wake: Wake | None = None
        self.closed = False

    def read(self, timeout: float, wake: Wake) -> LogBatch:
        self.wake = wake
        if not self.waiting:
            wake.wait(timeout)
        entries, self.waiting = tuple(self.waiting), []
        return LogBatch(entries)

    def earlier(self, count: int) -> LogBatch:
        entries, self.log.older = self.log.older[-count:], self.log.older[:-count]
        return LogBatch(tuple(entries))

    def close(self) -> None:
        self.closed = True


class Driven:
    """A console under test: press keys, look at the screen, change a reading."""

    def __init__(self, app: ConsoleApp, pilot: Pilot[None], log: ScriptedLog) -> None:
        self.app = app
        self.pilot = pilot
        self.log = log

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    @property
    def screen(self) -> DeviceScreen:
        screen = self.app.screen
        assert isinstance(screen, DeviceScreen)
        return screen

    @property
    def rows(self) -> list[str]:
        return [plain(row) for row in self.screen.shown_rows]

    @property
    def text(self) -> str:
        return "\n".join(self.rows)

    async def until(self, wanted: str) -> None:
        """Wait until a text is on the screen."""
        await self.until_true(lambda: wanted in self.text, f"{wanted!r} on\n{self.text}")

    async def until_true(self, condition: Callable[[], bool], what: str) -> None:
        end = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < end, f"in vain: {what}"
            await asyncio.sleep(0.02)
            await self.pilot.pause()

    def publish(self, readings: Readings) -> None:
        """All topics anew, as if read now."""
        for topic in Topic:
            reading: Reading[object] = readings.of(topic)
            if reading.value is not None:
                self.app.store.publish(topic, reading.value)
            if reading.error is not None:
                self.app.store.publish(topic, Unavailable(reading.error))


@asynccontextmanager
async def console(
    readings: Readings,
    width: int = 80,
    height: int = 24,
    *,
    simulated: bool = False,
    actions: ActionPort | None = None,
    inspect: InspectPort | None = None,
    authority: Authority | None = None,
    entries: int = 100,
) -> AsyncIterator[Driven]:
    """A running console on a terminal of that size, over a journal of so many entries."""
    log = ScriptedLog()
    log.entries = [build.entry(number, f"usual message {number}") for number in range(entries)]
    device = Device((), log, simulated, lambda: build.WALL, inspect, actions)
    app = ConsoleApp(device, replace(Config(), log_memory=1 << 20), authority=authority)
    async with app.run_test(size=(width, height)) as pilot:
        driven = Driven(app, pilot, log)
        driven.publish(readings)
        driven.screen.redraw()
        yield driven
