"""The settings of the tty while the console runs, and their way back to exactly what they were."""

from __future__ import annotations

import errno
import os
import termios
from typing import Any

_INPUT_OFF = termios.BRKINT | termios.ICRNL | termios.INLCR | termios.IGNCR | termios.PARMRK | termios.IMAXBEL
"""A break is noise and no interrupt; Enter stays a carriage return. Flow control (IXON, IXOFF, IXANY), parity and the
stripping of the eighth bit are the line's own business and stay."""
_LOCAL_OFF = termios.ECHO | termios.ECHONL | termios.ICANON | termios.IEXTEN | termios.ISIG


def drawing_modes(found: list[Any]) -> list[Any]:
    """These settings (of termios.tcgetattr) without echo, line editing and signals from keys, and output as it is."""
    modes = [*found[:6], list(found[6])]
    modes[0] &= ~_INPUT_OFF
    modes[1] &= ~termios.OPOST
    modes[3] &= ~_LOCAL_OFF
    modes[6][termios.VMIN], modes[6][termios.VTIME] = 1, 0
    return modes


class TerminalModes:
    """`enter` once before drawing, `restore` as often as one likes. A line that has hung up is no error."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._found: list[Any] | None = None

    def enter(self) -> None:
        """No echo, no line editing, no signals from keys, and what is sent goes out as it is."""
        try:
            self._found = termios.tcgetattr(self._descriptor)
        except (termios.error, OSError):
            return
        self._set(drawing_modes(self._found))

    def restore(self) -> None:
        """Everything as it was found."""
        if self._found is not None:
            found, self._found = self._found, None
            self._set(found)

    def forget_typed(self) -> None:
        """Throw away what has been typed and not read: it was meant for the console, not for the shell behind it."""
        self._flush(termios.TCIFLUSH)

    def forget_sent(self) -> None:
        """Throw away what the line has not taken: closing a tty waits for it, up to half a minute."""
        self._flush(termios.TCOFLUSH)

    def start_output(self) -> None:
        """As if an XON had come. The kernel starts only what it was asked to stop, so that goes first."""
        try:
            termios.tcflow(self._descriptor, termios.TCOOFF)
            termios.tcflow(self._descriptor, termios.TCOON)
        except (termios.error, OSError):
            return

    def _flush(self, which: int) -> None:
        try:
            termios.tcflush(self._descriptor, which)
        except (termios.error, OSError):
            return

    def _set(self, modes: list[Any]) -> None:
        while True:
            try:
                # At once: to wait for the line to drain could take for ever.
                return termios.tcsetattr(self._descriptor, termios.TCSANOW, modes)
            except termios.error as error:
                if error.args[0] != errno.EINTR:
                    return None


def open_anew(descriptor: int) -> int:
    """The same terminal by a descriptor of our own that never waits; the shell's own goes on waiting.

    Where it can't be opened (it is another user's, after `su`), a duplicate that waits.
    """
    try:
        return os.open(f"/proc/self/fd/{descriptor}", os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return os.dup(descriptor)
