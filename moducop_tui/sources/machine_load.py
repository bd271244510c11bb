"""How busy the machine is, from /proc: processors, load, memory. The files are described in proc(5)."""

from __future__ import annotations

from dataclasses import dataclass

from moducop_tui.host import Host
from moducop_tui.sources.small_files import text_of


@dataclass(frozen=True, slots=True)
class ProcessorTimes:
    """Ticks since boot, over all processors. The time of guests counts in `user` already."""

    idle: int
    total: int
    count: int
    """Processors that are running."""


@dataclass(frozen=True, slots=True)
class Memory:
    """In bytes."""

    total: int | None
    available: int | None
    swap_total: int | None
    swap_used: int | None


def read_processor_times(host: Host) -> ProcessorTimes | None:
    """The counters of /proc/stat."""
    text = text_of(host, "/proc/stat", 1 << 20)
    return parse_processor_times(text) if text else None


def parse_processor_times(text: str) -> ProcessorTimes | None:
    """The sum line `cpu` and how many `cpuN` lines there are."""
    lines = [line.split() for line in text.splitlines() if line.startswith("cpu")]
    summed = next((fields for fields in lines if fields[0] == "cpu"), None)
    if summed is None:
        return None
    try:
        ticks = [int(field) for field in summed[1:9]]
    except ValueError:
        return None
    if len(ticks) < 4:
        return None
    # Waiting for a disk is no work: the processor is free.
    idle = ticks[3] + (ticks[4] if len(ticks) > 4 else 0)
    return ProcessorTimes(idle, sum(ticks), len(lines) - 1)


def busy_share(before: ProcessorTimes | None, now: ProcessorTimes | None) -> float | None:
    """The share of all processors that worked between two readings, 0 to 1; None where there was no time between."""
    if before is None or now is None or now.total <= before.total:
        return None
    share = 1 - (now.idle - before.idle) / (now.total - before.total)
    return min(1.0, max(0.0, share))


def read_load(host: Host) -> tuple[float, float, float] | None:
    """The load of the last 1, 5 and 15 minutes."""
    fields = (text_of(host, "/proc/loadavg") or "").split()
    try:
        return float(fields[0]), float(fields[1]), float(fields[2])
    except (ValueError, IndexError):
        return None


def read_uptime(host: Host) -> float | None:
    """Seconds since boot, suspended time included."""
    fields = (text_of(host, "/proc/uptime") or "").split()
    try:
        return float(fields[0])
    except (ValueError, IndexError):
        return None


def read_memory(host: Host) -> Memory:
    """The figures of /proc/meminfo."""
    return parse_memory(text_of(host, "/proc/meminfo") or "")


def parse_memory(text: str) -> Memory:
    """Available is the kernel's own estimate of what can be had without swapping."""
    sizes: dict[str, int] = {}
    for line in text.splitlines():
        name, _, rest = line.partition(":")
        fields = rest.split()
        if fields and fields[0].isdigit():
            sizes[name] = int(fields[0]) * (1024 if fields[1:] == ["kB"] else 1)
    total, free = sizes.get("SwapTotal"), sizes.get("SwapFree")
    used = total - free if total is not None and free is not None else None
    return Memory(sizes.get("MemTotal"), sizes.get("MemAvailable"), total, used)
