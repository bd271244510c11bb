"""A program that draws on a terminal as the console does, in care; what it does then is typed at it.

Arguments: the family's name, the file of the kernel's level, that of its consoles, that of the holders.
"""

from __future__ import annotations

import os
import sys
import termios
from pathlib import Path

from moducop_tui.terminal.care import in_care
from moducop_tui.terminal.families import family_of
from moducop_tui.terminal.link import Kind, Link
from moducop_tui.terminal.printk import KernelLog
from moducop_tui.terminal.tty_modes import TerminalModes


def main(name: str, *places: str) -> None:
    abilities = family_of(name).abilities
    with in_care(0, Link(Kind.SERIAL, "/dev/ttymxc0"), abilities, KernelLog(*map(Path, places))):
        found = termios.tcgetattr(0)
        modes = TerminalModes(0)
        modes.enter()
        os.write(1, (b"\x1b[?1049h" if abilities.alternate_screen else b"") + b"\x1b[?25l\x1b[3;9r\x1b[Hdrawn")
        match os.read(0, 1):
            case b"a":  # as a shell does whose line is edited: what it finds, and a change of its own
                termios.tcsetattr(0, termios.TCSANOW, [*found[:3], found[3] & ~termios.ICANON, *found[4:]])
                os.write(1, b" by another")
            case b"q":
                os.write(1, b"\x1b[?25h")
                modes.restore()
                return
        os.read(0, 1)


if __name__ == "__main__":
    main(*sys.argv[1:])
