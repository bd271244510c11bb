"""What the collector asks of a device, real or simulated. Both `sources` and `demo` stand behind these ports."""

from __future__ import annotations

from typing import Protocol

from moducop_tui.model.log import LogBatch, LogFilter
from moducop_tui.model.reading import Topic, Unavailable
from moducop_tui.model.wake import Wake


class Source(Protocol):
    """Reads one topic. Used by one thread at a time; never raises out of `read` or `wait`."""

    topic: Topic
    cadence: float
    """Seconds between two readings while somebody asks for the topic and nothing happens."""
    time_limit: float
    """Seconds after which a reading that has not ended counts as hung."""

    def read(self) -> object | Unavailable:
        """The topic's value as it is now, or why it can't be had. Blocks, but tries to end within `time_limit`."""

    def wait(self, timeout: float, wake: Wake) -> None:
        """Return when the topic may have changed, when `wake` is set, or after `timeout` seconds.

        Never returns at once without cause: the collector reads again as soon as it returns.
        """

    def close(self) -> None:
        """Give back sockets, monitors and descriptors. No call follows."""


class LogStream(Protocol):
    """A live view of the journal through one filter: first the newest `backlog` entries, then what comes."""

    def read(self, timeout: float, wake: Wake) -> LogBatch:
        """Entries that have come since the last call, waiting up to `timeout` seconds for the first; may be empty.

        Never more than a bounded number at once: what came faster is counted in `lost`.
        """

    def earlier(self, count: int) -> LogBatch:
        """Up to `count` entries from before the oldest given so far, oldest first. Empty at the journal's beginning."""

    def close(self) -> None:
        """End following. No call follows."""


class LogPort(Protocol):
    """Opens views of the journal."""

    def open(self, wanted: LogFilter, backlog: int) -> LogStream | Unavailable:
        """A stream that begins with the newest `backlog` entries of `wanted`."""
