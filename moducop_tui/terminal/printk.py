"""Keeps the kernel's messages off a screen that they would write across, and gives them back whatever happens.

The kernel prints on its consoles what is more urgent than the console log level, the first number of
/proc/sys/kernel/printk (proc(5)). While the console runs on such a terminal the level is 1: only emergencies, after
which nothing is as it was anyway. A process of its own holds it, so that not even SIGKILL leaves it behind: it waits
for the end of a pipe, which comes when the console has gone, however it went.
"""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from moducop_tui.terminal.link import Kind, Link

LEVEL = Path("/proc/sys/kernel/printk")
CONSOLES = Path("/proc/consoles")
_HELD = 1
"""The least level there is; emergencies (0) still come through."""
_ENABLED = re.compile(r"^(\S+)\s+\S+\s+\([^)]*E[^)]*\)", re.MULTILINE)
"""A line of /proc/consoles with the flag E (Documentation/filesystems/proc.rst): `ttymxc0  -W- (EC p a)  207:16`."""


def prints_on(link: Link, consoles: str) -> bool:
    """Whether the kernel prints on this terminal, by the text of /proc/consoles."""
    if link.device is None or link.kind not in (Kind.SERIAL, Kind.GADGET, Kind.CONSOLE):
        return False
    names = set(_ENABLED.findall(consoles))
    on_screen = link.kind is Kind.CONSOLE and "tty0" in names  # tty0 is the virtual console that is seen
    return on_screen or link.device.removeprefix("/dev/") in names


@contextmanager
def kernel_messages_held(link: Link, level: Path = LEVEL, consoles: Path = CONSOLES) -> Iterator[bool]:
    """Hold the kernel's messages back for the length of a `with` where they would come; whether they are held.

    Must begin before any thread is started. Without the right to it nothing is held, and nothing is raised.
    """
    try:
        held = prints_on(link, consoles.read_text()) and _level(level) > _HELD
    except (OSError, ValueError):
        held = False
    guard = _Guard(level) if held else None
    try:
        yield guard is not None and guard.holds
    finally:
        if guard is not None:
            guard.release()


class _Guard:
    """The process that lowers the level and raises it again."""

    def __init__(self, level: Path) -> None:
        ready, says_ready = os.pipe()
        waits, self._held = os.pipe()
        self._process = os.fork()
        if self._process == 0:
            os.close(self._held)
            os.close(ready)
            _guard(level, waits, says_ready)
        os.close(waits)
        os.close(says_ready)
        self.holds = os.read(ready, 1) == b"1"
        os.close(ready)

    def release(self) -> None:
        """Let it put the level back, and wait until it has."""
        os.close(self._held)
        with suppress(ChildProcessError):
            os.waitpid(self._process, 0)


def _guard(level: Path, waits: int, says_ready: int) -> None:
    """The life of the guard; it never returns, and nothing of the console's end reaches it."""
    code = 1
    try:
        os.setsid()
        for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM, signal.SIGQUIT, signal.SIGPIPE):
            signal.signal(number, signal.SIG_IGN)
        for descriptor in [int(one.name) for one in Path("/proc/self/fd").iterdir()]:
            if descriptor not in (waits, says_ready):  # above all not the terminal: it must be able to hang up
                with suppress(OSError):
                    os.close(descriptor)
        with suppress(OSError):
            Path("/proc/self/comm").write_text("moducop-printk")
        found = _level(level)
        _set_level(level, _HELD)
        os.write(says_ready, b"1")
        os.close(says_ready)
        while os.read(waits, 1):
            pass
        if _level(level) == _HELD:  # else somebody has chosen another one meanwhile
            _set_level(level, found)
        code = 0
    finally:
        os._exit(code)


def _level(place: Path) -> int:
    return int(place.read_text().split()[0])


def _set_level(place: Path, level: int) -> None:
    """The other three numbers of the file stay: the kernel takes one alone (proc_dointvec)."""
    place.write_text(f"{level}\n")
