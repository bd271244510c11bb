"""What stands behind the ports of a real device, loaded by whoever first uses it: no first picture waits for it.

Loading the sources takes as long as half of the console's own start. Their threads do it, side by side, when the first
screen stands.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from moducop_tui.model.artifact import Artifact, Offer, Verified
    from moducop_tui.model.checks import AppCheck, SlotCheck
    from moducop_tui.model.log import LogFilter
    from moducop_tui.model.media import Stick
    from moducop_tui.model.ports import ActionPort, InspectPort, LogPort, LogStream, Source
    from moducop_tui.model.reading import Topic, Unavailable
    from moducop_tui.model.slots import SlotName
    from moducop_tui.model.wake import Wake
    from moducop_tui.model.work import Order

Thing = TypeVar("Thing")

LOADS_WITHIN = 15.0
"""Seconds after which a source whose modules are not loaded counts as hanging: the disk that they lie on may be ill."""


class Late(Generic[Thing]):
    """Makes a thing when it is first asked for, once, in the thread that asks; another thread waits for it."""

    def __init__(self, make: Callable[[], Thing]) -> None:
        self._make = make
        self._made: Thing | None = None
        self._lock = threading.Lock()

    @property
    def made(self) -> Thing | None:
        """The thing, where somebody has asked for it."""
        return self._made

    def get(self) -> Thing:
        """The thing."""
        with self._lock:
            if self._made is None:
                self._made = self._make()
            return self._made


class LateSource:
    """A source of one topic."""

    def __init__(self, topic: Topic, make: Callable[[], Source]) -> None:
        self.topic = topic
        self._late = Late(make)

    @property
    def cadence(self) -> float:
        """The source's own."""
        return self._late.get().cadence

    @property
    def time_limit(self) -> float:
        """The source's own; while it is loaded a time of ours, for whoever watches must not wait for what hangs."""
        made = self._late.made
        return LOADS_WITHIN if made is None else made.time_limit

    def read(self) -> object | Unavailable:
        """What the source reads."""
        return self._late.get().read()

    def wait(self, timeout: float, wake: Wake) -> None:
        """As the source waits."""
        self._late.get().wait(timeout, wake)

    def close(self) -> None:
        """A source that was never made holds nothing."""
        made = self._late.made
        if made is not None:
            made.close()


class LateLog:
    """The journal."""

    def __init__(self, make: Callable[[], LogPort]) -> None:
        self._late = Late(make)

    def open(self, wanted: LogFilter, backlog: int) -> LogStream | Unavailable:
        """A stream of the journal."""
        return self._late.get().open(wanted, backlog)


class LateInspect:
    """The looks at the device that a plan needs."""

    def __init__(self, make: Callable[[], InspectPort]) -> None:
        self._late = Late(make)

    def slot(self, name: SlotName) -> SlotCheck | Unavailable:
        """Whether that slot can be booted."""
        return self._late.get().slot(name)

    def artifact(
        self, place: str, gave_up: Callable[[], bool] = lambda: False, *, listed: bool = False
    ) -> Artifact | Unavailable:
        """The header of an artifact."""
        return self._late.get().artifact(place, gave_up, listed=listed)

    def verify(
        self,
        place: str,
        tell: Callable[[int, int], None],
        cancelled: Callable[[], bool],
        take: Callable[[bytes], None] | None = None,
    ) -> Verified | Unavailable:
        """Check every part of an artifact."""
        return self._late.get().verify(place, tell, cancelled, take)

    def offers(self, stick: Stick) -> tuple[Offer, ...] | Unavailable:
        """The artifacts on a stick."""
        return self._late.get().offers(stick)

    def kept(self) -> tuple[Offer, ...] | Unavailable:
        """The artifacts on the data partition."""
        return self._late.get().kept()

    def app(self, name: str) -> AppCheck | Unavailable:
        """An app's directories."""
        return self._late.get().app(name)

    def free(self) -> int | None:
        """Bytes free on the data partition."""
        return self._late.get().free()


class LateActions:
    """The one way to change the device; whether this process ever may is known before anything is loaded."""

    def __init__(self, make: Callable[[], ActionPort], forbidden: str | None) -> None:
        self._late = Late(make)
        self._forbidden = forbidden

    @property
    def forbidden(self) -> str | None:
        """Why this process can never act on this device; None when it can."""
        return self._forbidden

    def start(self, order: Order) -> str | Unavailable:
        """Hand a confirmed plan to the executor."""
        return self._late.get().start(order)

    def cancel(self, action_id: str) -> Unavailable | None:
        """Ask the running action to stop."""
        return self._late.get().cancel(action_id)
