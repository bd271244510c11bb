"""Follows the journal in a thread of its own and hands what comes to the app's loop, at most four times a second."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from moducop_tui import errors
from moducop_tui.model.log import LogBatch, LogFilter
from moducop_tui.model.ports import LogPort, LogStream
from moducop_tui.model.reading import Unavailable
from moducop_tui.model.wake import Wake

PACE = 0.25
"""Seconds between two batches: more would only fill a slow line."""
_PATIENCE = 30.0
_RETRY = 5.0


@dataclass(frozen=True, slots=True)
class Arrival:
    """What came: newer entries, or older ones that were asked for, or why there is no journal."""

    batch: LogBatch | None
    earlier: bool = False
    error: str | None = None


class LogFollower:
    """One view of the journal. `deliver` is called in the follower's thread and must only hand over."""

    def __init__(self, port: LogPort, wanted: LogFilter, backlog: int, deliver: Callable[[Arrival], None]) -> None:
        self._port = port
        self._wanted = wanted
        self._backlog = backlog
        self._deliver = deliver
        self._wake = Wake()
        self._ended = threading.Event()
        self._lock = threading.Lock()
        self._earlier = 0
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="log follower", daemon=True)

    def start(self) -> None:
        """Begin with the newest entries."""
        try:
            self._thread.start()
        except RuntimeError as error:  # this system gives no more threads
            self._hand_over(_failed(error))

    def ask_earlier(self, count: int) -> None:
        """Ask for entries from before the oldest so far; they arrive with `earlier` set."""
        with self._lock:
            self._earlier = count
        self._rouse()

    def stop(self) -> None:
        """End soon; does not wait, and nothing arrives any more."""
        self._ended.set()
        self._rouse()

    def _rouse(self) -> None:
        with self._lock:
            if not self._closed:
                self._wake.set()

    def _run(self) -> None:
        try:
            self._follow_until_ended()
        finally:
            with self._lock:
                self._closed = True
                self._wake.close()

    def _follow_until_ended(self) -> None:
        while not self._ended.is_set():
            try:
                self._follow_once()
            except Exception as error:  # noqa: BLE001 - boundary: the thread must say why there is no journal
                self._hand_over(_failed(error))
            self._ended.wait(_RETRY)

    def _follow_once(self) -> None:
        stream = self._port.open(self._wanted, self._backlog)
        if isinstance(stream, Unavailable):
            self._hand_over(Arrival(None, error=stream.reason))
            return
        try:
            while not self._ended.is_set():
                self._step(stream)
        finally:
            stream.close()

    def _step(self, stream: LogStream) -> None:
        with self._lock:
            wanted, self._earlier = self._earlier, 0
        if wanted:
            self._hand_over(Arrival(stream.earlier(wanted), earlier=True))
        batch = stream.read(_PATIENCE, self._wake)
        self._wake.clear()
        if batch.entries or batch.lost or batch.note:
            self._hand_over(Arrival(batch))
            self._ended.wait(PACE)

    def _hand_over(self, arrival: Arrival) -> None:
        if not self._ended.is_set():
            self._deliver(arrival)


def _failed(error: Exception) -> Arrival:
    return Arrival(None, error=errors.failure("Reading the journal", error))
