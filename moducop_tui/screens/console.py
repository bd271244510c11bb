"""What every screen is given: readings, journal, keys, clocks, plans and the authority. The only way to the device."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from moducop_tui.actions.authority import Authority
from moducop_tui.keymap import Keymap
from moducop_tui.model.plan import Action, Plan
from moducop_tui.model.ports import InspectPort, LogPort
from moducop_tui.model.verdict import BootVerdict, judge_boot
from moducop_tui.pages.look import Look, look_at
from moducop_tui.pages.mode import Acting, Mode
from moducop_tui.screens.attention import Attention
from moducop_tui.store import Store
from moducop_tui.units import follow_zone


@dataclass(frozen=True, slots=True)
class Console:
    """`clock` is monotonic, `wall_clock` gives the device's seconds since the epoch, `log_memory` is in bytes.

    `terminal_words` says what is known of the terminal, in one row; `has_shown_all` whether it was handed the newest
    picture. `prepare` makes a plan, which may take seconds, unless nobody waits for it any more, and changes nothing;
    only `authority` lets one run.
    """

    store: Store
    log: LogPort
    keymap: Keymap
    simulated: bool
    clock: Callable[[], float]
    wall_clock: Callable[[], float]
    log_memory: int
    terminal_words: Callable[[], str]

    has_shown_all: Callable[[], bool]
    prepare: Callable[[Action, Callable[[], bool]], Plan]
    inspect: InspectPort | None
    authority: Authority
    attention: Attention

    @property
    def mode(self) -> Mode:
        """Whether a confirmed plan would run now."""
        if self.authority.read_only:
            return Mode(Acting.READ_ONLY)
        left = self.authority.seconds_left
        return Mode(Acting.UNLOCKED, left) if left > 0 else Mode()

    @property
    def verdict(self) -> BootVerdict:
        """What is booted and what boots next, as it is now."""
        readings = self.store.readings
        return judge_boot(readings.slots.value, readings.boot.value, readings.mender.value)

    def look(self, width: int, height: int) -> Look:
        """The device as it is now, in that much room."""
        follow_zone()
        readings, wall_now = self.store.readings, self.wall_clock()
        return replace(
            look_at(readings, width, height, self.clock(), wall_now, simulated=self.simulated),
            mode=self.mode,
            stick=self.attention.new_stick(readings.media.value),
            ended=self.attention.news_of(readings.work.value, wall_now),
        )
