"""The journal as the console knows it: `Journal` opens live views of it, `JournalSource` gives it in short."""

from __future__ import annotations

import contextlib
import time
from dataclasses import replace

from moducop_tui.config import Config
from moducop_tui.host import Host
from moducop_tui.model.log import Boot, Log, LogEntry, LogFilter
from moducop_tui.model.reading import Topic, Unavailable
from moducop_tui.model.wake import Wake
from moducop_tui.sources.journal_backend import JournalBackend, JournalError, JournalView
from moducop_tui.sources.journal_choice import choose_backend
from moducop_tui.sources.journal_match import EVERYTHING, Matches, matches_of
from moducop_tui.sources.journal_places import (
    active_directory,
    current_boot,
    is_persistent,
    why_unreadable,
)
from moducop_tui.sources.journal_stream import JournalStream
from moducop_tui.sources.journal_summary import WARNING, Alerts, age_of

BOOT_LIMIT = 32
"""Boots that are listed at most."""

_ALERT_BACKLOG = 1000
"""Warnings and errors that are looked at when the source starts."""
_LEAST_PAUSE = 0.25
"""Seconds between two wake-ups by the journal."""
_LOOK_DISTANCE = 2.0
"""Seconds between two looks at where the journal lives."""
_CATCH_UP = 0.5
"""Seconds that one reading spends on entries that wait."""


class Journal:
    """Opens live views. A view belongs to one thread at a time; several views may be read by several threads."""

    def __init__(self, config: Config, host: Host, backend: JournalBackend | None = None) -> None:
        self._config = config
        self._host = host
        self._backend = backend

    def open(self, wanted: LogFilter, backlog: int) -> JournalStream | Unavailable:
        """A stream that begins with the newest `backlog` entries of `wanted`.

        A journal that is not there yet is no error: the stream waits for it. Call this in the thread that will read.
        """
        backend = self._backend or choose_backend(self._host)
        if isinstance(backend, Unavailable):
            return backend
        reason = why_unreadable(self._host)
        if reason is not None:
            return Unavailable(reason)
        stream = JournalStream(backend, self._host, lambda: _matches(wanted, self._host, backend), backlog)
        stream.begin()
        return stream


