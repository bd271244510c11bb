"""A technician at the serial line, who has nothing but keys: opens the console, unlocks it, runs what a plan shows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ..desk import asks, has_read
from .stages import TRAIL

if TYPE_CHECKING:
    from .device import Device

OPENING_S: Final = 600.0
"""Seconds that the console may take to open and read the device: emulated, beside other work."""

_BREATH_S: Final = 0.45
"""Seconds, by the device's clock, between two keys of a person: none that came with the one before decides anything."""

_WORDS: Final = re.compile(r"Type  (.+?)  and Enter to run it")
_PATIENCE_S: Final = 300.0
ACTION_S: Final = 1500.0
"""Seconds that an action may take under emulation, beside other work: a whole image is written and read back."""

_COUNT_ENDED: Final = f'cat {TRAIL} 2>/dev/null | grep -c \'"event":"ended"\''
_UNANSWERED: Final = "answered for"
"""How the console says that something takes longer than on a real device."""


class Keys:
    """At the shell of a device that is logged in, or in the console."""

    def __init__(self, device: Device) -> None:
        self._device = device
        self.console = device.console
        self._ended_before = 0

    def open(self) -> str:
        """Start the console, and go to Overview; what it shows when it has read the device."""
        self.console.write("moducop-tui\r")
        self.console.wait_for(lambda text: has_read(text) or asks(text), OPENING_S)
        return self.overview()

    def leave(self) -> None:
        """Leave the console for the shell."""
        mark = len(self.console.raw)
        self.press("q")
        self.console.await_said("# ", mark, _PATIENCE_S)

    def press(self, *keys: str) -> None:
        """Press keys as a person does, one after the other."""
        for key in keys:
            self.console.press(key)
            self._breathe()

    def _breathe(self, seconds: float = _BREATH_S) -> None:
        self._device.sh(f"sleep {seconds}")

    def type(self, text: str) -> None:
        """Type words, letter by letter."""
        self.press(*("space" if letter == " " else letter for letter in text))

    def unlock(self) -> None:
        """Unlock acting."""
        self.press("u")
        self.console.wait_for("Type yes", _PATIENCE_S)
        self._breathe()
        self.type("yes")
        self.press("enter")
        self.console.wait_for("UNLOCKED", _PATIENCE_S)

    def overview(self) -> str:
        """Go to Overview; what it shows."""
        self.press("1")
        self.console.wait_for("[1 Over", _PATIENCE_S)
        self.console.wait_for(lambda text: has_read(text) and _UNANSWERED not in text, OPENING_S)
        return self.console.settle(1.0)

    def verdict(self) -> str:
        """Go to the verdict; what it shows."""
        self.press("v")
        self.console.wait_for("Verdict", _PATIENCE_S)
        return self.console.settle(1.0)

    def choose(self, what: str, *, menu: str = "m") -> str:
        """Open a list by its key, narrow it to the line with these words, and take that; the plan that opens."""
        self.press(menu)
        self.console.wait_for("Enter opens its plan", _PATIENCE_S)
        self.type(what)
        self.console.wait_for(re.compile(rf"> .*{re.escape(what)}"), _PATIENCE_S)  # a stick may still be being read
        self.console.settle(0.5)
        self.press("enter")
        return self.await_plan()

    def await_plan(self) -> str:
        """Wait for a plan that may be run; it."""
        self.console.wait_for(re.compile(r"Type  .+ and Enter to run it|\[Enter\] runs it"), _PATIENCE_S)
        return self.console.settle(1.0)

    def run_plan(self) -> None:
        """Confirm the plan on the screen with the words that it asks for."""
        wanted = _WORDS.search(self.console.text())
        self._ended_before = int(self._device.sh(_COUNT_ENDED).out)
        self._breathe(1.0)  # a plan that just came is read first
        if wanted is not None:
            self.type(wanted[1])
        self.press("enter")

    def await_end(self, timeout: float = ACTION_S) -> None:
        """Wait, by other means than the screen, until the plan that was confirmed last has come to its end; seconds."""
        self._device.wait_until(f'[ "$({_COUNT_ENDED})" -gt {self._ended_before} ]', timeout)
