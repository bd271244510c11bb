"""Log entries, what to choose of them, and the summary that Overview shows."""

from __future__ import annotations

from dataclasses import dataclass, field

PRIORITY_LETTERS = "!ACEWNID"
"""One letter a syslog priority, 0 emergency to 7 debug (RFC 5424)."""


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One journal entry, cleaned. `realtime` in seconds since the epoch, `monotonic` in seconds since its boot."""

    cursor: str
    realtime: float
    monotonic: float
    boot_id: str
    priority: int
    """0 emergency to 7 debug; 6 where the entry has none."""
    origin: str
    """The container's name, or the syslog identifier, or the command: who speaks."""
    unit: str | None
    container: str | None
    pid: int | None
    message: str
    continues: bool = False
    """A part of a message that counts by another entry: a container's driver cuts what is longer than 16 KiB."""

    @property
    def letter(self) -> str:
        """The priority as one letter."""
        return PRIORITY_LETTERS[self.priority] if 0 <= self.priority < len(PRIORITY_LETTERS) else "?"


@dataclass(frozen=True, slots=True)
class LogFilter:
    """What of the journal is wanted. Every condition narrows; none means everything of the current boot."""

    unit: str | None = None
    container: str | None = None
    """A container's name, as the engine's journald driver writes it (field CONTAINER_NAME), or an id that was typed."""
    container_id: str | None = None
    """A container's full id (field CONTAINER_ID_FULL): its entries under whatever name it had. With a name: either."""
    kernel: bool = False
    """Only messages of the kernel."""
    max_priority: int = 7
    """The least urgent priority that still comes: 3 gives errors and worse."""
    boot_id: str | None = None
    """None: the current boot."""
    all_boots: bool = False


@dataclass(frozen=True, slots=True)
class LogBatch:
    """Entries that came together, oldest first, and what went missing before them.

    `lost` counts entries dropped because they came faster than they were read; `note` is a sentence about a gap,
    such as "The journal was rotated; entries may be missing here."
    """

    entries: tuple[LogEntry, ...]
    lost: int = 0
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Boot:
    """One boot that the journal knows. Times in seconds since the epoch.

    `offset` is 0 for the current boot, -1 for the one before.
    """

    boot_id: str
    offset: int
    first: float | None
    last: float | None


@dataclass(frozen=True, slots=True)
class RepeatedEntry:
    """An entry and how often the same origin said the same in a row of repetitions; `entry` is the newest of them."""

    entry: LogEntry
    count: int = 1


@dataclass(frozen=True, slots=True)
class Log:
    """The journal in short: the newest warnings and errors, oldest first, and how many there were in the last hour."""

    recent: tuple[RepeatedEntry, ...]
    errors_last_hour: int
    warnings_last_hour: int
    newest: LogEntry | None
    """The newest entry of any priority: the proof that the journal lives."""
    backend: str
    """`systemd.journal`, or `journalctl` where the binding is not installed or the journal is on a disk."""
    persistent: bool | None
    """False when the journal lives in tmpfs and dies at reboot."""
    boots: tuple[Boot, ...] = field(default=())
    note: str | None = None
    """A sentence about what is missing: a journal file that had to be left out, or the binding."""
