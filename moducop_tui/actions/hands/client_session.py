"""Mender's client and all that it starts, as one session: its update modules get process groups of their own.

A client that is killed alone leaves its module and a `cat` behind for ever, waiting on a pipe (device facts 1.5).
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from moducop_tui import runner

_PROC = Path("/proc")
_ENDING = 5.0
"""Seconds that killed processes get to go; one that sleeps in the kernel on a dead disk stays."""
_STATE, _SESSION, _USER_TICKS, _SYSTEM_TICKS = 0, 3, 11, 12
"""Fields of /proc/PID/stat behind the name in parentheses (proc_pid_stat(5))."""


@dataclass(frozen=True, slots=True)
class Member:
    """One living process of a session. `effort` grows with processor time and bytes that it moves."""

    pid: int
    effort: int


def members(session: int) -> Iterator[Member]:
    """The living processes of a session; zombies are none."""
    for place in _PROC.iterdir():
        if not place.name.isdecimal():
            continue
        try:
            fields = _text(place / "stat").rpartition(")")[2].split()
            if int(fields[_SESSION]) != session or fields[_STATE] in ("Z", "X"):
                continue
            ticks = int(fields[_USER_TICKS]) + int(fields[_SYSTEM_TICKS])
        except (OSError, ValueError, IndexError):
            continue  # ended meanwhile
        yield Member(int(place.name), ticks + _bytes_moved(place))


def effort(session: int) -> int:
    """A number that changes while any process of the session works."""
    return hash(tuple(sorted((one.pid, one.effort) for one in members(session))))


def end_session(process: subprocess.Popen[bytes]) -> None:
    """Kill what is left of a client's session, reap the client, close its pipes.

    The client was started as the leader of a session, so the session has its process id; as long as one member lives,
    the kernel gives that id to nobody else.
    """
    until = time.monotonic() + _ENDING
    while (left := [one.pid for one in members(process.pid)]) and time.monotonic() < until:
        for pid in left:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(0.05)
        time.sleep(0.02)
    runner.end(process)


def has_ended(process: subprocess.Popen[bytes]) -> bool:
    """Whether the client itself has ended; it is not reaped, so that its session keeps its number."""
    try:
        return os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
    except ChildProcessError:
        return True


def _bytes_moved(place: Path) -> int:
    try:
        rows = (row.partition(": ") for row in _text(place / "io").splitlines())
        return sum(int(value) for key, _, value in rows if key in ("rchar", "wchar"))
    except (OSError, ValueError):
        return 0


def _text(path: Path) -> str:
    with path.open("rb") as file:
        return file.read(4096).decode("utf-8", "replace")
