"""Reads topics of a device again and again, as what acts on it needs them: each afresh, none for ever."""

from __future__ import annotations

import threading
from collections.abc import Callable

from moducop_tui.device import Device
from moducop_tui.model.ports import Source
from moducop_tui.model.reading import Topic, Unavailable
from moducop_tui.worker import begin, close_quietly, hanging, read_guarded, read_here


class Reread:
    """Keeps the sources that were asked for, with their connections, until `close`. `make` builds the device anew."""

    def __init__(self, make: Callable[[], Device]) -> None:
        self._make = make
        self._sources: dict[Topic, Source] = {}

    def read(self, topic: Topic) -> object | Unavailable:
        """The topic as it is now. A source that does not answer in time is left alone, and made anew the next time."""
        source = self._sources.get(topic) or self._new(topic)
        if source is None:
            return Unavailable(f"Nothing reads {topic.value} here.")
        found: list[object] = []
        thread = threading.Thread(target=lambda: found.append(read_guarded(source)), daemon=True)
        if begin(thread):
            thread.join(source.time_limit)
        else:  # here, then
            value = read_here(source, source.time_limit)
            found += [] if value is None else [value]
        if not found:
            self._sources.pop(topic, None)
            return hanging(topic, source.time_limit)
        return found[0]

    def close(self) -> None:
        """Give back what the sources hold."""
        for source in self._sources.values():
            close_quietly(source)
        self._sources.clear()

    def _new(self, topic: Topic) -> Source | None:
        source = next((one for one in self._make().sources if one.topic is topic), None)
        if source is not None:
            self._sources[topic] = source
        return source
