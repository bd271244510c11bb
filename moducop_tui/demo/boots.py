"""The boots that the simulated journal remembers."""

from __future__ import annotations

from dataclasses import dataclass

from moducop_tui.demo import story
from moducop_tui.demo.chance import Chance
from moducop_tui.demo.releases import RELEASES, Release
from moducop_tui.demo.story import HOUR, MINUTE
from moducop_tui.model.slots import SlotName


@dataclass(frozen=True, slots=True)
class PastBoot:
    """A boot from `begin` up to `end` (None: it still runs), in seconds since the demo began."""

    id: str
    slot: SlotName
    begin: float
    end: float | None
    release: Release
    orderly: bool = True
    """False when its end was a power cut."""
    after_power_cut: bool = False
    off_since: float = 0.0
    """When the device went down for it; only of boots that the demo's visitor has made."""
    update_before: bool = False
    """An update was installed just before it ended."""

    def covers(self, moment: float) -> bool:
        """Whether the device ran in this boot then."""
        return self.begin <= moment and (self.end is None or moment < self.end)


def story_boots(chance: Chance) -> tuple[PastBoot, ...]:
    """Oldest first: a day's work, a short boot that a power cut ended, the boot that was updated, the trial."""
    ids = [chance.derive(f"boot {number}").digits(32) for number in range(4)]
    old, new = RELEASES[SlotName.A], RELEASES[SlotName.B]
    trial = story.BOOTED
    updated = trial - 38 - 9.2 * HOUR
    short = updated - 8 * MINUTE - 35 * MINUTE
    return (
        PastBoot(ids[0], SlotName.A, short - 41 - 6.3 * HOUR, short - 41, old),
        PastBoot(ids[1], SlotName.A, short, short + 35 * MINUTE, old, orderly=False),
        PastBoot(ids[2], SlotName.A, updated, trial - 38, old, after_power_cut=True, update_before=True),
        PastBoot(ids[3], SlotName.B, trial, None, new),
    )
