"""The sources of the simulated device: one class, one table."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from moducop_tui.demo import lives, story
from moducop_tui.demo.apps import apps_at
from moducop_tui.demo.journal import Journal
from moducop_tui.demo.log_port import summarise
from moducop_tui.demo.machine import system_at
from moducop_tui.demo.media import media_at
from moducop_tui.demo.slots import ENVIRONMENT_SWITCHED, environment_at, slots_at
from moducop_tui.demo.storage import storage_at
from moducop_tui.demo.updates import CLIENT_STARTED, STORE_WRITTEN, mender_at
from moducop_tui.demo.voices import WARNING
from moducop_tui.demo.world import World
from moducop_tui.model.log import LogFilter
from moducop_tui.model.ports import Source
from moducop_tui.model.reading import Topic, Unavailable
from moducop_tui.model.wake import Wake
from moducop_tui.model.work import Work

Tell = Callable[[float], object]
"""The facts of a topic at a moment of the story."""
Next = Callable[[float], float]
"""When a topic changes next, after a moment of the story."""

_TIME_LIMIT = 2.0
_PAUSE = 0.25
"""Seconds that a wait lasts at least: several events in a row make one reading."""


@dataclass(slots=True)
class SimulatedSource:
    """One topic of the simulated device, read at the pace of the real one or when the story goes on."""

    topic: Topic
    cadence: float
    time_limit: float
    world: World
    tell: Tell
    next_change: Next

    def read(self) -> object | Unavailable:
        """The facts as they are now; takes some milliseconds."""
        return self.tell(self.world.now())

    def wait(self, timeout: float, wake: Wake) -> None:
        """Until something happens, `wake` is set or the time is up."""
        now = self.world.now()
        wake.wait(min(timeout, max(_PAUSE, self.next_change(now) - now)))

    def close(self) -> None:
        """Nothing to give back."""


def make_sources(world: World) -> tuple[Source, ...]:
    """A source for each topic."""
    journal = Journal(world)

    def next_warning(moment: float) -> float:
        return journal.next_after(LogFilter(max_priority=WARNING), moment, 5.0)

    table: tuple[tuple[Topic, float, Tell, Next], ...] = (
        (Topic.SLOTS, 30.0, slots_at, story.next_change),
        (Topic.BOOT, 5.0, environment_at, _or_at(ENVIRONMENT_SWITCHED)),
        (Topic.MENDER, 5.0, mender_at, _or_at(CLIENT_STARTED, STORE_WRITTEN)),
        (Topic.STORAGE, 5.0, lambda moment: storage_at(world, moment), story.next_change),
        (Topic.APPS, 2.0, lambda moment: apps_at(world, moment), _next_of_containers),
        (Topic.LOG, 5.0, lambda moment: summarise(world, journal, moment), next_warning),
        (Topic.SYSTEM, 3.0, lambda moment: system_at(world, moment), story.next_change),
        (Topic.MEDIA, 60.0, media_at, story.next_change),
        (Topic.WORK, 5.0, _nothing_done_at, story.next_change),
    )
    return tuple(
        SimulatedSource(topic, cadence, _TIME_LIMIT, world, tell, next_change)
        for topic, cadence, tell, next_change in table
    )


def _nothing_done_at(_: float) -> Work:
    """A device on which no action has been taken."""
    return Work()


def _or_at(*instants: float) -> Next:
    """The next scene's edge, or an instant within a scene."""

    def next_change(moment: float) -> float:
        return min(story.next_change(moment), *(instant for instant in instants if moment < instant), math.inf)

    return next_change


def _next_of_containers(moment: float) -> float:
    return min(story.next_change(moment), lives.next_change(moment))
