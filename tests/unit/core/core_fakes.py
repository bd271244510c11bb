"""Sources that do as a test says, for the store, the collector and the command line."""

from __future__ import annotations

import threading
import time
import weakref
from collections.abc import Callable

from moducop_tui.model.reading import Topic, Unavailable
from moducop_tui.model.wake import Wake
from tests.patience import PATIENCE


class FakeSource:
    """Answers what `answer` returns; `happen()` is an event of its own, `gate` holds the reading back while unset."""

    def __init__(
        self,
        topic: Topic = Topic.SYSTEM,
        answer: Callable[[int], object] = lambda count: f"value {count}",
        cadence: float = 60.0,
        time_limit: float = 5.0,
    ) -> None:
        self.topic = topic
        self.cadence = cadence
        self.time_limit = time_limit
        self.reads: list[float] = []
        self.closed = 0
        self.gate = threading.Event()
        self.gate.set()
        self._answer = answer
        self._event = Wake()
        weakref.finalize(self, self._event.close)  # a thousand tests make eight of these each

    def read(self) -> object | Unavailable:
        self.reads.append(time.monotonic())
        self.gate.wait(PATIENCE)
        return self._answer(len(self.reads))

    def wait(self, timeout: float, wake: Wake) -> None:
        import select

        poller = select.poll()
        poller.register(wake.fileno(), select.POLLIN)
        poller.register(self._event.fileno(), select.POLLIN)
        poller.poll(timeout * 1000)
        self._event.clear()

    def close(self) -> None:
        self.closed += 1

    def happen(self) -> None:
        self._event.set()


def eventually(condition: Callable[[], bool], seconds: float = PATIENCE) -> bool:
    """Whether the condition comes true in time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.005)
    return condition()
