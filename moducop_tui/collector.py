"""Runs the sources: a thread each, only what is asked for, and a monitor that says when one hangs."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable

from moducop_tui.model.ports import Source
from moducop_tui.model.reading import Reading, Topic
from moducop_tui.model.readings import Readings
from moducop_tui.store import Store
from moducop_tui.worker import Worker, close_quietly, hanging, read_guarded

MONITOR_PERIOD = 1.0
"""Seconds between two looks for hanging sources: what a technician waits at most beyond a source's time limit."""


class Collector:
    """Fills a store from sources for as long as the console runs."""

    def __init__(self, sources: Iterable[Source], store: Store, monitor_period: float = MONITOR_PERIOD) -> None:
        self._workers = tuple(Worker(source, store.publish) for source in sources)
        self._period = monitor_period
        self._ended = threading.Event()
        self._monitor = threading.Thread(target=self._watch, name="monitor of sources", daemon=True)

    def start(self) -> None:
        """Start all threads. Nothing is read before `demand`."""
        for worker in self._workers:
            worker.start()
        self._monitor.start()

    def demand(self, topics: frozenset[Topic]) -> None:
        """Read these topics and no others from now on; those newly asked for at once. Safe from any thread."""
        for worker in self._workers:
            worker.demand(worker.source.topic in topics)

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


def read_once(sources: Iterable[Source], topics: frozenset[Topic], limit: float) -> Readings:
    """Read topics once, side by side, and close their sources; for the command line.

    A topic gets its source's own time limit and `limit` seconds at most; one that has not come by then holds the
    sentence that says so. Topics without a source stay empty.
    """
    store = Store()
    started = time.monotonic()
    pending = []
    for source in sources:
        if source.topic in topics:
            thread = threading.Thread(target=_publish_once, args=(source, store), daemon=True)
            thread.start()
            pending.append((source, thread))
    for source, thread in pending:
        patience = min(source.time_limit, limit)
        thread.join(max(0.0, started + patience - time.monotonic()))
    for source, _ in pending:
        if store.readings.of(source.topic) == Reading():
            store.publish(source.topic, hanging(source.topic, time.monotonic() - started))
    return store.readings


def _publish_once(source: Source, store: Store) -> None:
    store.publish(source.topic, read_guarded(source))
    close_quietly(source)
