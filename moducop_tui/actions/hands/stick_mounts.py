"""Where a stick is mounted, and who has files on it open: from the kernel's own tables."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from moducop_tui.model.foreign import clean

_TABLE = Path("/proc/self/mountinfo")
_PROCESSES = Path("/proc")
_OCTAL = re.compile(r"\\([0-3][0-7]{2})")


@dataclass(frozen=True, slots=True)
class StickMount:
    """One mount (man 5 proc, mountinfo). `number` is the `MAJOR:MINOR` of what is mounted, `root` the part of it."""

    number: str
    root: str
    place: str
    options: frozenset[str]

    def has(self, wanted: Collection[str]) -> bool:
        """Whether it is mounted with all these options."""
        return self.options.issuperset(wanted)


def mount_at(directory: str) -> StickMount | None:
    """What is mounted there, the topmost where several are; None when nothing is. Raises OSError."""
    return next((mount for mount in reversed(_mounts()) if mount.place == directory), None)


def mounts_of(number: str) -> tuple[StickMount, ...]:
    """All mounts of a device that this process sees. Raises OSError."""
    return tuple(mount for mount in _mounts() if mount.number == number)


def number_of(device: str) -> str | None:
    """`MAJOR:MINOR` of a block device; None when there is none of that name."""
    try:
        found = os.stat(device)  # noqa: PTH116 (a device's name, not a place below a root prefix)
    except (OSError, ValueError):
        return None
    return f"{os.major(found.st_rdev)}:{os.minor(found.st_rdev)}" if stat.S_ISBLK(found.st_mode) else None


def _mounts() -> list[StickMount]:
    lines = (line.split(" ") for line in _TABLE.read_text("utf-8", "surrogateescape").split("\n"))
    return [
        StickMount(fields[2], _plain(fields[3]), _plain(fields[4]), frozenset(fields[5].split(",")))
        for fields in lines
        if len(fields) > 5
    ]


def _plain(text: str) -> str:
    return _OCTAL.sub(lambda found: chr(int(found[1], 8)), text)


def users_of(number: str) -> tuple[str, ...]:
    """Programs with files or directories on that device open, such as `cat (process 812)`."""
    processes = [entry for entry in _PROCESSES.iterdir() if entry.name.isdigit()]
    return tuple(_named(process) for process in processes if any(_is_on(place, number) for place in _places(process)))


def _places(process: Path) -> Iterator[Path]:
    """What keeps a mount busy: working directory, root, program and open files."""
    yield from (process / "cwd", process / "root", process / "exe")
    try:
        yield from (process / "fd").iterdir()
    except OSError:
        return  # it has ended


def _is_on(place: Path, number: str) -> bool:
    try:
        device = place.stat().st_dev
    except OSError:
        return False
    return f"{os.major(device)}:{os.minor(device)}" == number


def _named(process: Path) -> str:
    try:
        name = clean((process / "comm").read_bytes().strip(), 40)
    except OSError:
        name = "a program"
    return f"{name} (process {process.name})"
