"""One look at the device: the readings, the moment, and the room to draw in. What every page is a function of."""

from __future__ import annotations

from dataclasses import dataclass, replace

from moducop_tui.model.problems import Problem, find_problems
from moducop_tui.model.readings import Readings
from moducop_tui.model.verdict import BootVerdict, judge_boot
from moducop_tui.model.work import Record
from moducop_tui.pages.mode import VIEW_ONLY, Mode

WIDE = 140
"""Columns from which a page draws two panels side by side."""
FULL_WIDTH = 80
FULL_HEIGHT = 24
"""The size that screens are drawn for; below it they still work, with less on them."""
LEAST_WIDTH = 60
LEAST_HEIGHT = 20
"""Below this there is a sentence instead of a page."""


@dataclass(frozen=True, slots=True)
class Look:
    """`now` is of the monotonic clock, for ages; `wall_now` in seconds since the epoch, for spans since a date.

    `width` is the room of what is drawn: less than `terminal_width` for one of two panels side by side.
    """

    readings: Readings
    width: int
    terminal_width: int
    height: int
    now: float
    wall_now: float
    verdict: BootVerdict
    problems: tuple[Problem, ...]
    simulated: bool = False
    mode: Mode = VIEW_ONLY
    stick: str | None = None
    """A stick, such as `sda1`, on which nobody has looked yet for something to install."""
    ended: Record | None = None
    """An action that has ended while another screen was shown."""
    says_work: bool = False
    """The page is about the action at work: no banner repeats it above. So for `says_boot` and what is booted."""
    says_boot: bool = False

    @property
    def is_wide(self) -> bool:
        """Room for two panels side by side."""
        return self.width >= WIDE

    @property
    def is_small(self) -> bool:
        """A smaller terminal than the screens are drawn for."""
        return self.terminal_width < FULL_WIDTH or self.height < FULL_HEIGHT

    @property
    def is_too_small(self) -> bool:
        """A smaller terminal than any page can use."""
        return self.terminal_width < LEAST_WIDTH or self.height < LEAST_HEIGHT

    @property
    def is_elsewhere(self) -> bool:
        """The machine is known to be no ModuCop: what only a ModuCop has is not missed."""
        system = self.readings.system.value
        return system is not None and not system.is_moducop

    def halves(self, left: int = FULL_WIDTH) -> tuple[Look, Look]:
        """Two panels side by side with two blanks between: the left one as wide as it needs, or half."""
        columns = max((self.width - 2) // 2, min(left, self.width - 2 - LEAST_WIDTH))
        return self.within(columns), self.within(self.width - 2 - columns)

    def within(self, width: int) -> Look:
        """The same look with less width, for one of two panels."""
        return replace(self, width=width)


def look_at(
    readings: Readings, width: int, height: int, now: float, wall_now: float, *, simulated: bool = False
) -> Look:
    """A look at the readings, with everything judged afresh."""
    return Look(
        readings,
        width,
        width,
        height,
        now,
        wall_now,
        judge_boot(readings.slots.value, readings.boot.value, readings.mender.value),
        find_problems(readings, now),
        simulated,
    )
