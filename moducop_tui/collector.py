"""Runs the sources: a thread each, only what is asked for, and a monitor that says when one hangs."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterable

from moducop_tui.model.ports import Source
from moducop_tui.model.reading import Topic, Unavailable
from moducop_tui.store import Store
from moducop_tui.together import Together
from moducop_tui.worker import Worker, unread

MONITOR_PERIOD = 1.0
"""Seconds between two looks for hanging sources: what a technician waits at most beyond a source's time limit."""


class Collector:
    """Fills a store from sources for as long as the console runs."""

    def __init__(self, sources: Iterable[Source], store: Store, monitor_period: float = MONITOR_PERIOD) -> None:
        self._store = store
        self._together = Together(store, self._read_again)
        self._workers = tuple(Worker(source, self._together.publish) for source in sources)
        self._period = monitor_period
        self._ended = threading.Event()
        self._monitor = threading.Thread(target=self._watch, name="monitor of sources", daemon=True)

    def start(self) -> None:
        """Start all threads. Nothing is read before `demand`. A topic whose thread can't be started says why."""
        for worker in self._workers:
            try:
                worker.start()
            except RuntimeError as error:
                self._store.publish(worker.source.topic, Unavailable(unread(worker.source.topic, error)))
        with contextlib.suppress(RuntimeError):  # then nothing tells that a source hangs
            self._monitor.start()

    def demand(self, topics: frozenset[Topic]) -> None:
        """Read these topics and no others from now on; those newly asked for at once. Safe from any thread."""
        for worker in self._workers:
            worker.demand(worker.source.topic in topics)

    def _read_again(self, topics: frozenset[Topic]) -> frozenset[Topic]:
        return frozenset(
            worker.source.topic for worker in self._workers if worker.source.topic in topics and worker.read_again()
        )

    def read_now(self, topics: frozenset[Topic], timeout: float) -> None:
        """Read topics again, and wait in the calling thread until the store has them, at most `timeout` seconds."""
        published: set[Topic] = set()
        complete = threading.Event()
        awaited = topics

        def note(topic: Topic) -> None:
            published.add(topic)
            if awaited <= published:
                complete.set()

        end = self._store.subscribe(note)
        awaited = self._read_again(topics)
        if not awaited <= published:
            complete.wait(timeout)
        end()

    def stop(self, timeout: float = 2.0) -> None:
        """End all threads and close their sources, within `timeout` seconds.

        A source that hangs is left behind in its daemon thread; it publishes nothing any more.
        """
        if self._ended.is_set():
            return
        self._ended.set()
        until = time.monotonic() + timeout
        for worker in self._workers:
            worker.stop()
        for worker in self._workers:
            worker.join(until - time.monotonic())

    def _watch(self) -> None:
        while not self._ended.wait(self._period):
            for worker in self._workers:
                worker.check()
            self._together.release_overdue()
