"""The simulated world: its clock, its chance and the boots that its journal remembers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from moducop_tui.demo import story
from moducop_tui.demo.chance import Chance
from moducop_tui.demo.story import HOUR, MINUTE
from moducop_tui.model.slots import SlotName


@dataclass(frozen=True, slots=True)
class Release:
    """An image version and the names it goes by."""

    version: str

    @property
    def image(self) -> str:
        """Line 2 of its /etc/issue."""
        return f"Moducop-CPU01_Standard-Image_{self.version}"

    @property
    def artifact(self) -> str:
        """Its name as a Mender artifact."""
        return f"cpu01-standard-{self.version}"


RELEASES = {
    SlotName.A: Release("v2.6.0.f457f6d.20260210.1540"),
    SlotName.B: Release("v2.7.0.40ee657.20260218.1208"),
}


@dataclass(frozen=True, slots=True)
class PastBoot:
    """A boot from `begin` up to `end` (None: it still runs), in seconds since the demo began."""

    id: str
    slot: SlotName
    begin: float
    end: float | None
    orderly: bool = True
    """False when its end was a power cut."""
    after_power_cut: bool = False

    def covers(self, moment: float) -> bool:
        """Whether the device ran in this boot then."""
        return self.begin <= moment and (self.end is None or moment < self.end)


class World:
    """What every part of the simulated device shares."""

    def __init__(self, seed: int, clock: Callable[[], float], wall_clock: Callable[[], float]) -> None:
        self._clock = clock
        self._clock_at_start = clock()
        self._wall_at_start = wall_clock()
        self.chance = Chance(seed).derive("moducop")
        self.boots = self._make_boots()

    def now(self) -> float:
        """Seconds since the demo began."""
        return self._clock() - self._clock_at_start

    def wall(self, moment: float) -> float:
        """A moment of the story as seconds since the epoch."""
        return self._wall_at_start + moment

    def wall_now(self) -> float:
        """The device's own clock, in seconds since the epoch."""
        return self.wall(self.now())

    @property
    def boot(self) -> PastBoot:
        """The boot that runs."""
        return self.boots[-1]

    def _make_boots(self) -> tuple[PastBoot, ...]:
        """Oldest first: a day's work, a short boot that a power cut ended, the boot that was updated, the trial."""
        ids = [self.chance.derive(f"boot {number}").digits(32) for number in range(4)]
        trial = story.BOOTED
        updated = trial - 38 - 9.2 * HOUR
        short = updated - 8 * MINUTE - 35 * MINUTE
        return (
            PastBoot(ids[0], SlotName.A, short - 41 - 6.3 * HOUR, short - 41),
            PastBoot(ids[1], SlotName.A, short, short + 35 * MINUTE, orderly=False),
            PastBoot(ids[2], SlotName.A, updated, trial - 38, after_power_cut=True),
            PastBoot(ids[3], SlotName.B, trial, None),
        )
