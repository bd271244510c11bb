"""What the console asks of a device, real or simulated. Both `sources` and `demo` stand behind these ports."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # ports only name them: whoever only looks at a device need not load what acting takes
    from moducop_tui.model.artifact import Artifact, Offer, Verified
    from moducop_tui.model.checks import AppCheck, SlotCheck
    from moducop_tui.model.log import LogBatch, LogFilter
    from moducop_tui.model.media import Stick
    from moducop_tui.model.reading import Topic, Unavailable
    from moducop_tui.model.slots import SlotName
    from moducop_tui.model.wake import Wake
    from moducop_tui.model.work import Order


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


class InspectPort(Protocol):
    """Looks at the device that take longer than a reading. They change nothing; each may take seconds."""

    def slot(self, name: SlotName) -> SlotCheck | Unavailable:
        """Whether that slot, which must not be the running one, holds a root file system that can be booted."""

    def artifact(
        self, place: str, gave_up: Callable[[], bool] = lambda: False, *, listed: bool = False
    ) -> Artifact | Unavailable:
        """The header of an artifact: a path, `stick:/dev/sda1:PATH` for one on a stick, or a URL. Reads little.

        It ends soon after `gave_up` says that nobody waits for it any more. `listed`: only of an artifact that `offers`
        and `kept` have. Any other place is refused in one sentence, and nothing of it is touched: no file opened, no
        server asked.
        """

    def verify(
        self,
        place: str,
        tell: Callable[[int, int], None],
        cancelled: Callable[[], bool],
        take: Callable[[bytes], None] | None = None,
    ) -> Verified | Unavailable:
        """Check every part against the manifest. `tell` gets bytes done and bytes in all.

        `take` gets all that is read, from the first byte to the last, perhaps in another thread; what it raises is
        raised here.
        """

    def offers(self, stick: Stick) -> tuple[Offer, ...] | Unavailable:
        """The artifacts on a stick, which is mounted for no longer than that, where nobody else sees it."""

    def kept(self) -> tuple[Offer, ...] | Unavailable:
        """The artifacts that lie on the data partition."""

    def app(self, name: str) -> AppCheck | Unavailable:
        """An app's directories."""

    def free(self) -> int | None:
        """Bytes free on the data partition."""


@dataclass(frozen=True, slots=True)
class WrongPin:
    """A PIN that was not taken, in a sentence; `wait` in seconds until another one is looked at."""

    sentence: str
    wait: float


class PinPort(Protocol):
    """Compares PINs with the configured one, more slowly after each wrong one, for all consoles together."""

    @property
    def is_set(self) -> bool:
        """Whether a PIN is configured."""

    def try_pin(self, typed: str) -> WrongPin | None:
        """None when it is the right one. Takes part of a second."""


class ActionPort(Protocol):
    """The one way to change the device. What runs is found again in the topic `work`, by whoever looks."""

    @property
    def forbidden(self) -> str | None:
        """Why this process can never act on this device, in a sentence; None when it can."""

    def start(self, order: Order) -> str | Unavailable:
        """Hand a confirmed plan to the executor, outside of this session. The action's id, or why it can't be."""

    def cancel(self, action_id: str) -> Unavailable | None:
        """Ask the running action to stop where that does no harm. None when it was asked."""
