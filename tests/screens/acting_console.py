"""The console over a device that only remembers what it is told: whether anything was started is all that counts."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from textual import events

from moducop_tui.actions.authority import Authority, Demand
from moducop_tui.actions.pin import make_hash
from moducop_tui.actions.wrong_pins import PinsInMemory
from moducop_tui.model.artifact import Artifact, Offer, Verified
from moducop_tui.model.checks import AppCheck, SlotCheck
from moducop_tui.model.media import Stick
from moducop_tui.model.reading import Unavailable
from moducop_tui.model.readings import Readings
from moducop_tui.model.slots import SlotName
from moducop_tui.model.work import Order
from moducop_tui.screens.plan import PlanScreen
from moducop_tui.screens.widgets.hand import APART
from tests.screens import acting
from tests.screens import builders as build
from tests.screens.console import Driven, console

PIN = "4711-az"
BREATH = APART + 0.05


@dataclass
class Recorded:
    """An executor that runs nothing. `refusal` is what it answers instead of an id, `forbidden` why it never may."""

    orders: list[Order] = field(default_factory=list)
    cancelled: list[str] = field(default_factory=list)
    refusal: str | None = None
    forbidden: str | None = None

    def start(self, order: Order) -> str | Unavailable:
        self.orders.append(order)
        return "a1" if self.refusal is None else Unavailable(self.refusal)

    def cancel(self, action_id: str) -> Unavailable | None:
        self.cancelled.append(action_id)
        return None


class Looks:
    """Looks that always find the same. `seconds` is how long each takes."""

    def __init__(self, seconds: float = 0.0) -> None:
        self.seconds = seconds
        self.asked: list[tuple[str, bool]] = []

    def slot(self, name: SlotName) -> SlotCheck | Unavailable:
        time.sleep(self.seconds)
        return acting.slot_check(name)

    def artifact(
        self, place: str, gave_up: Callable[[], bool] = lambda: False, *, listed: bool = False
    ) -> Artifact | Unavailable:
        time.sleep(self.seconds)
        self.asked.append((place, listed))
        return acting.ARTIFACT if place == acting.STICK_PLACE else Unavailable(f"{place} can't be read: no such file.")

    def verify(self, place: str, tell: object, cancelled: object, take: object = None) -> Verified | Unavailable:
        return Unavailable("not asked for here")

    def offers(self, stick: Stick) -> tuple[Offer, ...] | Unavailable:
        time.sleep(self.seconds)
        return acting.OFFERS[:2]

    def kept(self) -> tuple[Offer, ...] | Unavailable:
        return acting.OFFERS[2:]

    def app(self, name: str) -> AppCheck | Unavailable:
        return acting.APP_CHECK

    def free(self) -> int | None:
        return 3_000_000_000


class Clock:
    """A clock that a test sets on; unlike the machine's it does not go on while a busy machine is late."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def authority(
    actions: Recorded,
    demand: Demand = Demand.CONFIRMATION,
    seconds: float = 600.0,
    *,
    read_only: bool = False,
    clock: Callable[[], float] = time.monotonic,
) -> Authority:
    pins = PinsInMemory(make_hash(PIN))
    return Authority(actions, acting.WHO, pins, clock, demand=demand, seconds=seconds, read_only=read_only)


@dataclass
class Acted:
    """A console under test, what it has ordered, and its authority."""

    driven: Driven
    actions: Recorded
    authority: Authority
    looks: Looks
    _later: float = field(default_factory=time.monotonic)

    async def press(self, *keys: str) -> None:
        """Each key seconds after the one before, by the time at which it arrived: every Enter is a decision."""
        for key in keys:
            self._later += 2.0
            event = events.Key(key, " " if key == "space" else key if len(key) == 1 else None)
            event.time = self._later
            self.driven.app.post_message(event)
        await self.driven.pilot.pause()

    async def type(self, text: str) -> None:
        """As a person does it: each key for itself, once there is something to be read."""
        await self.seen()
        await self.press(*("space" if one == " " else one for one in text))

    async def enter(self) -> None:
        """An Enter that is a decision: apart from what was before, and nothing behind it."""
        await self.seen()
        await self.press("enter")
        await asyncio.sleep(BREATH)
        await self.driven.pilot.pause()

    async def seen(self) -> None:
        """Wait until the plan has been on the terminal."""
        screen = self.driven.screen
        if isinstance(screen, PlanScreen):
            await self.driven.until_true(lambda: screen.is_seen, "a plan on the terminal")

    async def at_once(self, *keys: str) -> None:
        """All keys in one burst, as noise or unmarked pasted text brings them."""
        now = self._later = self._later + 2.0
        for key in keys:
            event = events.Key(key, " " if key == "space" else key if len(key) == 1 else None)
            event.time = now
            self.driven.app.post_message(event)
        await self.driven.pilot.pause()
        await asyncio.sleep(BREATH)
        await self.driven.pilot.pause()

    async def until(self, text: str) -> None:
        await self.driven.until(text)

    @property
    def text(self) -> str:
        return self.driven.text


@asynccontextmanager
async def acting_console(
    readings: Readings | None = None,
    *,
    unlocked: bool = True,
    demand: Demand = Demand.CONFIRMATION,
    seconds: float = 600.0,
    read_only: bool = False,
    clock: Callable[[], float] = time.monotonic,
    looks: float = 0.0,
    refusal: str | None = None,
) -> AsyncIterator[Acted]:
    """A console that may act, on a device that records it."""
    actions = Recorded(refusal=refusal)
    gate = authority(actions, demand, seconds, read_only=read_only, clock=clock)
    if unlocked:
        typed = {Demand.CONFIRMATION: "yes", Demand.PIN: PIN, Demand.NOTHING: ""}[demand]
        assert gate.unlock(typed) is None
    inspect = Looks(looks)
    async with console(readings or build.readings(), actions=actions, inspect=inspect, authority=gate) as driven:
        yield Acted(driven, actions, gate, inspect)
