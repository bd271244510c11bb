"""Where the bench keeps things: the cache that outlives runs, fast scratch space, the product's source."""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from . import leftovers

if TYPE_CHECKING:
    from collections.abc import Iterator

BENCH = Path(__file__).resolve().parent
"""This directory."""

DEVICE = BENCH / "device"
"""Files that go onto the virtual device."""

REPOSITORY = BENCH.parent.parent
"""The checkout that is tested; its ``moducop_tui`` is seen inside the machine."""

PRODUCT = REPOSITORY / "moducop_tui"

SCRATCH_NEED = 4 << 30
"""Bytes that shared memory must have free before it is used: an image being built and some running machines."""


class BenchError(Exception):
    """The bench itself could not do something; the product under test is not to blame."""


def cache() -> Path:
    """The directory of built images, ``$MODUCOP_BENCH_CACHE`` or one below the user's cache directory."""
    chosen = os.environ.get("MODUCOP_BENCH_CACHE")
    if chosen:
        path = Path(chosen)
    else:
        base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
        path = Path(base) / "moducop_tui" / "bench"
    path.mkdir(parents=True, exist_ok=True)
    return path


def scratch() -> Path:
    """A directory for big files that need not survive: shared memory when large enough, else the temporary one.

    On a disk dpkg's and ext4's flushes cost minutes; in memory they cost nothing.
    """
    chosen = os.environ.get("MODUCOP_BENCH_SCRATCH")
    if chosen:
        Path(chosen).mkdir(parents=True, exist_ok=True)
        return Path(chosen)
    memory = Path("/dev/shm")
    if memory.is_dir() and os.access(memory, os.W_OK):
        room = min(shutil.disk_usage(memory).free, _memory_available())
        if room >= SCRATCH_NEED:
            return memory
    return Path(tempfile.gettempdir())


def scratch_places() -> list[Path]:
    """Every directory that ``scratch`` may have chosen in an earlier run."""
    named = (os.environ.get("MODUCOP_BENCH_SCRATCH"), "/dev/shm", tempfile.gettempdir())
    return [Path(name) for name in named if name and Path(name).is_dir()]


def new_run() -> Path:
    """A directory for one machine or namespace, marked as this process's; what dead processes left goes first."""
    for place in scratch_places():
        leftovers.sweep(place)
    run_dir = scratch() / f"{leftovers.PREFIX}{os.getpid()}-{secrets.token_hex(3)}"
    run_dir.mkdir(mode=0o755)
    leftovers.mark(run_dir)
    return run_dir


def _memory_available() -> int:
    """Bytes of memory that can be had without swapping."""
    for line in Path("/proc/meminfo").read_text().splitlines():
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) * 1024
    return 0


@contextmanager
def exclusively(name: str) -> Iterator[None]:
    """Hold the cache's lock of that name, so that two runs do not build the same thing at the same time."""
    with (cache() / f"{name}.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
