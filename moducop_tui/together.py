"""Topics that one verdict is drawn from are shown together: no verdict may stand on a before and an after.

Which slot is booted, whether it is on trial, whether an update waits: that is said by three topics that change
together but are read one after the other. When one of them says something else than before, the others are read again
at once, and all of them reach the store in one step.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from moducop_tui.model.reading import Topic, Unavailable
from moducop_tui.store import Store

JUDGED_TOGETHER = frozenset({Topic.SLOTS, Topic.BOOT, Topic.MENDER})
"""What `model.verdict.judge_boot` judges."""
PATIENCE = 1.0
"""Seconds that a change waits for the other topics; one that hangs must not hide it."""
ROUNDS = 3
"""Changes in a row that let the others be read again; a value that never stays the same must not keep them busy."""

ReadAgain = Callable[[frozenset[Topic]], frozenset[Topic]]
"""Reads topics again at once; returns those that really will be read."""


class Together:
    """Stands before a store. `publish` is called in the sources' threads, `release_overdue` from time to time."""

    def __init__(self, store: Store, read_again: ReadAgain, clock: Callable[[], float] = time.monotonic) -> None:
        self._store = store
        self._read_again = read_again
        self._clock = clock
        self._lock = threading.Lock()
        self._known: dict[Topic, object] = {}
        self._held: dict[Topic, object] = {}
        self._awaited: frozenset[Topic] = frozenset()
        self._rounds = 0
        self._until = 0.0

    def publish(self, topic: Topic, value: object) -> None:
        """Hand a reading on to the store, a changed one of these topics once the others have been read after it."""
        if topic not in JUDGED_TOGETHER:
            self._store.publish(topic, value)
            return
        with self._lock:
            self._held[topic] = value
            self._awaited -= {topic}
            if self._is_another(topic, value) and self._rounds < ROUNDS:
                self._await_others(topic)
            if not self._awaited or self._clock() >= self._until:
                self._release()

    def release_overdue(self) -> None:
        """Let go what has waited long enough."""
        with self._lock:
            if self._held and self._clock() >= self._until:
                self._release()

    def _is_another(self, topic: Topic, value: object) -> bool:
        """Whether it says something else than before. The first value is no change, and a failure says nothing."""
        if isinstance(value, Unavailable):
            return False
        before = self._known.get(topic, value)
        self._known[topic] = value
        return before != value

    def _await_others(self, topic: Topic) -> None:
        if not self._rounds:
            self._until = self._clock() + PATIENCE
        self._rounds += 1
        self._awaited |= self._read_again(JUDGED_TOGETHER - {topic})

    def _release(self) -> None:
        held, self._held = self._held, {}
        self._awaited = frozenset()
        self._rounds = 0
        self._store.publish_all(held)
