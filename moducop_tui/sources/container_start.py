"""Since when a container really runs: from the kernel's own count, which no change of the clock can touch.

A device without a battery-backed clock starts its containers at a wrong time of day; once the clock is set, the
engine's own `StartedAt` would make a container of two minutes look months old.
"""

from __future__ import annotations

import os
import time

from moducop_tui.host import Host
from moducop_tui.model.apps import Container

_DOUBT = 5.0
"""Seconds by which the engine's time may differ; the first process is made a little before the engine's note of it."""
SETTLING = 60.0
"""Seconds for which a container that was started again counts as not settled."""
STARTING = 60.0
"""Seconds that a container's first health check usually takes, with what Docker waits before it."""
_LATE = 5.0
"""Seconds by which an engine that is busy may be late with a check."""


def started_at(host: Host, container: Container, wall_clock: float) -> float | None:
    """When the container was started, by the clock as it goes now; the engine's word where the kernel agrees."""
    if container.pid is None:
        return container.started_at
    age = process_age(host, container.pid)
    if age is None:
        return container.started_at
    start = wall_clock - age
    if container.started_at is not None and abs(start - container.started_at) <= _DOUBT:
        return container.started_at
    return start


def is_settling(container: Container, wall_clock: float) -> bool:
    """Whether its restart policy started it again so lately that it may well end again."""
    if not container.restart_count or container.pid is None or container.started_at is None:
        return False
    return wall_clock - container.started_at < SETTLING


def is_fresh(container: Container, wall_clock: float) -> bool:
    """Whether it was started so lately, for the first time, that its health check need not have decided."""
    if container.restart_count != 0 or container.pid is None or container.started_at is None:
        return False
    return wall_clock - container.started_at < max(STARTING, (container.check_seconds or 0.0) + _LATE)


def process_age(host: Host, pid: int) -> float | None:
    """Seconds since a process was made (proc(5), /proc/PID/stat field 22); None when it is gone."""
    try:
        after_name = host.read_text(f"/proc/{pid}/stat", 4096).rpartition(")")[2].split()
        ticks = int(after_name[19])
    except (OSError, ValueError, IndexError):
        return None
    return time.clock_gettime(time.CLOCK_BOOTTIME) - ticks / os.sysconf("SC_CLK_TCK")
