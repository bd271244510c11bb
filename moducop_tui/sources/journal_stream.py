"""A live view of the journal that outlives what happens to it: rotation, vacuuming, restarts, damaged files."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from dataclasses import replace

from moducop_tui.host import Host
from moducop_tui.model.log import LogBatch, LogEntry
from moducop_tui.model.wake import Wake
from moducop_tui.sources.journal_backend import Arrived, JournalBackend, JournalError, JournalView
from moducop_tui.sources.journal_cursor import boot_of, is_later, is_next
from moducop_tui.sources.journal_followed import OtherBoots
from moducop_tui.sources.journal_match import EVERYTHING, Matches, may_match
from moducop_tui.sources.journal_places import Places, places

BATCH_LIMIT = 500
"""Entries in one batch at most, apart from the backlog."""
BEHIND_LIMIT = 2000
"""Entries that may wait; beyond it the stream goes on with the newest and counts the others as lost."""
EARLIER_LIMIT = 1000
"""Entries that one call of `earlier` gives at most."""

_FIRST_PAUSE = 0.25
_LONGEST_PAUSE = 5.0
_GIVE_UP = 3
"""Failures in a row at the same place, after which the stream goes on from the journal's end."""
_PLACES_PAUSE = 2.0
_LOOK_PAUSE = 0.2
"""Seconds after which a reader looks by itself. An entry can be read as soon as it is written, but journald rings up to
half a second later: a timer of 250 ms, and sd-event may be late by as much again. A look costs some microseconds."""

_GONE = "The journal was cleared up to this place while it was read; entries may be missing here."
_RECOVERED = "The journal can be read again."
_SKIPPED = "The journal is damaged at this place; entries are missing here."


