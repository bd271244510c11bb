"""Keys and pastes on their way from the thread that reads to the app, never more than a person can have typed ahead.

A line that is all noise brings ten thousand keys a second, and an app takes some hundred: without a limit, memory and
the wait for the next true key would grow for as long as the noise lasts.
"""

from __future__ import annotations

from asyncio import AbstractEventLoop
from collections import deque
from collections.abc import Callable

from textual.events import Key, Paste

MOST_AHEAD = 100
"""Keys and pastes that wait for the app at most. What comes then is dropped."""


class TypedKeys:
    """`typed` is called in the reading thread; `take` in the loop, which also counts the keys that `waiting` tells."""

    def __init__(
        self,
        loop: AbstractEventLoop,
        take: Callable[[Key | Paste], object],
        waiting: Callable[[], int],
        most: int = MOST_AHEAD,
    ) -> None:
        self._loop = loop
        self._take = take
        self._waiting = waiting
        self._most = most
        self._unseen: deque[Key | Paste] = deque()
        """Those that the loop has not seen yet."""

    def typed(self, key: Key | Paste) -> None:
        """A key came, or pasted text."""
        if len(self._unseen) < self._most:
            self._unseen.append(key)
            self._loop.call_soon_threadsafe(self._hand_over)

    def _hand_over(self) -> None:
        key = self._unseen.popleft()
        if self._waiting() < self._most:
            self._take(key)
