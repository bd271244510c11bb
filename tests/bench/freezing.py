"""Stops every process of a process namespace where it stands."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from pathlib import Path


def freeze(leader: int) -> None:
    """Stop all that share the process namespace of ``leader``, also what tests started in it."""
    space = _link(f"/proc/{leader}/ns/pid")
    if space is None:  # it has ended meanwhile, and all the others with it
        return
    stopped: set[int] = set()
    while True:  # what is running may have forked since the last look
        found = {pid for pid in _processes() if _link(f"/proc/{pid}/ns/pid") == space}
        if found <= stopped:
            return
        for pid in found - stopped:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGSTOP)
        stopped |= found


def _processes() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def _link(path: str) -> str | None:
    try:
        return str(Path(path).readlink())
    except OSError:
        return None
