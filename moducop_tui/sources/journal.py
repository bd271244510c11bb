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
from moducop_tui.sources.journal_files import current_boot, journal_in_use
from moducop_tui.sources.journal_followed import BOOT_LIMIT, OtherBoots, followed, newest_boot
from moducop_tui.sources.journal_match import EVERYTHING, of_boots
from moducop_tui.sources.journal_places import is_persistent, why_unreadable
from moducop_tui.sources.journal_stream import JournalStream
from moducop_tui.sources.journal_summary import WARNING, Alerts, age_of

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
        others = OtherBoots(wanted, self._host, backend) if wanted.all_boots else None
        stream = _stream(wanted, self._host, backend, backlog, others=others)
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
        self._others: OtherBoots | None = None
        self._everything: JournalView | None = None
        self._boot: str | None = None
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
        missing = self._what_is_missing()
        if missing is not None and current_boot(self._host) is not None:
            return Unavailable(missing)  # journald writes at every boot: that is no quiet journal
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
            note=self._damage or missing or backend.note,
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
        if journal_in_use(self._host) is None:
            return "There is no journal: neither /run/log/journal nor /var/log/journal holds a file of journald."
        self._looked_at = now
        was, self._persistent = self._persistent, is_persistent(self._host)
        if was != self._persistent:
            self._drop_everything()  # journald has gone over to another place
        return None

    def _take_alerts(self, backend: JournalBackend) -> JournalStream:
        if self._stream is None:
            wanted = LogFilter(max_priority=WARNING, all_boots=True)
            self._others = OtherBoots(wanted, self._host, backend)
            self._stream = _stream(wanted, self._host, backend, _ALERT_BACKLOG, others=self._others, keep_all=True)
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
                if boot in {None, batch.entries[-1].boot_id}:
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
        boot = newest_boot(self._host, backend)
        if boot != self._boot:
            self._boot = boot
            self._drop_everything()
        if self._everything is None:
            self._everything = backend.view(EVERYTHING if boot is None else of_boots(LogFilter(), (boot,)))
        found = self._everything.newest(1)
        self._damage = self._everything.damage
        if not found and boot is not None:
            with contextlib.closing(backend.view(EVERYTHING)) as view:
                found = view.newest(1)
        self._newest = found[0] if found else None

    def _what_is_missing(self) -> str | None:
        """A sentence where there are files, but nothing in them of what goes on now."""
        directory, boot = journal_in_use(self._host), current_boot(self._host)
        if self._newest is None:
            return f"There are journal files in {directory}, but no entry can be read from them."
        if boot is None or self._newest.boot_id == boot:
            return None
        return (
            f"Nothing of this boot is in the journal ({directory}): journald does not run, or writes elsewhere. "
            "Look at the unit systemd-journald; Logs shows what is left of earlier boots."
        )

    def _list_boots(self, backend: JournalBackend) -> None:
        """Once, and again when an entry of another boot comes."""
        if self._newest is None or self._newest.boot_id == self._listed_for:
            return
        self._listed_for = self._newest.boot_id
        listed = self._others.boots if self._others is not None and not self._boots else None
        if listed is not None:  # a moment ago, to see what was before this boot
            self._boots = listed
            return
        with contextlib.suppress(JournalError):
            self._boots = backend.boots(BOOT_LIMIT, self._boot)

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


def _stream(
    wanted: LogFilter,
    host: Host,
    backend: JournalBackend,
    backlog: int,
    *,
    others: OtherBoots | None,
    keep_all: bool = False,
) -> JournalStream:
    """A stream that follows the newest boot; those before it come before it, where they are wanted."""
    return JournalStream(
        backend, host, lambda: followed(wanted, host, backend), backlog, keep_all=keep_all, others=others
    )
