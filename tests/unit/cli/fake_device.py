"""A device of fixed readings and a journal of fixed batches, for the command line."""

from __future__ import annotations

from collections.abc import Sequence

from moducop_tui.device import Device
from moducop_tui.model.log import LogBatch, LogFilter
from moducop_tui.model.ports import LogStream
from moducop_tui.model.reading import Topic, Unavailable
from moducop_tui.model.readings import Readings
from moducop_tui.model.wake import Wake
from tests.unit.core.core_fakes import FakeSource
from tests.unit.core.well_device import WALL, well


class FakeStream:
    """Gives its batches one by one, then is empty, or ends like a person who presses Ctrl-C."""

    def __init__(self, batches: Sequence[LogBatch], interrupted: bool) -> None:
        self._batches = list(batches)
        self._interrupted = interrupted
        self.closed = False

    def read(self, timeout: float, wake: Wake) -> LogBatch:
        if self._batches:
            return self._batches.pop(0)
        if self._interrupted:
            raise KeyboardInterrupt
        return LogBatch(())

    def earlier(self, count: int) -> LogBatch:
        return LogBatch(())

    def close(self) -> None:
        self.closed = True


class FakeLog:
    """Remembers what was asked for."""

    def __init__(self, *batches: LogBatch, interrupted: bool = False, refusal: str | None = None) -> None:
        self.stream = FakeStream(batches, interrupted)
        self.asked: list[tuple[LogFilter, int]] = []
        self._refusal = refusal

    def open(self, wanted: LogFilter, backlog: int) -> LogStream | Unavailable:
        self.asked.append((wanted, backlog))
        return self.stream if self._refusal is None else Unavailable(self._refusal)


def fake_device(readings: Readings | None = None, log: FakeLog | None = None, simulated: bool = False) -> Device:
    shown = readings or well()

    def source(topic: Topic) -> FakeSource:
        reading = shown.of(topic)
        answer = reading.value if reading.error is None else Unavailable(reading.error)
        return FakeSource(topic, answer=lambda _: answer)

    return Device(
        sources=tuple(source(topic) for topic in Topic),
        log=log or FakeLog(),
        simulated=simulated,
        wall_clock=lambda: WALL,
    )
