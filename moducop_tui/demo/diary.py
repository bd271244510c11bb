"""What a visitor's actions have done to the simulated device: a small journal of deeds laid over the story.

The story stays a pure function of time; each deed is a change of state at a moment, which may still be to come. With
no deed before a moment, all that is told of that moment is the story's.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from moducop_tui.demo.state import State
from moducop_tui.model.wake import Wake

Change = Callable[[State, float], State]
"""The state after it, from the state before it and the moment."""


@dataclass(frozen=True, slots=True)
class Deed:
    """A change of the device's state, by the action of that id."""

    moment: float
    change: Change
    action_id: str


@dataclass(frozen=True, slots=True)
class ContainerOrder:
    """A container was told something: to be there and run, to stop, or not to be there (while it is made anew)."""

    moment: float
    name: str
    runs: bool
    exists: bool
    action_id: str


@dataclass(frozen=True, slots=True)
class Use:
    """Something is in use from `begin` up to `end`: the stick, or Mender's client by its command."""

    begin: float
    end: float
    what: str
    action_id: str


@dataclass(frozen=True, slots=True)
class Said:
    """What the journal has of an action at a moment."""

    moment: float
    text: str
    good: bool
    action_id: str


Written = Deed | ContainerOrder | Use | Said
STICK_IN_USE = "stick"


class Diary:
    """All deeds and orders in the order of their moments. Safe from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._deeds: tuple[Deed, ...] = ()
        self._orders: tuple[ContainerOrder, ...] = ()
        self._uses: tuple[Use, ...] = ()
        self._wakes: set[Wake] = set()
        self.said: tuple[Said, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nobody has done anything yet."""
        return not self._deeds and not self._orders

    def takes_over_at(self) -> float:
        """From when on the story's own updates do not happen any more; infinity while nobody has touched that."""
        return self._deeds[0].moment if self._deeds else math.inf

    def state_at(self, moment: float, told: Callable[[float], State]) -> State:
        """The state then: the story's as it was at the first deed, and every deed since."""
        deeds = [deed for deed in self._deeds if deed.moment <= moment]
        if not deeds:
            return told(moment)
        state = told(deeds[0].moment)
        for deed in deeds:
            state = deed.change(state, deed.moment)
        return state

    def orders_for(self, name: str) -> list[ContainerOrder]:
        """What a container was told, the oldest first."""
        return [order for order in self._orders if order.name == name]

    def in_use(self, moment: float) -> tuple[str, ...]:
        """What actions use then."""
        return tuple(use.what for use in self._uses if use.begin <= moment < use.end)

    def next_after(self, moment: float) -> float:
        """When the next deed or order takes effect."""
        moments = [*(one.moment for one in self._deeds), *(one.moment for one in self._orders)]
        edges = [edge for use in self._uses for edge in (use.begin, use.end)]
        return min((one for one in (*moments, *edges) if one > moment), default=math.inf)

    def enter(self, *written: Written) -> None:
        """Write down what happens, or will."""
        with self._lock:
            self._enter(written)

    def enter_once(self, action_id: str, *written: Written) -> None:
        """The same, unless something of that action is written down already."""
        with self._lock:
            if all(one.action_id != action_id for one in self._deeds):
                self._enter(written)

    def _enter(self, written: tuple[Written, ...]) -> None:
        deeds = [one for one in written if isinstance(one, Deed)]
        orders = [one for one in written if isinstance(one, ContainerOrder)]
        self._uses = (*self._uses, *(one for one in written if isinstance(one, Use)))
        self.said = (*self.said, *(one for one in written if isinstance(one, Said)))
        self._deeds = tuple(sorted((*self._deeds, *deeds), key=lambda one: one.moment))
        self._orders = tuple(sorted((*self._orders, *orders), key=lambda one: one.moment))

    def strike_out(self, action_id: str, after: float) -> None:
        """What an action that was stopped would have done later does not happen."""

        def happens(one: Deed | ContainerOrder | Said) -> bool:
            return one.action_id != action_id or one.moment <= after

        with self._lock:
            self._deeds = tuple(one for one in self._deeds if happens(one))
            self._orders = tuple(one for one in self._orders if happens(one))
            self.said = tuple(one for one in self.said if happens(one))
            ours = (replace(one, end=min(one.end, after)) if one.action_id == action_id else one for one in self._uses)
            self._uses = tuple(one for one in ours if one.begin < one.end)

    @contextmanager
    def waking(self, wake: Wake) -> Iterator[None]:
        """For as long as it lasts, `rouse` sets this wake."""
        with self._lock:
            self._wakes.add(wake)
        try:
            yield
        finally:
            with self._lock:
                self._wakes.discard(wake)

    def rouse(self) -> None:
        """Somebody has begun or stopped something: whoever reads the device looks again."""
        with self._lock:
            for wake in self._wakes:
                wake.set()
