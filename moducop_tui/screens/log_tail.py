"""A logbook that fills itself: what the screens Logs and Apps have in common."""

from __future__ import annotations

from textual.message_pump import MessagePump

from moducop_tui.logbook import Logbook
from moducop_tui.model.log import LogFilter
from moducop_tui.screens.console import Console
from moducop_tui.screens.log_follower import Arrival, LogFollower
from moducop_tui.screens.log_messages import LogArrived

EARLIER = 200
"""Entries that are fetched at once when somebody scrolls up."""


class LogTail:
    """The entries of one filter at a time. The owner gets a `LogArrived` and hands it to `take`."""

    def __init__(self, console: Console, owner: MessagePump, backlog: int) -> None:
        self._console = console
        self._owner = owner
        self._backlog = backlog
        self._follower: LogFollower | None = None
        self._asked = False
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
        follower = self._follower = LogFollower(self._console.log, wanted, self._backlog, self._hand_over)
        follower.start()

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

    def take(self, message: LogArrived) -> bool:
        """Enter what arrived into the book; False when it is of a filter that is not wanted any more."""
        if message.follower is not self._follower:
            return False
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
