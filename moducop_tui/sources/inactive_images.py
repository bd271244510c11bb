"""The identity of the slot that is not running, read from its raw device: no mount, no write, nothing anybody sees.

While somebody writes to the slot, what stands there is neither the old image nor the new: the last identity is kept,
with the note that it is the last.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

from moducop_tui.host import Host
from moducop_tui.model.slots import Image
from moducop_tui.sources.device_users import writers_of
from moducop_tui.sources.ext_files import ExtError, ExtFiles
from moducop_tui.sources.image_identity import IdentityError, read_identity


@dataclass(frozen=True, slots=True)
class Found:
    """An identity, or the sentence why there is none; both together: the last known one, and why it is not read."""

    image: Image | None
    error: str | None


@dataclass(frozen=True, slots=True)
class _Seen:
    """One look at the device. Equal looks mean that nothing changed: the superblock is a new one with every image."""

    superblock: bytes
    found: Found


class InactiveImages:
    """Remembers each device's last settled identity."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._settled: dict[str, _Seen] = {}

    def read(self, device: str, number: str, disk: str | None) -> Found:
        """The identity on a partition `MAJOR:MINOR`, whose disk has the number `disk`."""
        seen = _look(self._host, device)
        last = self._settled.get(number)
        if last is not None and last == seen:
            return last.found
        # Only now, when something differs: looking through all processes is the dear part.
        writers = writers_of(self._host, frozenset({number} if disk is None else {number, disk}))
        if writers:
            return _being_written(device, writers[0], None if last is None else last.found.image)
        self._settled[number] = seen
        return seen.found


def _look(host: Host, device: str) -> _Seen:
    try:
        descriptor = os.open(host.path(device), os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except PermissionError:
        return _Seen(b"", Found(None, f"Root is needed to read {device}."))
    except OSError as error:
        return _Seen(b"", Found(None, f"{device} can't be opened: {error.strerror}."))
    try:
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_RANDOM)  # a few blocks far apart: nothing to read ahead
        return _look_into(descriptor, device)
    finally:
        os.close(descriptor)


def _look_into(descriptor: int, device: str) -> _Seen:
    superblock = b""
    try:
        files = ExtFiles(descriptor)
        superblock = files.superblock.raw
        note = ", its journal not replayed" if files.superblock.needs_recovery else ""
        image = read_identity(files.read_file, device, f"read from {device} without mounting it{note}")
    except ExtError as error:
        return _Seen(superblock, Found(None, f"{device} can't be read: {error}."))
    except IdentityError as error:
        return _Seen(superblock, Found(None, str(error)))
    return _Seen(superblock, Found(image, None))


def _being_written(device: str, writer: str, last: Image | None) -> Found:
    if last is None:
        return Found(None, f"{writer} is writing to {device}: what it holds is known when that has ended.")
    return Found(last, f"{writer} is writing to {device}: this is what it held before.")
