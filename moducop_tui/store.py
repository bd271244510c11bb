"""The newest reading of each topic: the only state that sources and screens share, and the only one that changes."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace

from moducop_tui import errors
from moducop_tui.model.reading import Reading, Topic, Unavailable
from moducop_tui.model.readings import Readings

Callback = Callable[[Topic], None]


class Store:
    """Holds one frozen `Readings`, replaced as a whole by every publication. Safe from any thread."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._newest = Readings()
        self._shown: Readings | None = None
        self._callbacks: tuple[Callback, ...] = ()

    @property
    def readings(self) -> Readings:
        """The newest readings; while frozen those of the moment of freezing."""
        return self._shown or self._newest

    @property
    def frozen(self) -> bool:
        """Whether `readings` stands still."""
        return self._shown is not None

    def publish(self, topic: Topic, value: object | Unavailable) -> None:
        """Replace the reading of a topic, then tell every subscriber.

        A good value clears the error. `Unavailable` sets the error and keeps the last good value with its time.
        """
        self.publish_all({topic: value})

    def publish_all(self, values: Mapping[Topic, object | Unavailable]) -> None:
        """Replace the readings of several topics in one step: nobody sees one of them without the others."""
        with self._lock:
            changed = {topic.value: self._renewed(topic, value) for topic, value in values.items()}
            self._newest = replace(self._newest, **changed)  # type: ignore[arg-type]  # the topic decides the type
            callbacks = self._callbacks
        for topic in values:
            for callback in callbacks:
                try:
                    callback(topic)
                except Exception as error:  # noqa: BLE001 - boundary: a subscriber's mistake must not end a source
                    errors.report(error)

    def _renewed(self, topic: Topic, value: object | Unavailable) -> Reading[object]:
        if isinstance(value, Unavailable):
            return replace(self._newest.of(topic), error=value.reason, failed_at=self._clock())
        return Reading(value=value, taken_at=self._clock())

    def subscribe(self, callback: Callback) -> Callable[[], None]:
        """Call `callback` with the topic, in the publishing thread, after every publication, also while frozen.

        Returns the function that ends the subscription. The callback must be quick: the source waits for it.
        """
        with self._lock:
            self._callbacks = (*self._callbacks, callback)
        return lambda: self._unsubscribe(callback)

    def freeze(self) -> None:
        """Let `readings` stand still, for a look at one moment; sources go on publishing."""
        with self._lock:
            self._shown = self._shown or self._newest

    def thaw(self) -> None:
        """Show the newest again. No subscriber is told: who thaws draws afresh."""
        with self._lock:
            self._shown = None

    def _unsubscribe(self, callback: Callback) -> None:
        with self._lock:
            self._callbacks = tuple(other for other in self._callbacks if other is not callback)
