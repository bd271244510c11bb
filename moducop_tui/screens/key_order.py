"""Keys and pastes are handed to the screens one at a time, the next one when all is done that the last one asked for.

Each screen has a queue of its own, and so has the app. Without this a key that was typed while another one puts a new
screen on top would overtake those that wait in the queue of the old one: of a name that is typed at once behind the
key that asks for it, a letter would become a command.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Protocol

from textual.events import Key, Paste
from textual.screen import Screen

SETTLING = 3
"""Rounds through the queues of the screen on top and of the app until a key's work is done. What a key asks for by
message (a choice told to the screen below, which asks for another place, on which something is opened) is at most three
messages long."""


class HasScreens(Protocol):
    """What is needed of the app."""

    @property
    def screen(self) -> Screen[object]:
        """The screen on top."""

    @property
    def screen_stack(self) -> list[Screen[object]]:
        """All of them."""

    def call_later(self, callback: Callable[..., object], *args: object) -> bool:
        """Call it when the app has handled what waits in its queue."""


class KeyOrder:
    """What waits to be handed over. All is called in the app's loop."""

    def __init__(self, app: HasScreens) -> None:
        self._app = app
        self._waiting: deque[Key | Paste] = deque()
        self._is_busy = False

    def __len__(self) -> int:
        """How many wait for their turn."""
        return len(self._waiting)

    @property
    def is_at_rest(self) -> bool:
        """Whether all that was typed is done."""
        return not self._waiting and not self._is_busy

    def came(self, key: Key | Paste) -> None:
        """A key came, or pasted text."""
        self._waiting.append(key)
        if not self._is_busy:
            self._next()

    def handled(self) -> None:
        """A screen has done what the key meant to it; messages that it has sent may be under way."""
        self._settle(SETTLING)

    def _settle(self, rounds: int) -> None:
        if not rounds or not self._app.screen_stack:
            self._next()
            return
        back = partial(self._app.call_later, self._settle, rounds - 1)
        if not self._app.screen.call_later(back):  # it is closing, and takes nothing more
            back()

    def _next(self) -> None:
        self._is_busy = False
        while self._waiting and self._app.screen_stack and not self._is_busy:
            self._is_busy = self._app.screen.post_message(self._waiting.popleft())