class JournalSource:
    """Reads the topic LOG: follows warnings and errors, looks at the newest entry, lists the boots."""

    topic = Topic.LOG
    cadence = 5.0
    time_limit = 5.0

    def __init__(self, config: Config, host: Host, backend: JournalBackend | None = None) -> None:
        self._config = config
        self._host = host
        self._backend = backend
        self._stream: JournalStream | None = None
        self._everything: JournalView | None = None
        self._alerts = Alerts()
        self._started = False
        self._newest: LogEntry | None = None
        self._newest_at = 0.0
        self._boots: tuple[Boot, ...] = ()
        self._listed_for: str | None = None
        self._looked_at: float | None = None
        self._persistent: bool | None = None
        self._damage: str | None = None
        self._returned_at = 0.0

    def read(self) -> Log | Unavailable:
        """The journal in short, or why it can't be read."""
        backend = self._backend or choose_backend(self._host)
        if isinstance(backend, Unavailable):
            return backend
        self._backend = backend
        reason = self._why_nothing()
        if reason is not None:
            return Unavailable(reason)
        stream = self._take_alerts(backend)
        if stream.trouble is not None:
            return Unavailable(stream.trouble)
        try:
            self._look_at_newest(backend)
        except JournalError as error:
            self._drop_everything()
            return Unavailable(str(error))
        self._list_boots(backend)
        errors, warnings = self._alerts.last_hour(time.monotonic())
        return Log(
            recent=self._alerts.recent,
            errors_last_hour=errors,
            warnings_last_hour=warnings,
            newest=self._newest,
            backend=backend.name,
            persistent=self._persistent,
            boots=self._boots_until_now(),
            note=self._damage or backend.note,
        )

    def wait(self, timeout: float, wake: Wake) -> None:
        """Return when the journal rings, at most four times a second; or after `timeout`; or when `wake` is set."""
        deadline = time.monotonic() + timeout
        soonest = min(deadline, self._returned_at + _LEAST_PAUSE)
        if not wake.wait(soonest - time.monotonic()):
            left = deadline - time.monotonic()
            if self._stream is None:
                wake.wait(left)
            elif left > 0:
                self._stream.wait(left, wake)
        self._returned_at = time.monotonic()

    def close(self) -> None:
        """Give back readers and processes."""
        if self._stream is not None:
            self._stream.close()
        self._drop_everything()

    def _why_nothing(self) -> str | None:
        """Why there is nothing to read; also keeps where the journal lives. While all is well not at every entry."""
        now = time.monotonic()
        if self._looked_at is not None and now - self._looked_at < _LOOK_DISTANCE:
            return None
        reason = why_unreadable(self._host)
        if reason is not None:
            return reason  # first: to a user who may not look, a journal looks like none
        if active_directory(self._host) is None:
            return "There is no journal: neither /run/log/journal nor /var/log/journal holds a file of journald."
        self._looked_at = now
        was, self._persistent = self._persistent, is_persistent(self._host)
        if was != self._persistent:
            self._drop_everything()  # journald has gone over to another place
        return None

    def _take_alerts(self, backend: JournalBackend) -> JournalStream:
        if self._stream is None:
            wanted = LogFilter(max_priority=WARNING, all_boots=True)
            matches = _matches(wanted, self._host, backend)
            self._stream = JournalStream(backend, self._host, lambda: matches, _ALERT_BACKLOG, keep_all=True)
        boot = current_boot(self._host)
        until = time.monotonic() + _CATCH_UP
        while True:
            batch = self._stream.take()
            now = time.monotonic()
            for entry in batch.entries:
                age = age_of(entry, boot, now, time.time())
                # What comes while we listen has just been written, whatever its clock says.
                self._alerts.add(entry, now, 0.0 if age is None and self._started else age)
            if batch.entries:
                self._newest = batch.entries[-1]
            elif not batch.note:
                self._started = self._started or self._stream.trouble is None
                return self._stream
            if now > until:
                return self._stream

    def _look_at_newest(self, backend: JournalBackend) -> None:
        now = time.monotonic()
        if self._newest is not None and now - self._newest_at < backend.newest_pause:
            return
        self._newest_at = now
        if self._everything is None:
            self._everything = backend.view(EVERYTHING)
        found = self._everything.newest(1)
        self._newest = found[0] if found else None
        self._damage = self._everything.damage

    def _list_boots(self, backend: JournalBackend) -> None:
        """Once, and again when an entry of another boot comes."""
        if self._newest is None or self._newest.boot_id == self._listed_for:
            return
        self._listed_for = self._newest.boot_id
        with contextlib.suppress(JournalError):
            self._boots = backend.boots(BOOT_LIMIT, current_boot(self._host))

    def _boots_until_now(self) -> tuple[Boot, ...]:
        newest = self._newest
        if newest is None:
            return self._boots
        return tuple(
            replace(boot, last=newest.realtime) if boot.boot_id == newest.boot_id else boot for boot in self._boots
        )

    def _drop_everything(self) -> None:
        if self._everything is not None:
            self._everything.close()
            self._everything = None


def _matches(wanted: LogFilter, host: Host, backend: JournalBackend) -> Matches:
    """The matches of a filter; where nothing runs below the root prefix, the current boot is the newest one there."""
    boot = None
    if wanted.boot_id is None and not wanted.all_boots:
        boot = current_boot(host) or _newest_boot(backend)
    return matches_of(wanted, boot)


def _newest_boot(backend: JournalBackend) -> str | None:
    with contextlib.closing(backend.view(EVERYTHING)) as view:
        newest = view.newest(1)
    return newest[0].boot_id if newest else None