class JournalStream:
    """Follows what some matches choose. Used by one thread at a time: `read` and `earlier` never side by side.

    `matches` is asked anew at every opening, for the current boot may not be known before the journal is there.
    `others` reads the boots that lie before what is followed, where they are wanted, too. `keep_all` reads every entry
    however late, where others skip to the newest when entries come too fast.
    """

    def __init__(
        self,
        backend: JournalBackend,
        host: Host,
        matches: Callable[[], Matches],
        backlog: int,
        *,
        keep_all: bool = False,
        others: OtherBoots | None = None,
    ) -> None:
        self._backend = backend
        self._host = host
        self._matches = matches
        self._others = others
        self._in_others = False
        self._backlog = backlog
        self._behind = None if keep_all else BEHIND_LIMIT
        self._view: JournalView | None = None
        self._first: LogBatch | None = None
        self._has_begun = False
        self._last: str | None = None
        self._oldest: str | None = None
        self._held: LogEntry | None = None
        self._doubtful = False
        self._failures = 0
        self._damage: str | None = None
        self._retry_at = 0.0
        self._places: Places = ()
        self._places_at = 0.0
        self.trouble: str | None = None
        """Why the journal can't be read at the moment; None while it can."""

    def read(self, timeout: float, wake: Wake) -> LogBatch:
        """Entries that have come, waiting up to `timeout` seconds for the first; see `model.ports.LogStream`."""
        deadline = time.monotonic() + timeout
        while True:
            batch = self.take()
            left = deadline - time.monotonic()
            if batch.entries or batch.lost or batch.note or left <= 0 or wake.wait(0):
                return batch
            self.wait(min(left, _LOOK_PAUSE), wake)

    def take(self) -> LogBatch:
        """What has come, without waiting."""
        first, self._first = self._first, None
        return first or self._attempt()

    def begin(self) -> None:
        """Open the journal now, so that what is written from here on comes; else the first call of `read` does it."""
        self._first = self._attempt()

    def _attempt(self) -> LogBatch:
        now = time.monotonic()
        if self._view is None and now < self._retry_at:
            return LogBatch(())
        try:
            self._notice_places(now)
            first = self._open() if self._view is None else None
            batch = first or self._come()
        except JournalError as error:
            return LogBatch((), note=self._failed(str(error), now))
        self.trouble = None
        if first is not None:
            return batch  # not yet proved: following begins with the next call
        recovered = _RECOVERED if self._failures > 1 else None
        self._failures = 0
        return replace(batch, note=batch.note or recovered)

    def wait(self, timeout: float, wake: Wake) -> None:
        """Return when something may have come, when `wake` is set, or after `timeout` seconds, if not earlier."""
        pause = min(timeout, _PLACES_PAUSE)
        if self._view is None:
            wake.wait(min(pause, max(0.01, self._retry_at - time.monotonic())))
            return
        try:
            self._view.wait(pause, wake)
        except JournalError as error:
            self._failed(str(error), time.monotonic())

    def earlier(self, count: int) -> LogBatch:
        """Up to `count` entries from before the oldest given so far, oldest first. Empty at the journal's beginning."""
        count = min(count, EARLIER_LIMIT)
        held, self._held = self._held, None
        if (self._oldest is None and not self._in_others) or count < 1:
            return LogBatch(())
        try:
            entries = self._before(count - 1 if held else count)
        except JournalError as error:
            self._held = held
            return LogBatch((), note=str(error))
        if held:
            entries.append(held)
        return LogBatch(tuple(entries))

    def _before(self, count: int) -> list[LogEntry]:
        """Up to `count` entries from before the oldest so far: of what is followed, then of the other boots."""
        entries: list[LogEntry] = []
        if not self._in_others and self._oldest is not None:
            with contextlib.closing(self._backend.view(self._matches())) as view:
                entries = view.earlier(self._oldest, count)
            if entries:
                self._oldest = entries[0].cursor
        if len(entries) < count and self._others is not None:
            self._in_others = True
            entries = self._others.earlier(count - len(entries), self._oldest) + entries
        return entries

    def close(self) -> None:
        """End following. No call follows."""
        if self._view is not None:
            self._view.close()
            self._view = None

    def _open(self) -> LogBatch | None:
        """Open a view: at the entry given last, or, the first time, with the backlog."""
        matches = self._matches()
        view = self._backend.view(matches)
        self._view = view
        if self._last is not None and not may_match(matches, boot_of(self._last)):
            self._last = None  # the device has booted anew: nothing of this boot has been given yet
        entries: list[LogEntry] = []
        older: list[LogEntry] = []
        note = None
        if self._last is None:
            # At least one entry is read, as a place to go on from.
            entries = view.newest(max(1, self._backlog if not self._has_begun else BATCH_LIMIT))
            if entries and not self._backlog and not self._has_begun:
                self._held = entries.pop()
                self._last = self._oldest = self._held.cursor
            elif len(entries) < self._backlog and not self._has_begun:
                older = self._older(self._backlog - len(entries), entries)
        elif self._failures >= _GIVE_UP:
            skipped_to = view.newest(1)
            self._last = skipped_to[0].cursor if skipped_to else self._last
            note = _SKIPPED
        if entries:
            self._accept(entries)
        view.follow(self._last)
        self._has_begun = True
        if view.damage is not None and view.damage != self._damage:
            self._damage = note = view.damage
        entries = older + entries
        return LogBatch(tuple(entries), note=note) if entries or note else None

    def _older(self, count: int, entries: list[LogEntry]) -> list[LogEntry]:
        """What belongs into the backlog from the boots before these entries."""
        if self._others is None:
            return []
        self._in_others = True
        return self._others.earlier(count, entries[0].cursor if entries else None)

    def _come(self) -> LogBatch:
        if self._view is None:
            return LogBatch(())
        arrived = self._view.come(BATCH_LIMIT, self._behind)
        self._doubtful = self._doubtful or arrived.gap
        note = self._judge_gap(arrived)
        entries = self._without_known(arrived.entries)
        if entries:
            self._accept(entries)
        return LogBatch(tuple(entries), arrived.lost, note)

    def _judge_gap(self, arrived: Arrived) -> str | None:
        """A note, unless the entry after the one given last is certainly still there."""
        if not (arrived.gap and arrived.entries and self._last):
            return None
        boot = boot_of(self._last)
        with contextlib.closing(self._backend.view(((f"_BOOT_ID={boot}",),) if boot else EVERYTHING)) as view:
            following = view.after(self._last)
        return None if following is not None and is_next(following, self._last) else _GONE

    def _without_known(self, entries: list[LogEntry]) -> list[LogEntry]:
        """After a gap, what was given before is left out: where its place is gone, the journal offers the nearest."""
        if not self._doubtful or self._last is None:
            return entries
        for place, entry in enumerate(entries):
            if is_later(entry.cursor, self._last) is not False:
                self._doubtful = False
                return entries[place:]
        return []

    def _accept(self, entries: list[LogEntry]) -> None:
        self._last = entries[-1].cursor
        if self._oldest is None:
            self._oldest = entries[0].cursor
            self._held = None

    def _failed(self, sentence: str, now: float) -> str | None:
        """Close the view, plan the next attempt; a note, but only one for a row of failures."""
        self.close()
        self._failures += 1
        self._retry_at = now + min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** min(self._failures - 1, 8))
        self.trouble = sentence
        return f"{sentence} Trying again." if self._failures == 2 else None

    def _notice_places(self, now: float) -> None:
        """Open anew when the journal has moved, or was mounted over: an open reader does not see that."""
        if now - self._places_at < _PLACES_PAUSE:
            return
        self._places_at = now
        found = places(self._host)
        if found != self._places and self._view is not None:
            self.close()
        self._places = found
