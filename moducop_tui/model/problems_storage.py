"""What is wrong with file systems: full, filling, read-only, or not where a ModuCop has them."""

from __future__ import annotations

from collections.abc import Iterator

from moducop_tui.model.problem import Problem, Severity, shortened
from moducop_tui.model.reading import Topic
from moducop_tui.model.storage import FileSystem, Storage

DATA = "/data"
NEARLY_FULL = 0.90
FULL = 0.97
FORECAST = 12 * 3600.0
"""Seconds within which a file system must fill for the forecast to be said."""
FORECAST_FROM = 0.5
"""Used share from which a forecast is believed; below it, one big file copied looks like the end."""
_FIND_IT = "Storage shows what is big; journalctl --disk-usage and docker system df name the usual ones."


def storage_problems(storage: Storage | None, *, on_a_moducop: bool) -> Iterator[Problem]:
    """Problems of the file systems; what only a ModuCop's concept promises is asked of a ModuCop only."""
    if storage is None:
        return
    for file_system in _distinct(storage):
        yield from _space(file_system)
        yield from _inodes(file_system)
    if on_a_moducop:
        yield from _data(storage)
        yield from _unreadable(storage)
        yield from _deviations(storage)
        yield from _closed(storage)


def _distinct(storage: Storage) -> Iterator[FileSystem]:
    """Writable file systems, each device once: bind mounts show the same one in many places.

    A read-only one, such as the root, is full by design.
    """
    seen: set[str] = set()
    for file_system in storage.file_systems:
        if file_system.read_only:
            continue
        if file_system.source.startswith("/"):
            if file_system.source in seen:
                continue
            seen.add(file_system.source)
        yield file_system


def _space(file_system: FileSystem) -> Iterator[Problem]:
    share = file_system.share
    if share is None:
        return
    left = seconds_to_full(file_system)
    filling = "" if left is None else f", full in about {_span(left)}"
    evidence = _evidence(file_system)
    mount_point = file_system.mount_point
    if share >= NEARLY_FULL:
        yield Problem(
            Severity.CRITICAL if share >= FULL else Severity.WARNING,
            Topic.STORAGE,
            shortened(f"{shortened(mount_point, 26)} is {_percent(share)} full{filling}"),
            evidence,
            advice=_FIND_IT,
            brief=f"{shortened(mount_point, 20)} {_percent(share)} full",
        )
    elif left is not None and share >= FORECAST_FROM:
        yield Problem(
            Severity.WARNING,
            Topic.STORAGE,
            shortened(f"{shortened(mount_point, 26)} fills{filling}"),
            evidence,
            advice=_FIND_IT,
            brief=f"{shortened(mount_point, 20)} fills",
        )


def seconds_to_full(file_system: FileSystem) -> float | None:
    """Seconds until nothing is left at the present growth; None when that is farther away than FORECAST, or never."""
    if file_system.available is None or file_system.growth is None or file_system.growth <= 0:
        return None
    left = file_system.available / file_system.growth
    return left if left <= FORECAST else None


def _inodes(file_system: FileSystem) -> Iterator[Problem]:
    share = file_system.inode_share
    if share is not None and share >= NEARLY_FULL:
        yield Problem(
            Severity.CRITICAL if share >= FULL else Severity.WARNING,
            Topic.STORAGE,
            shortened(f"{shortened(file_system.mount_point, 26)} has {_percent(share)} of its inodes used"),
            evidence=f"{file_system.inodes_used} of {file_system.inodes_total} inodes, {file_system.source}",
            advice="Remove small files that nobody needs: without a free inode no file can be made.",
            brief=f"{shortened(file_system.mount_point, 20)} inodes",
        )


def _data(storage: Storage) -> Iterator[Problem]:
    data = storage.at(DATA)
    if data is None:
        yield Problem(
            Severity.CRITICAL,
            Topic.STORAGE,
            "/data is not mounted",
            evidence="no mount at /data",
            advice="Look in the kernel's log for errors of the data partition; nothing written now is kept.",
            brief="/data missing",
        )
    elif data.fs_type == "tmpfs":
        yield Problem(
            Severity.CRITICAL,
            Topic.STORAGE,
            "/data is in memory, gone at the next reboot",
            evidence=f"{data.source} is a tmpfs",
            advice="Look in the kernel's log for errors of the data partition.",
            brief="/data in memory",
        )
    elif data.read_only:
        yield Problem(
            Severity.CRITICAL,
            Topic.STORAGE,
            "/data is read-only",
            evidence=f"{data.source} is mounted read-only",
            advice="Look in the kernel's log for ext4 errors; apps and updates can't write.",
            brief="/data read-only",
        )


def _unreadable(storage: Storage) -> Iterator[Problem]:
    for file_system in storage.file_systems:
        if file_system.error is not None:
            yield Problem(
                Severity.UNKNOWN,
                Topic.STORAGE,
                shortened(f"How full {shortened(file_system.mount_point, 26)} is can't be read"),
                evidence=file_system.error,
                brief=f"{shortened(file_system.mount_point, 20)} unknown",
            )


def _deviations(storage: Storage) -> Iterator[Problem]:
    differences = [sentence for sentence in storage.deviations if not sentence.startswith(f"{DATA} ")]
    if differences:
        places = "1 place" if len(differences) == 1 else f"{len(differences)} places"
        yield Problem(
            Severity.WARNING,
            Topic.STORAGE,
            f"Storage differs from the ModuCop's layout in {places}",
            evidence=" ".join(differences),
            brief="storage layout",
        )


def _closed(storage: Storage) -> Iterator[Problem]:
    closed = [overlay.mount_point for overlay in storage.overlays if overlay.is_closed]
    if closed:
        yield Problem(
            Severity.UNKNOWN,
            Topic.STORAGE,
            "What of the overlays survives a reboot may not be looked at",
            evidence=f"the upper directories of {', '.join(closed)} are closed to this user",
            advice="Start the console as root.",
            brief="overlays unknown",
        )


def _evidence(file_system: FileSystem) -> str:
    parts = []
    if file_system.used is not None and file_system.available is not None:
        parts.append(f"{_megabytes(file_system.used)} used, {_megabytes(file_system.available)} left")
    if file_system.growth:
        parts.append(f"growing by {file_system.growth / 1000:.1f} kB/s")
    parts.append(f"{file_system.source} ({file_system.fs_type})")
    return ", ".join(parts)


def _percent(share: float) -> str:
    """100 % is said only of what is full to the last byte."""
    return f"{min(int(share * 100), 99) if share < 1 else 100} %"


def _megabytes(count: int) -> str:
    return f"{count / 1_000_000:.1f} MB"


def _span(seconds: float) -> str:
    if seconds < 3600:
        return f"{max(1, round(seconds / 60))} min"
    return f"{round(seconds / 3600)} h"
