"""Which directory journald writes: told by the headers of the journal files themselves, by its open files, by names.

A journal directory may hold what journald does not write: files of another machine id (an initial RAM disk's, a
service's container, a disk that was in another device), journal namespaces (`ID.NAME`), a machine id that journald
itself no longer uses. None of these is the device's journal.
"""

from __future__ import annotations

import os
import re
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from moducop_tui.host import Host
from moducop_tui.model.foreign import clean

VOLATILE = "/run/log/journal"
PERSISTENT = "/var/log/journal"

_MACHINE = re.compile(r"[0-9a-f]{32}")
_SUFFIXES = (".journal", ".journal~")
"""What libsystemd reads; a file with the second was found damaged, or not closed before a power cut, and put aside."""
_LIVE = "system.journal"
"""The file that journald writes; by rotation it becomes `system@...`."""
_HEADER = struct.Struct("<8s8x40x16s80x3Q8x3Q")
"""Signature; boot id of the last entry; numbers of entries and their first and last sequence number; times of the
first and last entry, and the last one's time since its boot (systemd, journal-def.h)."""
_SIGNATURE = b"LPKSHHRH"
_JOURNALD = b"systemd-journal"
"""What the kernel calls the process: fifteen characters."""


@dataclass(frozen=True, slots=True)
class Written:
    """What a journal file's header says of its last entry. Times in microseconds."""

    boot_id: str
    entries: int
    realtime: int
    monotonic: int


def journal_in_use(host: Host) -> str | None:
    """The directory that journald writes, as a path of the device; None when there is no journal file.

    The one whose newest entry is of this boot. Are there several (an initial RAM disk's, a container's that lies
    beside it): the one that the device's journald has open, that of /etc/machine-id, the one written last. Where
    nothing of this boot is written, the device's own, then the newest.
    """
    found = [directory for directory in _directories(host) if holds_journal(host, directory)]
    if len(found) < 2:
        return found[0] if found else None
    boot_id = current_boot(host)
    moments = {place: moment for place in found if (moment := _last_moment(host, place, boot_id)) is not None}
    own = [place for place in found if is_own(host, place)]
    if moments:
        latest = max(moments, key=lambda place: moments[place])
        if len(moments) == 1 or latest in own:
            return latest
        mine = [place for place in own if place in moments]
        return _open_in_journald(host, moments) or (max(mine, key=lambda place: moments[place]) if mine else latest)
    return own[0] if own else max(found, key=lambda place: _newest_time(host, place))


def is_own(host: Host, directory: str) -> bool:
    """Whether a journal directory is that of /etc/machine-id, where journalctl looks of itself."""
    try:
        # As libsystemd reads it: in large letters, too.
        return Path(directory).name == host.read_text("/etc/machine-id", 64).strip().lower()
    except OSError:
        return False


def last_boot(host: Host) -> str | None:
    """The boot of the last entry that was written, by the file itself: the journal's order goes by clocks that jump.

    None where the file does not tell.
    """
    directory = journal_in_use(host)
    written = _written(host, f"{directory}/{_LIVE}") if directory is not None else None
    return written.boot_id if written is not None and written.entries else None


def current_boot(host: Host) -> str | None:
    """The boot id of the device as it runs now, without dashes; None where nothing runs below the root prefix."""
    try:
        return clean(host.read_text("/proc/sys/kernel/random/boot_id", 64).strip().replace("-", "")) or None
    except OSError:
        return None


def _directories(host: Host) -> list[str]:
    """Directories in which journald may write, those in /run first; without any, where files may lie by themselves."""
    found: list[str] = []
    for base in (VOLATILE, PERSISTENT):
        names = (path.name for path in subdirectories(host, base))
        found += [f"{base}/{name}" for name in names if _MACHINE.fullmatch(name)]
    return found or [VOLATILE, PERSISTENT]


def subdirectories(host: Host, directory: str) -> list[Path]:
    """The directories in a journal directory, as paths of the device: of machines and of namespaces."""
    try:
        with os.scandir(host.path(directory)) as entries:
            return sorted(Path(directory) / entry.name for entry in entries if entry.is_dir())
    except OSError:
        return []


def holds_journal(host: Host, directory: str) -> bool:
    """Whether journal files lie in this very directory."""
    return bool(_journal_names(host, directory))


def _journal_names(host: Host, directory: str) -> list[str]:
    try:
        with os.scandir(host.path(directory)) as entries:
            return [entry.name for entry in entries if entry.name.endswith(_SUFFIXES)]
    except OSError:
        return []


def _last_moment(host: Host, directory: str, boot_id: str | None) -> int | None:
    """When journald last wrote there in this boot, in microseconds since it began; None when it did not."""
    if boot_id is None:
        return None
    live = _written(host, f"{directory}/{_LIVE}")
    if live is not None and live.entries:
        return live.monotonic if live.boot_id == boot_id else None
    # Just rotated: the new file is there and has no entry yet, or is not there for a moment.
    archived = (_written(host, f"{directory}/{name}") for name in _journal_names(host, directory) if "@" in name)
    return max((one.monotonic for one in archived if one is not None and one.boot_id == boot_id), default=None)


def _newest_time(host: Host, directory: str) -> int:
    written = (_written(host, f"{directory}/{name}") for name in _journal_names(host, directory))
    return max((one.realtime for one in written if one is not None), default=0)


def _written(host: Host, path: str) -> Written | None:
    try:
        head = host.read_bytes(path, _HEADER.size)
        signature, boot, entries, _, _, _, realtime, monotonic = _HEADER.unpack(head)
    except (OSError, struct.error):
        return None
    return Written(boot.hex(), entries, realtime, monotonic) if signature == _SIGNATURE else None


def _open_in_journald(host: Host, directories: Iterable[str]) -> str | None:
    """Which of these holds a file that the device's journald has open; a container's journald is another's."""
    files = {}
    for directory in directories:
        try:
            status = host.path(f"{directory}/{_LIVE}").stat()
        except OSError:
            continue
        files[status.st_dev, status.st_ino] = directory
    for process in _journald_processes(host):
        try:
            opened = [link.stat() for link in (process / "fd").iterdir() if _LIVE in str(link.readlink())]
        except OSError:
            continue
        for status in opened:
            if (status.st_dev, status.st_ino) in files:
                return files[status.st_dev, status.st_ino]
    return None


def _journald_processes(host: Host) -> list[Path]:
    """The journald processes in the namespace of the first process."""
    try:
        processes = host.path("/proc")
        space = (processes / "1/ns/pid").readlink()
        return [process for process in processes.iterdir() if process.name.isdigit() and _is_journald(process, space)]
    except OSError:
        return []


def _is_journald(process: Path, space: Path) -> bool:
    try:
        return (process / "comm").read_bytes().strip() == _JOURNALD and (process / "ns/pid").readlink() == space
    except OSError:
        return False
