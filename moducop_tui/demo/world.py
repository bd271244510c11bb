"""The simulated world: its clock, its chance, the boots that its journal remembers, and what visitors have done."""

from __future__ import annotations

from collections.abc import Callable

from moducop_tui.demo import story
from moducop_tui.demo.boots import PastBoot, story_boots
from moducop_tui.demo.chance import Chance
from moducop_tui.demo.diary import STICK_IN_USE, Diary
from moducop_tui.demo.past import kept_before
from moducop_tui.demo.state import State, told_state
from moducop_tui.demo.story import Scene, What

_OF_THE_FLEET = (What.COMMIT, What.APP_UPDATE)
"""What the fleet server does: once a visitor has changed what is installed or booted, it leaves the device alone."""


class World:
    """What every part of the simulated device shares."""

    def __init__(self, seed: int, clock: Callable[[], float], wall_clock: Callable[[], float]) -> None:
        self._clock = clock
        self._clock_at_start = clock()
        self._wall_at_start = wall_clock()
        self.chance = Chance(seed).derive("moducop")
        self.diary = Diary()
        self._story_boots = story_boots(self.chance)

    def now(self) -> float:
        """Seconds since the demo began."""
        return self._clock() - self._clock_at_start

    def wall(self, moment: float) -> float:
        """A moment of the story as seconds since the epoch."""
        return self._wall_at_start + moment

    def wall_now(self) -> float:
        """The device's own clock, in seconds since the epoch."""
        return self.wall(self.now())

    def state_at(self, moment: float) -> State:
        """What is installed, pending and booted then."""
        return self.diary.state_at(moment, self._told)

    def _told(self, moment: float) -> State:
        return told_state(self._story_boots, moment, kept_before(self._story_boots, self.wall))

    def boots_at(self, moment: float) -> tuple[PastBoot, ...]:
        """The boots that the journal remembers, oldest first; the last one runs, or is coming up."""
        return self.state_at(moment).boots

    def boot_at(self, moment: float) -> PastBoot:
        """The boot that runs, or is coming up."""
        return self.boots_at(moment)[-1]

    def back_in(self, moment: float) -> float | None:
        """Seconds until the device has booted; None while it runs."""
        left = self.boot_at(moment).begin - moment
        return left if left > 0 else None

    def stick_is_used(self, moment: float) -> bool:
        """Whether something is being installed from the stick."""
        return STICK_IN_USE in self.diary.in_use(moment)

    def client_at(self, moment: float) -> str | None:
        """The command of Mender's client while an action runs it."""
        return next((what for what in self.diary.in_use(moment) if what != STICK_IN_USE), None)

    def is_void(self, scene: Scene) -> bool:
        """Whether a scene of the story does not happen, because a visitor has acted before it."""
        return scene.what in _OF_THE_FLEET and scene.begin >= self.diary.takes_over_at()

    def current(self, what: What, moment: float) -> Scene | None:
        """The scene of that kind that is happening then, and not void."""
        scene = story.current(what, moment)
        return None if scene is None or self.is_void(scene) else scene

    @property
    def voided(self) -> frozenset[What]:
        """The kinds of scenes of the opening that do not happen."""
        return frozenset(scene.what for scene in story.OPENING if self.is_void(scene))
