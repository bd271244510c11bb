"""The sources of the simulated device: one class, one table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from moducop_tui.demo import story
from moducop_tui.demo.actions import SimulatedActions
from moducop_tui.demo.apps import apps_at
from moducop_tui.demo.fates import next_change as next_of_containers
from moducop_tui.demo.going_down import settle
from moducop_tui.demo.journal import Journal
from moducop_tui.demo.log_port import summarise
from moducop_tui.demo.machine import system_at
from moducop_tui.demo.media import media_at
from moducop_tui.demo.slots import environment_at, slots_at
from moducop_tui.demo.state import CLIENT_STARTED, ENVIRONMENT_SWITCHED, STORE_WRITTEN
from moducop_tui.demo.storage import storage_at
from moducop_tui.demo.updates import mender_at
from moducop_tui.demo.voices import WARNING
from moducop_tui.demo.world import World
from moducop_tui.model.log import LogFilter
from moducop_tui.model.ports import Source
from moducop_tui.model.reading import Topic, Unavailable
from moducop_tui.model.wake import Wake

Tell = Callable[[World, float], object]
"""The facts of a topic at a moment of the story."""
Next = Callable[[float], float]
"""When a topic changes next, after a moment of the story."""

_TIME_LIMIT = 2.0
_PAUSE = 0.25
"""Seconds that a wait lasts at least: several events in a row make one reading."""
_INSTANTS = (CLIENT_STARTED, ENVIRONMENT_SWITCHED, STORE_WRITTEN)
"""When something changes within a scene."""


@dataclass(slots=True)
class SimulatedSource:
    """One topic of the simulated device, read at the pace of the real one or when something happens."""

    topic: Topic
    cadence: float
    time_limit: float
    world: World
    tell: Tell
    next_change: Next

    def read(self) -> object | Unavailable:
        """The facts as they are now; takes some milliseconds. While the device boots, only that it does."""
        now = self.world.now()
        settle(self.world, now)
        back = self.world.back_in(now)
        if back is not None and self.topic is not Topic.WORK:
            return Unavailable(f"The simulated device reboots: it is back in {back:.0f} s.")
        return self.tell(self.world, now)

    def wait(self, timeout: float, wake: Wake) -> None:
        """Until something happens, `wake` is set or the time is up."""
        now = self.world.now()
        boot = self.world.boot_at(now).begin
        changes = [self.next_change(now), self.world.diary.next_after(now), *([boot] if boot > now else [])]
        with self.world.diary.waking(wake):
            wake.wait(min(timeout, max(_PAUSE, min(changes) - now)))

    def close(self) -> None:
        """Nothing to give back."""


def make_sources(world: World, actions: SimulatedActions) -> tuple[Source, ...]:
    """A source for each topic."""
    journal = Journal(world)

    def next_warning(moment: float) -> float:
        return journal.next_after(LogFilter(max_priority=WARNING), moment, 5.0)

    def next_of_apps(moment: float) -> float:
        return min(story.next_change(moment), next_of_containers(world, moment))

    table: tuple[tuple[Topic, float, Tell, Next], ...] = (
        (Topic.SLOTS, 30.0, slots_at, story.next_change),
        (Topic.BOOT, 5.0, environment_at, _next_instant),
        (Topic.MENDER, 5.0, mender_at, _next_instant),
        (Topic.STORAGE, 5.0, storage_at, story.next_change),
        (Topic.APPS, 2.0, apps_at, next_of_apps),
        (Topic.LOG, 5.0, lambda world, moment: summarise(world, journal, moment), next_warning),
        (Topic.SYSTEM, 3.0, system_at, story.next_change),
        (Topic.MEDIA, 60.0, media_at, story.next_change),
        (Topic.WORK, 5.0, lambda _, moment: actions.work_at(moment), actions.next_change),
    )
    return tuple(
        SimulatedSource(topic, cadence, _TIME_LIMIT, world, tell, next_change)
        for topic, cadence, tell, next_change in table
    )


def _next_instant(moment: float) -> float:
    """The next scene's edge, or an instant within a scene."""
    return min(story.next_change(moment), *(instant for instant in _INSTANTS if moment < instant))
