"""What a way of reading the journal must be able to do; `journal_choice` chooses between the two that there are.

Views are not safe for use by two threads at the same time: libsystemd's reader is not (sd-journal(3)).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from moducop_tui.model.log import Boot, LogEntry
from moducop_tui.model.wake import Wake
from moducop_tui.sources.journal_match import Matches


class JournalError(Exception):
    """The journal could not be read; its text is a sentence for the technician."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """Entries that came, oldest first. `lost` counts what was passed over or could not be read.

    `gap` is True when the entry to go on from was gone: what comes may begin later, or repeat.
    """

    entries: list[LogEntry]
    lost: int = 0
    gap: bool = False


class JournalView(Protocol):
    """One filtered view. All of it may raise JournalError, after which only `close` may be called."""

    damage: str | None
    """A sentence about files that had to be left out; None as far as none is known."""

    def newest(self, count: int) -> list[LogEntry]:
        """The newest `count` entries, oldest first."""

    def earlier(self, cursor: str, count: int) -> list[LogEntry]:
        """Up to `count` entries from before the one at `cursor`, oldest first."""

    def after(self, cursor: str) -> str | None:
        """The cursor of the first entry after the one at `cursor` that is still there."""

    def follow(self, cursor: str | None) -> None:
        """Let `come` begin after the entry at `cursor`; None: with the first entry that there is."""

    def come(self, limit: int, behind: int | None) -> Arrived:
        """Up to `limit` entries that have come since; does not wait.

        When more than `behind` are waiting, the newest `limit` of them and how many were passed over; None: all come,
        however late.
        """

    def wait(self, timeout: float, wake: Wake) -> None:
        """Return when something may have come, when `wake` is set, or after `timeout` seconds."""

    def close(self) -> None:
        """Give back descriptors, maps and processes."""


class JournalBackend(Protocol):
    """One way of reading the journal."""

    @property
    def name(self) -> str:
        """What it is called in the log's facts."""

    @property
    def note(self) -> str | None:
        """A sentence about this way, where it is not the best one."""

    @property
    def newest_pause(self) -> float:
        """Seconds between two looks for the newest entry of all: some ways make it dear."""

    def view(self, matches: Matches) -> JournalView:
        """A view of what these matches choose. Raises JournalError."""

    def boots(self, limit: int, current: str | None) -> tuple[Boot, ...]:
        """The newest `limit` boots that the journal knows, oldest first. Raises JournalError."""
