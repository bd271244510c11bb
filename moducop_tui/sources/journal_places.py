"""Where the device's journal lives: on what file system, whether this user may read it, and when that changes."""

from __future__ import annotations

import os

from moducop_tui.host import Host
from moducop_tui.sources.journal_files import PERSISTENT, VOLATILE, holds_journal, journal_in_use, subdirectories
from moducop_tui.sources.mount_choice import MEMORY_TYPES
from moducop_tui.sources.mounts import is_within, mount_at, parse_mountinfo, read_table

Places = tuple[tuple[str, int, int, bool], ...]


def places(host: Host) -> Places:
    """What changes when journald goes over to other directories, or something is mounted over them.

    A reader that was opened before does not notice that by itself.
    """
    found = []
    for directory in (VOLATILE, PERSISTENT):
        for path in (directory, *map(str, subdirectories(host, directory))):
            try:
                status = host.path(path).stat()
            except OSError:
                continue
            holds = (host.path(path) / "system.journal").exists()
            found.append((path, status.st_dev, status.st_ino, holds))
    return tuple(found)


def is_persistent(host: Host) -> bool | None:
    """Whether the journal survives a reboot; None when it can't be known."""
    directory = journal_in_use(host)
    if directory is None:
        return None
    if is_within(directory, VOLATILE):
        return False
    try:
        mount = mount_at(parse_mountinfo(read_table(host)), host.resolved(directory))
    except OSError:
        return None
    return None if mount is None or mount.fs_type == "overlay" else mount.fs_type not in MEMORY_TYPES


def is_on_disk(host: Host) -> bool:
    """Whether journal files lie where reading can fail under the reader: anywhere that is not known to be in memory."""
    if not any(holds_journal(host, place) for place in (PERSISTENT, *map(str, subdirectories(host, PERSISTENT)))):
        return False
    try:
        mount = mount_at(parse_mountinfo(read_table(host)), host.resolved(PERSISTENT))
    except OSError:
        return True
    return mount is None or mount.fs_type not in MEMORY_TYPES


def why_unreadable(host: Host) -> str | None:
    """One sentence when journal files are there but this user may not read them."""
    for directory in (VOLATILE, PERSISTENT):
        if any(_is_forbidden(host, place) for place in (directory, *map(str, subdirectories(host, directory)))):
            return f"The journal in {directory} may not be read by this user; start the console as root."
    return None


def _is_forbidden(host: Host, directory: str) -> bool:
    """Whether a directory may not be looked into, or the file in it that journald writes not be read."""
    try:
        place = host.path(directory)
        if place.is_dir() and not os.access(place, os.R_OK | os.X_OK):
            return True
        file = place / "system.journal"
        return file.exists() and not os.access(file, os.R_OK)
    except PermissionError:
        return True
    except OSError:
        return False
