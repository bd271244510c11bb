"""Where the device's journal lives: which directory journald writes now, on what file system, and when that changes."""

from __future__ import annotations

import os
from pathlib import Path

from moducop_tui.host import Host
from moducop_tui.model.foreign import clean
from moducop_tui.sources.mounts import mount_at, parse_mountinfo, read_table

VOLATILE = "/run/log/journal"
PERSISTENT = "/var/log/journal"
_IN_MEMORY = frozenset({"tmpfs", "ramfs"})

Places = tuple[tuple[str, int, int, bool], ...]


def active_directory(host: Host) -> str | None:
    """The directory that journald writes now; None when neither holds a journal file.

    journald takes its files in /run away when it goes over to /var (systemd-journald.service(8), flushing), so files
    there are the ones in use, however old the others look: a clock that jumped can't mislead here.
    """
    for directory in (VOLATILE, PERSISTENT):
        if _holds_journal(host, directory):
            return directory
    return None


def places(host: Host) -> Places:
    """What changes when journald goes over to other directories, or something is mounted over them.

    A reader that was opened before does not notice that by itself.
    """
    found = []
    for directory in (VOLATILE, PERSISTENT):
        for path in (Path(directory), *_machine_directories(host, directory)):
            try:
                status = host.path(str(path)).stat()
            except OSError:
                continue
            holds = (host.path(str(path)) / "system.journal").exists()
            found.append((str(path), status.st_dev, status.st_ino, holds))
    return tuple(found)


def is_persistent(host: Host) -> bool | None:
    """Whether the journal survives a reboot; None when it can't be known."""
    directory = active_directory(host)
    if directory is None:
        return None
    if directory == VOLATILE:
        return False
    try:
        mount = mount_at(parse_mountinfo(read_table(host)), host.resolved(directory))
    except OSError:
        return None
    return None if mount is None or mount.fs_type == "overlay" else mount.fs_type not in _IN_MEMORY


def is_on_disk(host: Host) -> bool:
    """Whether journal files lie where reading can fail under the reader: anywhere that is not known to be in memory."""
    if not _holds_journal(host, PERSISTENT):
        return False
    try:
        mount = mount_at(parse_mountinfo(read_table(host)), host.resolved(PERSISTENT))
    except OSError:
        return True
    return mount is None or mount.fs_type not in _IN_MEMORY


def why_unreadable(host: Host) -> str | None:
    """One sentence when journal files are there but this user may not read them."""
    for directory in (VOLATILE, PERSISTENT):
        if any(_is_forbidden(host, str(place)) for place in (directory, *_machine_directories(host, directory))):
            return f"The journal in {directory} may not be read by this user; start the console as root."
    return None


def current_boot(host: Host) -> str | None:
    """The boot id of the device as it runs now, without dashes; None where nothing runs below the root prefix."""
    try:
        return clean(host.read_text("/proc/sys/kernel/random/boot_id", 64).strip().replace("-", "")) or None
    except OSError:
        return None


def _holds_journal(host: Host, directory: str) -> bool:
    for machine in (Path(directory), *_machine_directories(host, directory)):
        try:
            with os.scandir(host.path(str(machine))) as entries:
                if any(entry.name.endswith(".journal") for entry in entries):
                    return True
        except OSError:
            continue
    return False


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


def _machine_directories(host: Host, directory: str) -> list[Path]:
    """The directories of single machines in a journal directory, as paths of the device."""
    try:
        with os.scandir(host.path(directory)) as entries:
            return sorted(Path(directory) / entry.name for entry in entries if entry.is_dir())
    except OSError:
        return []
