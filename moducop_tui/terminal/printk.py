"""Keeps the kernel's messages off a screen that they would write across, and gives them back whatever happens.

The kernel prints on its consoles what is more urgent than the console log level, the first number of
/proc/sys/kernel/printk (proc(5)). While a console runs on such a terminal the level is 1: only emergencies, after which
nothing is as it was anyway.

There is one level for all terminals, so the consoles that hold it are counted, by locks on one file that the kernel
takes back from who dies. The first writes down there what it found, the last puts it back. Where all were killed with
everything that was theirs, what is written there is put back by the next console.
"""

from __future__ import annotations

import errno
import fcntl
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from moducop_tui.terminal.caretaker import (
    HELD,
    end_turn,
    give_level_back,
    read_level,
    saved_level,
    take_turn,
    write_level,
)
from moducop_tui.terminal.link import Kind, Link


@dataclass(frozen=True, slots=True)
class KernelLog:
    """Where the kernel says what it prints and where, and where consoles write down what they found."""

    level: Path = Path("/proc/sys/kernel/printk")
    consoles: Path = Path("/proc/consoles")
    holders: Path = Path("/run/moducop_tui/kernel-log-level")
    """Locked for as long as any console holds the level. Gone with a reboot, like the level."""


KERNEL_LOG = KernelLog()
_ENABLED = "E"
"""A flag in /proc/consoles (Documentation/filesystems/proc.rst): `ttymxc0  -W- (EC p a)  207:16`."""


def prints_on(link: Link, consoles: str) -> bool:
    """Whether the kernel prints on this terminal, by the text of /proc/consoles."""
    if link.device is None or link.kind not in (Kind.SERIAL, Kind.GADGET, Kind.CONSOLE):
        return False
    names = {line.split()[0] for line in consoles.splitlines() if _ENABLED in _flags(line)}
    on_screen = link.kind is Kind.CONSOLE and "tty0" in names  # tty0 is the virtual console that is seen
    return on_screen or link.device.removeprefix("/dev/") in names


def _flags(line: str) -> str:
    """What stands between the brackets; empty where a line is none of a console."""
    name_and_abilities, _, rest = line.partition("(")
    flags, closed, _ = rest.partition(")")
    return flags if closed and len(name_and_abilities.split()) == 2 else ""


class HeldMessages:
    """The kernel's messages, held by this console among others. `lock` is for the caretaker, which shares it."""

    def __init__(self, lock: int, level: Path) -> None:
        self.lock = lock
        self.level = level

    def release(self) -> None:
        """Hold them no more. Raises nothing."""
        with suppress(OSError, ValueError):
            give_level_back(self.lock, str(self.level))
        os.close(self.lock)


def hold_messages(link: Link, log: KernelLog = KERNEL_LOG) -> HeldMessages | None:
    """Hold the kernel's messages back where they would come onto this terminal; None where nothing is held.

    Without the right to it nothing is held, and nothing is raised.
    """
    try:
        if not prints_on(link, log.consoles.read_text()):
            return None
        log.holders.parent.mkdir(mode=0o700, exist_ok=True)
        lock = _open(log, os.O_CREAT)
    except (OSError, ValueError):
        return None
    held = False
    with suppress(OSError, ValueError):
        held = _hold(lock, str(log.level))
    if held:
        return HeldMessages(lock, log.level)
    os.close(lock)
    return None


def _open(log: KernelLog, flags: int = 0) -> int:
    """The file of the holders. Raises OSError, also where somebody else can write to it: they would set the level."""
    lock = os.open(log.holders, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW | flags, 0o600)
    for status in (os.fstat(lock), log.holders.parent.stat()):
        if status.st_uid not in (0, os.geteuid()) or status.st_mode & 0o022:
            os.close(lock)
            raise PermissionError(errno.EPERM, os.strerror(errno.EPERM), str(log.holders))
    return lock


def _hold(lock: int, level: str) -> bool:
    take_turn(lock)
    try:
        now = read_level(level)
        if now > HELD:  # also where others hold it and somebody has raised it since: that is what they are to put back
            os.pwrite(lock, f"{now:<10}\n".encode(), 0)
            write_level(level, HELD)
        elif saved_level(lock) is None:
            return False  # somebody wants it as low as that
        fcntl.flock(lock, fcntl.LOCK_SH)
        return True
    finally:
        end_turn(lock)


def put_back_forgotten(log: KernelLog = KERNEL_LOG) -> bool:
    """Put back what consoles have left behind that were killed together with their caretakers; whether there was any.

    Raises nothing; where none has ever been killed so, it costs one look for a file.
    """
    try:
        lock = _open(log)
    except OSError:
        return False
    try:
        return saved_level(lock) is not None and give_level_back(lock, str(log.level))
    except (OSError, ValueError):
        return False
    finally:
        os.close(lock)
