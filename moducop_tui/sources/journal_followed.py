"""Whose entries are followed, and what lies before them: the current boot by its own match, the other boots before it.

The journal puts entries of different boots in order by their wall clock. After a power cut without a clock the boot
before lies in the future, and this boot's entries in front of it or among it: there the newest entry of all is not the
last one. So this boot is read by itself; other boots are what was before it, wherever their clocks put them.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import replace

from moducop_tui.host import Host
from moducop_tui.model.log import Boot, LogEntry, LogFilter
from moducop_tui.sources.journal_backend import JournalBackend
from moducop_tui.sources.journal_files import current_boot, last_boot
from moducop_tui.sources.journal_match import Matches, matches_of, of_boots

BOOT_LIMIT = 32
"""Boots that are listed at most."""


def newest_boot(host: Host, backend: JournalBackend) -> str | None:
    """The current boot; where nothing runs below the root prefix, the one that was written last.

    May raise JournalError. None where the journal has no entry.
    """
    boot = current_boot(host)
    if boot is not None:
        return boot
    boot = last_boot(host)
    if boot is not None and _newest(backend, of_boots(LogFilter(), (boot,))):
        return boot
    newest = _newest(backend, ())
    return newest[0].boot_id if newest else None


def followed(wanted: LogFilter, host: Host, backend: JournalBackend) -> Matches:
    """What of a filter can still come: of all boots only the newest. May raise JournalError."""
    if wanted.boot_id is not None and not wanted.all_boots:
        return matches_of(wanted, None)
    return matches_of(replace(wanted, all_boots=False, boot_id=None), newest_boot(host, backend))


class OtherBoots:
    """Entries of a filter from the boots before the newest, read backwards. For one thread at a time."""

    def __init__(self, wanted: LogFilter, host: Host, backend: JournalBackend) -> None:
        self._wanted = wanted
        self._host = host
        self._backend = backend
        self._matches: Matches | None = None
        self._oldest: str | None = None
        self._ended = False
        self.boots: tuple[Boot, ...] | None = None
        """The boots that the journal knows, as far as they had to be listed."""

    def earlier(self, count: int, first: str | None) -> list[LogEntry]:
        """Up to `count` entries from before those given last, oldest first; [] when there are no more.

        `first` is the cursor of the newest boot's first entry in the filter, None when it has none: there the boots
        before begin, if the clock went on. May raise JournalError.
        """
        if self._matches is None:
            self._begin(first)
        if self._ended or self._matches is None or count < 1:
            return []
        with contextlib.closing(self._backend.view(self._matches)) as view:
            found = view.newest(count) if self._oldest is None else view.earlier(self._oldest, count)
        if found:
            self._oldest = found[0].cursor
        else:
            self._ended = True
        return found

    def _begin(self, first: str | None) -> None:
        newest = newest_boot(self._host, self._backend)
        self.boots = boots = self._backend.boots(BOOT_LIMIT, newest)
        others = [boot.boot_id for boot in boots if boot.boot_id != newest]
        self._ended = not others
        if _in_order(boots, newest):
            self._matches, self._oldest = of_boots(self._wanted, ()), first
        else:
            self._matches = of_boots(self._wanted, others)


def _in_order(boots: Sequence[Boot], newest: str | None) -> bool:
    """Whether all other boots ended before the newest began, by the clock that the journal puts them in order by."""
    own = next((boot for boot in boots if boot.boot_id == newest), None)
    if own is None:
        return True  # it has no entry that could lie among the others
    others = [boot for boot in boots if boot is not own]
    begun = own.first
    return begun is not None and all(
        boot.last is not None and max(boot.last, boot.first or 0) < begun for boot in others
    )


def _newest(backend: JournalBackend, matches: Matches) -> list[LogEntry]:
    with contextlib.closing(backend.view(matches)) as view:
        return view.newest(1)
