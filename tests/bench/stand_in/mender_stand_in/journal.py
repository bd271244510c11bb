"""What the client says: records on stderr, progress between them, and sentences on stdout."""

from __future__ import annotations

import sys
import threading
from datetime import UTC, datetime


class ClientError(Exception):
    """Why an operation failed, in the client's own words; `records` are what it says before that."""

    def __init__(self, why: str, records: tuple[str, ...] = ()) -> None:
        super().__init__(why)
        self.records = records


class Journal:
    """One run's output. Several threads write records, so that a module's output is told while it works."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._count = 0

    def record(self, severity: str, message: str) -> None:
        """One line with its number, time and trailing blank; nothing inside the message is escaped (facts 1.4)."""
        with self._lock:
            self._count += 1
            now = datetime.now(UTC).strftime("%Y-%b-%d %H:%M:%S.%f")
            line = f'record_id={self._count} severity={severity} time="{now}" name="Global" msg="{message}" \n'
            _put(line)

    def error(self, message: str) -> None:
        """A record of severity error."""
        self.record("error", message)

    def percent(self, number: int) -> None:
        """Progress: no newline, so the next record follows on the same line (facts 1.4)."""
        with self._lock:
            _put(f"\r{number}%")

    def not_fulfilled(self, why: str) -> None:
        """The last line of most failures."""
        with self._lock:
            _put(f"Could not fulfill request: {why}\n")


def say(*sentences: str) -> None:
    """Sentences on stdout, at once: a reader of a pipe sees them while the client works on."""
    for sentence in sentences:
        print(sentence, flush=True)


def _put(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()
