"""The device before a person: this terminal is on its serial line, and a few keys reach the plugs on the desk."""

from __future__ import annotations

import os
import select
import sys
import termios
import tty
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from .device import Device
    from .stick import Stick

PREFIX: Final = b"\x01"
HELP: Final = "Ctrl-A, then p cut power, b power on, u/U stick in/out, a ^A, x leave"
"""Fits into one row beside what says that the desk speaks."""


class Desk:
    """Carries keys to the device, and acts on those that are meant for the desk."""

    def __init__(self, device: Device, stick: Stick) -> None:
        self._device = device
        self._stick = stick
        self._leaving = False
        self._prefixed = False
        self._deeds: Mapping[bytes, Callable[[], None]] = {
            b"p": self._cut,
            b"b": self._power,
            b"u": self._plug,
            b"U": self._pull,
            b"a": lambda: self._device.line.send(PREFIX),
            b"h": lambda: say(HELP),
            b"x": self._leave,
        }

    def sit(self) -> None:
        """Stay until the person leaves."""
        with _raw_terminal():
            while not self._leaving:
                readable, _, _ = select.select([sys.stdin], [], [], 0.2)
                if readable:
                    typed = os.read(sys.stdin.fileno(), 1024)
                    if not typed:
                        return  # the terminal is gone
                    self.take(typed)

    def take(self, typed: bytes) -> None:
        """What was typed: to the device, but for the prefix and the key behind it."""
        for number in typed:
            key = bytes([number])
            if self._prefixed:
                self._prefixed = False
                self._deeds.get(key, lambda: say(HELP))()
            elif key == PREFIX:
                self._prefixed = True
            else:
                self._device.line.send(key)

    def _cut(self) -> None:
        if self._device.is_on:
            self._device.power_cut()
            say("the power is cut")
        else:
            say("it has no power")

    def _power(self) -> None:
        if self._device.is_on:
            say("it has power already")
        else:
            say("power on")
            self._device.power_on()

    def _plug(self) -> None:
        if self._stick in self._device.plugged:
            say("the stick is plugged in already")
        else:
            self._stick.insert()
            say("the stick is plugged in")

    def _pull(self) -> None:
        self._stick.pull()
        say("the stick is out")

    def _leave(self) -> None:
        self._leaving = True


def hear(data: bytes) -> None:
    """Show what came out of the line."""
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def say(text: str) -> None:
    """Tell the person something that did not come from the device."""
    sys.stderr.write(f"\r\n[desk] {text}\r\n")
    sys.stderr.flush()


@contextmanager
def _raw_terminal() -> Iterator[None]:
    before = termios.tcgetattr(sys.stdin)
    tty.setraw(sys.stdin)
    try:
        yield
    finally:
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)
        sys.stdout.write("\x1b[?1049l\x1b[?25h\x1b[0m\r\n")  # whatever the device's programs left switched on
