"""Measures one program on a terminal of 80x24: time and CPU time to its first whole screen, memory, idle CPU."""

from __future__ import annotations

import os
import statistics
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench.console import Console

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.bench.console import Place
    from tests.performance.programs import Program

_TICKS = os.sysconf("SC_CLK_TCK")
_WHOLE_PROCESS = 2
"""Which of another process's clocks, in the number that clock_getcpuclockid(3) makes of it: that of the scheduler,
finer than the ticks of /proc/PID/stat."""


@dataclass(frozen=True, slots=True)
class Start:
    """From start to a moment: seconds on the wall, seconds of CPU, bytes sent to the terminal."""

    wall: float
    cpu: float
    sent: int


@dataclass(frozen=True, slots=True)
class Starts:
    """The start of a program: to its first picture, and to its first whole screen."""

    first: Start
    whole: Start


@dataclass(frozen=True, slots=True)
class Rest:
    """A program left alone: share of one core, resident and proportional memory in MiB, bytes a minute on the line."""

    cpu_share: float
    resident: float
    proportional: float
    sent_per_minute: float


def start(program: Program, within: Place | None, repeat: int) -> Starts:
    """The median of several starts; the first one, which warms the caches, does not count."""
    runs = [_one_start(program, within) for _ in range(repeat + 1)][1:]
    return Starts(_median([run.first for run in runs]), _median([run.whole for run in runs]))


def _median(runs: Sequence[Start]) -> Start:
    return Start(
        statistics.median(run.wall for run in runs),
        statistics.median(run.cpu for run in runs),
        round(statistics.median(run.sent for run in runs)),
    )


def _one_start(program: Program, within: Place | None) -> Starts:
    began = time.perf_counter()
    with on_terminal(program, within) as console:
        moments = []
        for pattern in (program.frame, program.complete):
            console.wait_for(pattern, timeout=30)
            wall = time.perf_counter() - began
            moments.append(Start(wall, cpu_seconds(console.process()), len(console.raw)))
        return Starts(*moments)


def rest(program: Program, within: Place | None, settle: float, seconds: float) -> Rest:
    """Let the program come to rest for `settle` seconds, then watch it for `seconds`."""
    with on_terminal(program, within) as console:
        console.wait_for(program.complete, timeout=30)
        drain(console, settle)
        process = console.process()
        cpu, sent, began = cpu_seconds(process), len(console.raw), time.perf_counter()
        drain(console, seconds)
        elapsed = time.perf_counter() - began
        used = cpu_seconds(process) - cpu
        return Rest(
            used / elapsed,
            memory(process, "VmRSS", "status") / 1024,
            memory(process, "Pss", "smaps_rollup") / 1024,
            (len(console.raw) - sent) / elapsed * 60,
        )


def on_terminal(program: Program, within: Place | None) -> Console:
    """Start it on a terminal of 80x24 of its own."""
    environment = {"PYTHONPATH": str(Path.cwd()), **program.environment}
    term = environment.pop("TERM", "vt220")
    return Console(program.argv, within=within, term=term, env=environment)


def drain(console: Console, seconds: float) -> None:
    """Take what the program sends for so long."""
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        console.settle(quiet=left, timeout=left)


def cpu_seconds(process: int) -> float:
    """CPU time of a process and all its children so far, those that have ended included, in seconds."""
    total = 0.0
    for number in (process, *_descendants(process)):
        try:
            fields = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()
            own = time.clock_gettime(~number << 3 | _WHOLE_PROCESS)
        except OSError:
            continue
        total += own + sum(int(field) for field in fields[13:15]) / _TICKS
    return total


def _descendants(process: int) -> list[int]:
    found: list[int] = []
    for children in Path(f"/proc/{process}/task").glob("*/children"):
        with suppress(OSError):  # the thread has ended since it was listed
            for child in children.read_text().split():
                found += [int(child), *_descendants(int(child))]
    return found


def memory(process: int, key: str, file: str) -> float:
    """A memory figure of a process in KiB."""
    for line in Path(f"/proc/{process}/{file}").read_text().splitlines():
        if line.startswith(key + ":"):
            return float(line.split()[1])
    return float("nan")
