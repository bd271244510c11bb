"""Stops every process of a process namespace where it stands, and lets them go on."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from pathlib import Path


def freeze(leader: int) -> set[int]:
    """Stop all that share the process namespace of ``leader``, also what tests started in it; who now stands still and
    ran before."""
    space = _link(f"/proc/{leader}/ns/pid")
    if space is None:  # it has ended meanwhile, and all the others with it
        return set()
    seen: set[int] = set()
    stopped: set[int] = set()
    while True:  # what is running may have forked since the last look
        found = {pid for pid in _processes() if _link(f"/proc/{pid}/ns/pid") == space}
        if found <= seen:
            return stopped
        for pid in found - seen:
            with suppress(ProcessLookupError):
                if not _stands_still(pid):
                    os.kill(pid, signal.SIGSTOP)
                    stopped.add(pid)
        seen |= found


def thaw(stopped: set[int]) -> None:
    """Let those go on whom ``freeze`` stopped."""
    for pid in stopped:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)


def _stands_still(pid: int) -> bool:
    """Whether it was stopped before, by itself or by a test."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"
    except (OSError, IndexError):
        return False


def _processes() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def _link(path: str) -> str | None:
    try:
        return str(Path(path).readlink())
    except OSError:
        return None
