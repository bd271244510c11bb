"""The journal through libsystemd's own reader (`systemd.journal.Reader`, package systemd-python).

The methods of the binding that begin with an underscore are the plain sd_journal calls. They are used because the
public ones make a datetime of every time stamp, which fails for clocks that are far off, and read whole entries where
only their number is wanted.
"""

from __future__ import annotations

import errno
import os
import select
from collections.abc import Callable
from typing import Any, TypeVar

from moducop_tui.host import Host
from moducop_tui.model.log import Boot, LogEntry
from moducop_tui.model.wake import Wake
from moducop_tui.sources.journal_backend import Arrived, JournalError
from moducop_tui.sources.journal_boots import read_boots
from moducop_tui.sources.journal_entry import FIELD_LIMIT, entry_from
from moducop_tui.sources.journal_files import PERSISTENT, is_own, journal_in_use
from moducop_tui.sources.journal_match import Matches
from moducop_tui.sources.mounts import is_within

_COUNT_LIMIT = 200_000
"""Entries that are passed over in one go at most; each costs about half a microsecond, on the device some ten times."""
_BROKEN_ENTRY = frozenset({errno.EBADMSG, errno.EIO, errno.EINVAL, errno.E2BIG, errno.ENOENT, errno.EPROTONOSUPPORT})
"""What reading a single damaged entry gives; the entries around it may be well."""

Result = TypeVar("Result")


def is_installed() -> bool:
    """Whether the binding can be loaded on this machine."""
    try:
        from systemd import journal  # noqa: F401
    except ImportError:
        return False
    return True


class ReaderBackend:
    """Opens readers of the device's journal."""

    name = "systemd.journal"
    newest_pause = 0.0

    def __init__(self, host: Host, note: str | None = None) -> None:
        self._host = host
        self.note = note

    def view(self, matches: Matches) -> ReaderView:
        """A view of what these matches choose. Raises JournalError."""
        return ReaderView(self._open(), matches)

    def boots(self, limit: int, current: str | None) -> tuple[Boot, ...]:
        """The newest `limit` boots. Raises JournalError."""
        reader = self._open()
        try:
            return _said(lambda: read_boots(reader, limit, current))
        finally:
            reader.close()

    def _open(self) -> Any:
        from systemd import journal

        directory = journal_in_use(self._host) or PERSISTENT
        if self._host.is_this_machine and is_within(directory, PERSISTENT) and is_own(self._host, directory):
            return _said(journal.Reader)
        # By its path: of itself the reader would also open files on a disk, as soon as there are any, and looks for
        # the machine id of /etc, which need not be the one that journald writes under.
        return _said(lambda: journal.Reader(path=str(self._host.path(directory))))


