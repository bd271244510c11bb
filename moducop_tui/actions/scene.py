"""All that a plan is made from: the readings, the looks that were taken for it, the clock and what is configured."""

from __future__ import annotations

from dataclasses import dataclass

from moducop_tui.model.checks import Checks
from moducop_tui.model.readings import Readings
from moducop_tui.model.verdict import BootVerdict, judge_boot

DEFAULT_DEAD_MAN = 600
"""Seconds that a trial boot has to be confirmed before the device reboots back by itself."""


@dataclass(frozen=True, slots=True)
class Scene:
    """The device as a plan maker sees it. `wall_now` in seconds since the epoch, `dead_man` in seconds (0: none).

    `state_directory` is where our own state is kept on the data partition.
    """

    readings: Readings
    checks: Checks
    wall_now: float
    dead_man: int = DEFAULT_DEAD_MAN
    state_directory: str = "/data/moducop_tui"

    @property
    def verdict(self) -> BootVerdict:
        """What is booted and what boots next, judged from these readings."""
        readings = self.readings
        return judge_boot(readings.slots.value, readings.boot.value, readings.mender.value)
