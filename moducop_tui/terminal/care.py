"""What the console borrows of a terminal and of the kernel is given back at any end of it, SIGKILL included."""

from __future__ import annotations

import fcntl
import os
import signal
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from moducop_tui.terminal import caretaker
from moducop_tui.terminal.caretaker import flat
from moducop_tui.terminal.link import Kind, Link
from moducop_tui.terminal.printk import KERNEL_LOG, HeldMessages, KernelLog, hold_messages, put_back_forgotten
from moducop_tui.terminal.profile import Abilities
from moducop_tui.terminal.session import farewell
from moducop_tui.terminal.tty_modes import drawing_modes, open_anew

_BORN_DEAF_TO = (signal.SIGHUP, signal.SIGINT, signal.SIGTERM, signal.SIGQUIT, signal.SIGTSTP, signal.SIGTTOU)
"""Signals that reach a whole family of processes, and that of a background job which sets the terminal."""

_FREE = 10
"""Descriptors from here on are no standard streams, which may be closed."""


@contextmanager
def in_care(descriptor: int, link: Link, abilities: Abilities, log: KernelLog = KERNEL_LOG) -> Iterator[None]:
    """For the length of a `with` the kernel's messages are held off the terminal that a descriptor leads to.

    On a serial line and on the machine's own screen, where the next one to come would find the terminal as the console
    has left it, a caretaker waits beside the console. Over SSH and in a window nothing waits: a new session is a new
    terminal. Raises nothing of its own.
    """
    put_back_forgotten(log)
    held = hold_messages(link, log)
    watched = link.is_serial or link.kind is Kind.CONSOLE
    guard = _Caretaker.hired(descriptor, abilities, held) if watched else None
    try:
        yield
    finally:
        if held is not None:
            held.release()
        if guard is not None:
            guard.dismiss()


class _Caretaker:
    """The process of `caretaker.py`, and the end of the pipe that only this console holds."""

    def __init__(self, process: int, pipe: int) -> None:
        self._process, self._pipe = process, pipe

    @classmethod
    def hired(cls, descriptor: int, abilities: Abilities, held: HeldMessages | None) -> _Caretaker | None:
        """Start one; None where that can't be, for the console can do without."""
        waits, pipe = os.pipe()
        terminal = -1
        try:
            found = termios.tcgetattr(descriptor)
            settings = [",".join(map(str, flat(modes))) for modes in (found, drawing_modes(found))]
            words = [str(held.level) if held else "", *settings, farewell(abilities).hex()]
            terminal = open_anew(descriptor)
            process = _start([waits, terminal, held.lock if held else -1], words)
        except (termios.error, OSError):
            os.close(pipe)
            return None
        finally:
            os.close(waits)
            if terminal >= 0:
                os.close(terminal)
        return cls(process, pipe)

    def dismiss(self) -> None:
        """All is given back already."""
        with suppress(OSError):
            os.write(self._pipe, b".")
        os.close(self._pipe)
        with suppress(ChildProcessError):
            os.waitpid(self._process, 0)


def _start(given: list[int], words: list[str]) -> int:
    """The process, in a session of its own, with nothing of the console's but the descriptors it needs (-1: none)."""
    nothing = [(os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_RDWR, 0) for number in range(3)]
    kept = [fcntl.fcntl(each, fcntl.F_DUPFD_CLOEXEC, _FREE) if each >= 0 else -1 for each in given]
    try:
        return os.posix_spawn(
            sys.executable,
            [sys.executable, "-I", "-S", caretaker.__file__, *map(str, kept), *words],
            {},
            file_actions=[*nothing, *((os.POSIX_SPAWN_DUP2, each, each) for each in kept if each >= 0)],
            setsid=True,
            setsigmask=_BORN_DEAF_TO,
        )
    finally:
        for each in kept:
            if each >= 0:
                os.close(each)
