"""Everything that lives while a terminal is ours: its settings, the thread that sends, the thread that reads."""

from __future__ import annotations

import os
from collections.abc import Sequence
from threading import Lock
from typing import Protocol

from moducop_tui.terminal.canvas import Canvas
from moducop_tui.terminal.key_decoder import Input, KeyDecoder
from moducop_tui.terminal.line_meter import LineMeter
from moducop_tui.terminal.line_reader import LineReader
from moducop_tui.terminal.line_writer import LineWriter
from moducop_tui.terminal.profile import Abilities, Profile
from moducop_tui.terminal.tty_modes import TerminalModes, open_anew

FAREWELL_LIMIT = 0.5
"""Seconds that the line has to take the last word; a line that has stopped never will."""
_ALTERNATE, _MAIN = b"\x1b[?1049h", b"\x1b[?1049l"
_MARK_PASTE, _PLAIN_PASTE = b"\x1b[?2004h", b"\x1b[?2004l"
_RESET = b"\x1b[m\x0f\x1b[r\x1b[?7h\x1b[?25h"
"""Own style and character set, no scroll region, wrapping, a cursor."""
_CLEAR = b"\x1b[H\x1b[J"
"""On a terminal without an alternate screen what stayed there would look alive and be stale. On tmux, resized
meanwhile, a row of the alternate screen would come back on the main one."""


def farewell(abilities: Abilities) -> bytes:
    """The last bytes that a terminal is sent: nothing that was switched on for the console stays."""
    unmarked = _PLAIN_PASTE if abilities.bracketed_paste else b""
    return _RESET + unmarked + _CLEAR + (_MAIN if abilities.alternate_screen else b"")


class Owner(Protocol):
    """Who is told what happens on the terminal; all in one of its threads."""

    def received(self, inputs: Sequence[Input]) -> None:
        """Keys, pasted text, replies."""

    def gone(self) -> None:
        """The terminal has hung up or takes nothing any more."""

    def expects_reply(self) -> bool:
        """Whether the terminal owes a reply."""


class TerminalSession:
    """`start` and `end` once each; `output` is an open descriptor of the terminal, which is only borrowed."""

    def __init__(self, output: int, canvas: Canvas, profile: Profile, owner: Owner) -> None:
        abilities = profile.abilities
        self._own = open_anew(output)
        self._modes = TerminalModes(self._own)
        self._abilities = abilities
        self._ended = Lock()
        self.meter = LineMeter(self._own, profile.bytes_a_second, answers=abilities.status_reports)
        self.writer = LineWriter(self._own, canvas, self.meter, profile.frame_pause, owner.gone)
        decoder = KeyDecoder(
            profile.escape_delay, bracketed_paste=abilities.bracketed_paste, expecting=owner.expects_reply
        )
        self.reader = LineReader(self._own, decoder, owner.received, owner.gone)

    def start(self) -> None:
        """Take the terminal."""
        self._modes.enter()
        beginning = _ALTERNATE if self._abilities.alternate_screen else b""
        self.writer.start(beginning + (_MARK_PASTE if self._abilities.bracketed_paste else b""))
        self.reader.start()

    def go_on(self) -> None:
        """Send again although an XOFF has come, or an answer has not: a bad line makes the one and eats the other."""
        self._modes.start_output()
        self.meter.give_up()

    def end(self) -> None:
        """Give everything back, in bounded time, whatever the line does. Any thread may call it, more than once."""
        if not self._ended.acquire(blocking=False):
            return
        self.reader.stop()
        if not self.writer.close(farewell(self._abilities), FAREWELL_LIMIT):
            self._modes.forget_sent()
        self._modes.forget_typed()
        self._modes.restore()
        if not self.writer.is_alive:
            os.close(self._own)