class ReaderView:
    """A reader with a position. For one thread at a time."""

    damage: str | None = None

    def __init__(self, reader: Any, matches: Matches) -> None:
        self._reader = reader
        self._last: str | None = None
        self._gap = False
        self._more = False
        _said(lambda: self._prepare(matches))

    def newest(self, count: int) -> list[LogEntry]:
        """The newest `count` entries, oldest first."""
        return _said(lambda: self._newest(count))

    def earlier(self, cursor: str, count: int) -> list[LogEntry]:
        """Up to `count` entries from before the one at `cursor`, oldest first."""
        return _said(lambda: self._earlier(cursor, count))

    def after(self, cursor: str) -> str | None:
        """The cursor of the first entry after the one at `cursor` that is still there."""
        return _said(lambda: self._after(cursor))

    def follow(self, cursor: str | None) -> None:
        """Let `come` begin after the entry at `cursor`; None: with the first entry that there is."""
        self._last = cursor
        if cursor is None:
            # Not seek_tail: from there libsystemd finds nothing new for ever when nothing has matched so far.
            _said(self._reader.seek_head)
        else:
            _said(lambda: self._place_after(cursor))

    def come(self, limit: int, behind: int | None) -> Arrived:
        """Up to `limit` entries that have come; when more than `behind` wait, the newest and how many were left out."""
        return _said(lambda: self._come(limit, behind))

    def wait(self, timeout: float, wake: Wake) -> None:
        """Wait for the journal's own wake-up: journald rings at most four times a second, however much it writes."""
        if self._more:
            return
        milliseconds = max(0.0, timeout) * 1000
        own = self._reader.get_timeout_ms()
        if own is not None and own >= 0:
            milliseconds = min(milliseconds, own)
        poller = select.poll()
        poller.register(self._reader.fileno(), self._reader.get_events())
        poller.register(wake.fileno(), select.POLLIN)
        poller.poll(milliseconds)

    def close(self) -> None:
        """Unmap the files and give back the descriptors."""
        self._reader.close()

    def _prepare(self, matches: Matches) -> None:
        self._reader.data_threshold = FIELD_LIMIT
        # The watch begins with the descriptor: asked for now, nothing written from here on is missed.
        self._reader.fileno()
        for position, alternative in enumerate(matches):
            if position:
                self._reader.add_disjunction()
            for condition in alternative:
                self._reader.add_match(condition)

    def _newest(self, count: int) -> list[LogEntry]:
        self._reader.process()
        self._reader.seek_tail()
        return self._backward(count)

    def _earlier(self, cursor: str, count: int) -> list[LogEntry]:
        self._reader.seek_cursor(cursor)
        if not self._reader._previous():
            return []
        if self._reader.test_cursor(cursor):
            return self._backward(count)
        # The entry itself is gone, and this is the one before it.
        here = self._entry()
        return self._backward(count - 1) + ([here] if here else [])

    def _after(self, cursor: str) -> str | None:
        self._reader.seek_cursor(cursor)
        if not self._reader._next():
            return None
        if self._reader.test_cursor(cursor) and not self._reader._next():
            return None
        return str(self._reader._get_cursor())

    def _backward(self, count: int) -> list[LogEntry]:
        entries: list[LogEntry] = []
        for _ in range(count):
            if not self._reader._previous():
                break
            entry = self._entry()
            if entry is not None:
                entries.append(entry)
        entries.reverse()
        return entries

    def _place_after(self, cursor: str) -> None:
        self._reader.seek_cursor(cursor)
        if self._reader._next() and self._reader.test_cursor(cursor):
            return
        # Gone. From here the next step leads to the first entry that is left, or that comes.
        self._reader.seek_cursor(cursor)
        self._gap = True

    def _come(self, limit: int, behind: int | None) -> Arrived:
        from systemd import journal

        if self._reader.process() == journal.INVALIDATE and self._last is not None:
            self._place_after(self._last)
        entries, lost = self._forward(limit)
        self._more = len(entries) + lost >= limit
        if self._more and behind is not None and self._last is not None:
            passed = self._pass_all()
            if passed > behind:
                lost += len(entries) + passed - limit
                self._reader._previous(limit)
                entries, broken = self._forward(limit)
                lost += broken
            else:
                self._place_after(self._last)
        gap = self._gap
        if entries:
            self._gap = False
        return Arrived(entries, lost, gap)

    def _forward(self, limit: int) -> tuple[list[LogEntry], int]:
        entries: list[LogEntry] = []
        broken = 0
        while len(entries) + broken < limit and self._reader._next():
            entry = self._entry()
            if entry is None:
                broken += 1
                continue
            entries.append(entry)
            self._last = entry.cursor
        return entries, broken

    def _pass_all(self) -> int:
        passed = 0
        while passed < _COUNT_LIMIT and self._reader._next():
            passed += 1
        return passed

    def _entry(self) -> LogEntry | None:
        """The entry at the position; None when it is damaged."""
        reader = self._reader
        try:
            fields = reader._get_all()
            microseconds, boot = reader._get_monotonic()
            return entry_from(fields, reader._get_cursor(), reader._get_realtime(), microseconds, boot.hex())
        except OSError as error:
            if error.errno in _BROKEN_ENTRY:
                return None
            raise


def _said(call: Callable[[], Result]) -> Result:
    """The call's result; what the library raises becomes a sentence."""
    try:
        return call()
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise JournalError(f"The journal can't be read: {reason}.") from error
