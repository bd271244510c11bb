"""What every screen is given: the readings, the journal, the keys and the clocks. The only way to the device."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from moducop_tui.keymap import Keymap
from moducop_tui.model.ports import LogPort
from moducop_tui.pages.look import Look, look_at
from moducop_tui.store import Store


@dataclass(frozen=True, slots=True)
class Console:
    """`clock` is monotonic, `wall_clock` gives the device's seconds since the epoch, `log_memory` is in bytes.

    `terminal_words` says what is known of the terminal, in one row.
    """

    store: Store
    log: LogPort
    keymap: Keymap
    simulated: bool
    clock: Callable[[], float]
    wall_clock: Callable[[], float]
    log_memory: int
    terminal_words: Callable[[], str]

    def look(self, width: int, height: int) -> Look:
        """The device as it is now, in that much room."""
        return look_at(self.store.readings, width, height, self.clock(), self.wall_clock(), simulated=self.simulated)
