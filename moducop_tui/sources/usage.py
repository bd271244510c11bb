"""How full a mounted file system is, and how fast it fills."""

from __future__ import annotations

import os
from collections import deque
from dataclasses import replace

from moducop_tui.host import Host
from moducop_tui.model.foreign import clean
from moducop_tui.model.storage import FileSystem
from moducop_tui.sources.mount_choice import is_network
from moducop_tui.sources.mounts import Mount

WINDOW = 600.0
"""Seconds of history that the growth is judged by."""
SHORTEST_SPAN = 30.0
"""Seconds of history below which no growth is told: a single log line would look like a flood."""
_SAMPLE_DISTANCE = 10.0


def measure(mount: Mount, host: Host) -> FileSystem:
    """The file system of a mount with its usage by statvfs, or with the reason why there is none."""
    described = FileSystem(clean(mount.mount_point), clean(mount.source), clean(mount.fs_type), mount.read_only)
    if is_network(mount):
        return replace(described, error="Not asked: its server could keep the console waiting.")
    try:
        answer = os.statvfs(host.path(mount.mount_point))
    except OSError as error:
        return replace(described, error=f"How full it is could not be read: {error.strerror or error}.")
    unit = answer.f_frsize or answer.f_bsize
    return replace(
        described,
        total=answer.f_blocks * unit,
        used=(answer.f_blocks - answer.f_bfree) * unit,
        available=answer.f_bavail * unit,
        inodes_total=answer.f_files,
        inodes_used=answer.f_files - answer.f_ffree,
        error=_stopped(mount),
    )


def _stopped(mount: Mount) -> str | None:
    """Ext4 with errors=remount-ro says since Linux 6.13 that it stopped by itself (fs/ext4/super.c, emergency_ro)."""
    if "emergency_ro" in mount.super_options:
        return "The kernel made it read-only after an error: look for ext4 in the kernel's log."
    return None


class Growth:
    """The use of one file system over the last WINDOW seconds, by the monotonic clock."""

    def __init__(self) -> None:
        self._samples: deque[tuple[float, int]] = deque()

    def add(self, now: float, used: int) -> float | None:
        """Note `used` bytes at `now` and return the growth in bytes per second; None while too little is known.

        The slope of the line that fits all samples best: one big file that comes and goes does not turn it round.
        """
        while self._samples and now - self._samples[0][0] > WINDOW:
            self._samples.popleft()
        recent = self._samples[-1][0] if self._samples else None
        samples = [*self._samples, (now, used)]
        if recent is None or now - recent >= _SAMPLE_DISTANCE:
            self._samples.append((now, used))
        if now - samples[0][0] < SHORTEST_SPAN:
            return None
        return _slope(samples)


def _slope(samples: list[tuple[float, int]]) -> float:
    middle_time = sum(time for time, _ in samples) / len(samples)
    middle_used = sum(used for _, used in samples) / len(samples)
    spread = sum((time - middle_time) ** 2 for time, _ in samples)
    return sum((time - middle_time) * (used - middle_used) for time, used in samples) / spread
