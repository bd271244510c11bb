"""Reads a device once, for the command line, and where one look can't tell, looks twice."""

from __future__ import annotations

import threading
import time
from collections.abc import Collection, Iterable

from moducop_tui.model.ports import Source
from moducop_tui.model.reading import Reading, Topic
from moducop_tui.model.readings import Readings
from moducop_tui.store import Store
from moducop_tui.together import JUDGED_TOGETHER
from moducop_tui.worker import begin, close_quietly, hanging, read_guarded, read_here

RATED = frozenset({Topic.SYSTEM, Topic.APPS})
"""Topics with a share of the CPU, which is only known from two readings."""
DISTANCE = 0.25
"""Seconds between these two readings: a quarter of a second counts 25 ticks a processor."""
LOOKS = 4
"""Readings, at most, of the topics that are judged together, until two in a row say the same."""


def read_once(sources: Iterable[Source], topics: frozenset[Topic], limit: float) -> Readings:
    """Read topics side by side, and close their sources.

    A topic gets its source's own time limit and `limit` seconds at most; one that has not come by then holds the
    sentence that says so. Topics without a source stay empty.
    """
    store, started = Store(), time.monotonic()
    wanted = [source for source in sources if source.topic in topics]
    answered = _read(wanted, store, started, limit)
    for source in wanted:
        if store.readings.of(source.topic) == Reading():
            store.publish(source.topic, hanging(source.topic, time.monotonic() - started))
    hanging_now = _look_again(answered, store, started, limit)
    for source in answered:
        if source not in hanging_now:
            close_quietly(source)
    return store.readings


def _look_again(answered: Collection[Source], store: Store, started: float, limit: float) -> list[Source]:
    """Once more for the rates; for the verdict until the device has stood still between two readings.

    Returns the sources that did not answer again and must be left alone.
    """
    well = [source for source in answered if store.readings.of(source.topic).error is None]
    judged = [source for source in well if source.topic in JUDGED_TOGETHER]
    rated = [source for source in well if source.topic in RATED]
    if rated:
        time.sleep(max(0.0, min(DISTANCE, started + limit - time.monotonic())))
    again = [*judged, *rated]
    for _ in range(LOOKS - 1):
        before = _judged(store)
        done = _read(again, store, started, limit)
        if len(done) < len(again):
            return [source for source in again if source not in done]
        if _judged(store) == before:
            break
        again = judged
    return []


def _judged(store: Store) -> list[object]:
    return [store.readings.of(topic).value for topic in sorted(JUDGED_TOGETHER)]


def _read(sources: Iterable[Source], store: Store, started: float, limit: float) -> list[Source]:
    """Read each in a thread of its own; those that answered in time. The others must not be touched again.

    Where no thread can be started, they are read here, one after the other.
    """
    pending = []
    answered = []
    for source in sources:
        thread = threading.Thread(target=_publish_once, args=(source, store), daemon=True)
        if begin(thread):
            pending.append((source, thread))
        elif _publish_here(source, store, started, limit):
            answered.append(source)
    for source, thread in pending:
        thread.join(_patience(source, started, limit))
    return [*answered, *(source for source, thread in pending if not thread.is_alive())]


def _patience(source: Source, started: float, limit: float) -> float:
    """Seconds that are left for a source."""
    return max(0.0, started + min(source.time_limit, limit) - time.monotonic())


def _publish_here(source: Source, store: Store, started: float, limit: float) -> bool:
    value = read_here(source, _patience(source, started, limit))
    if value is not None:
        store.publish(source.topic, value)
    return value is not None


def _publish_once(source: Source, store: Store) -> None:
    store.publish(source.topic, read_guarded(source))
