"""Who has a block device open for writing just now, found by walking /proc; only root sees everybody's files."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from moducop_tui.host import Host
from moducop_tui.model.foreign import clean
from moducop_tui.sources.block_devices import device_number


def writers_of(host: Host, numbers: frozenset[str]) -> tuple[str, ...]:
    """Programs that hold one of the devices `MAJOR:MINOR` open for writing, such as `cat (process 812)`."""
    try:
        processes = [entry for entry in host.path("/proc").iterdir() if entry.name.isdigit()]
    except OSError:
        return ()
    return tuple(words for process in processes for words in _writer(process, numbers))


def _writer(process: Path, numbers: frozenset[str]) -> Iterator[str]:
    try:
        descriptors = [entry.name for entry in (process / "fd").iterdir()]
    except OSError:
        return  # it has ended, or is not ours to look at
    if any(_writes(process, descriptor, numbers) for descriptor in descriptors):
        yield f"{_name(process)} (process {process.name})"


def _writes(process: Path, descriptor: str, numbers: frozenset[str]) -> bool:
    place = process / "fd" / descriptor
    try:
        if not str(place.readlink()).startswith("/"):
            return False  # a socket or a pipe
        found = place.stat()
        if not stat.S_ISBLK(found.st_mode) or device_number(found.st_rdev) not in numbers:
            return False
        information = (process / "fdinfo" / descriptor).read_text()
    except OSError:
        return False
    flags = next((line.split()[1] for line in information.split("\n") if line.startswith("flags:")), "0")
    return int(flags, 8) & os.O_ACCMODE != os.O_RDONLY


def _name(process: Path) -> str:
    try:
        return clean((process / "comm").read_bytes().strip(), 40)
    except OSError:
        return "a program"
