"""A logbook that fills itself: what the screens Logs and Apps have in common."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time

from textual.message_pump import MessagePump

from moducop_tui.logbook import Logbook
from moducop_tui.model.log import LogFilter
from moducop_tui.screens.console import Console
from moducop_tui.screens.log_follower import Arrival, LogFollower
from moducop_tui.screens.log_messages import LogArrived

EARLIER = 200
"""Entries that are fetched at once when somebody scrolls up."""
FIRST_WITHIN = 0.15
"""Seconds that a drawing waits for the first answer: a screen drawn empty before that would be sent twice."""


class LogTail:
    """The entries of one filter at a time. The owner gets a `LogArrived` and hands it to `take`."""

    def __init__(self, console: Console, owner: MessagePump, backlog: int) -> None:
        self._console = console
        self._owner = owner
        self._backlog = backlog
        self._follower: LogFollower | None = None
        self._asked = False
        self._answered = threading.Event()
        self._taken = False
        self._followed_at = 0.0
        self.book = Logbook(console.log_memory)
        self.wanted: LogFilter | None = None
        self.error: str | None = None
        self.at_beginning = False

    def follow(self, wanted: LogFilter) -> None:
        """Begin with another filter; what was there is forgotten. The same filter goes on as it is."""
        if self._follower is not None and wanted == self.wanted:
            return
        self.forget()
        self.wanted = wanted
        self._answered = threading.Event()
        self._taken = False
        self._followed_at = time.monotonic()
        follower = self._follower = LogFollower(self._console.log, wanted, self._backlog, self._hand_over)
        follower.start()

    @property
    def expects_first(self) -> bool:
        """Whether the first answer is about to come, so that drawing is better put off."""
        waited = time.monotonic() - self._followed_at
        return self._follower is not None and not self._taken and waited < FIRST_WITHIN

    async def first_answer(self) -> None:
        """Wait for the first answer, but never long."""
        if self.expects_first:
            with contextlib.suppress(RuntimeError):  # this system gives no more threads: drawn without it
                await asyncio.to_thread(self._answered.wait, FIRST_WITHIN)

    def forget(self) -> None:
        """End following and begin an empty book."""
        self.stop()
        self.book = Logbook(self._console.log_memory)
        self.error = None
        self.at_beginning = self._asked = False

    def stop(self) -> None:
        """End following; the entries stay."""
        if self._follower is not None:
            self._follower.stop()
        self._follower = None

    def _hand_over(self, arrival: Arrival) -> None:
        follower = self._follower
        if follower is not None:
            self._owner.post_message(LogArrived(follower, arrival))
            self._answered.set()

    def take(self, message: LogArrived) -> bool:
        """Enter what arrived into the book; False when it is of a filter that is not wanted any more."""
        if message.follower is not self._follower:
            return False
        self._taken = True
        arrival = message.arrival
        self.error = arrival.error
        if arrival.batch is None:
            return True
        if arrival.earlier:
            self._asked = False
            self.at_beginning = not arrival.batch.entries
            self.book.add_earlier(arrival.batch)
        else:
            self.book.add(arrival.batch)
        return True

    def ask_earlier(self) -> bool:
        """Fetch older entries, unless they are on their way, there are none, or memory is full. True when asked."""
        if self._follower is None or self._asked or self.at_beginning or self.book.is_full:
            return False
        self._asked = True
        self._follower.ask_earlier(EARLIER)
        return True
