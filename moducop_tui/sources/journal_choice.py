"""Which way of reading the journal: libsystemd's reader where nothing can happen to it, else journalctl.

libsystemd maps journal files into the memory of who reads them. Where a file is cut, or a worn flash can't give a page
of it, the kernel ends the reader by SIGBUS in the middle of whatever it does: no error can be caught. In memory
(/run, or /var/log that leads into a tmpfs) this does not happen. On a disk a journalctl of its own takes the blow.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable

from moducop_tui.host import Host
from moducop_tui.model.log import Boot
from moducop_tui.model.reading import Unavailable
from moducop_tui.sources.journal_backend import JournalBackend, JournalView
from moducop_tui.sources.journal_match import Matches
from moducop_tui.sources.journal_places import is_on_disk

_LOOK_DISTANCE = 2.0
"""Seconds between two looks at where the journal lies: journald goes over to the disk once, early in a boot."""
UNGUARDED = "journalctl is not installed: where the journal is on a disk, a damaged file of it would end the console."


def choose_backend(host: Host) -> JournalBackend | Unavailable:
    """The binding with journalctl for disks, one of both where the other is missing, else why neither.

    Loads libsystemd: call it in the thread that will read.
    """
    from moducop_tui.sources import journal_reader, journalctl

    binding, command = journal_reader.is_installed(), shutil.which("journalctl") is not None
    if binding and command:
        return CarefulBackend(host, journal_reader.ReaderBackend(host), journalctl.JournalctlBackend(host, None))
    if binding:
        return journal_reader.ReaderBackend(host, UNGUARDED)
    if command:
        return journalctl.JournalctlBackend(host)
    return Unavailable(
        "The journal can't be read: neither systemd's binding for Python (systemd-python) nor journalctl is installed."
    )


class CarefulBackend:
    """Asks for every view anew where the journal lies; a view that is open is opened anew when it has moved."""

    note: str | None = None

    def __init__(
        self,
        host: Host,
        in_memory: JournalBackend,
        on_disk: JournalBackend,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._host = host
        self._in_memory = in_memory
        self._on_disk = on_disk
        self._clock = clock
        self._looked_at = float("-inf")
        self._present = in_memory

    @property
    def name(self) -> str:
        """The name of the way that is used at present."""
        return self._now().name

    @property
    def newest_pause(self) -> float:
        """Seconds between two looks for the newest entry of all."""
        return self._now().newest_pause

    def view(self, matches: Matches) -> JournalView:
        """A view of what these matches choose. Raises JournalError."""
        self._looked_at = float("-inf")
        return self._now().view(matches)

    def boots(self, limit: int, current: str | None) -> tuple[Boot, ...]:
        """The newest `limit` boots that the journal knows, oldest first. Raises JournalError."""
        return self._now().boots(limit, current)

    def _now(self) -> JournalBackend:
        now = self._clock()
        if now - self._looked_at >= _LOOK_DISTANCE:
            self._looked_at = now
            self._present = self._on_disk if is_on_disk(self._host) else self._in_memory
        return self._present
