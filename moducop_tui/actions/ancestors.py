"""The processes that this one comes from, the nearest first: a shell or two, sudo, the login, the server of it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from moducop_tui.host import Host

_GENERATIONS = 16


@dataclass(frozen=True, slots=True)
class Ancestor:
    """A process. `name` is the kernel's, at most 15 characters; `uid` the real user, None where it can't be told."""

    host: Host
    pid: int
    name: str
    uid: int | None

    def environment(self) -> Mapping[str, str]:
        """What it was started with; nothing where this user may not look."""
        try:
            words = self.host.read_text(f"/proc/{self.pid}/environ", 1 << 17).split("\0")
        except OSError:
            return {}
        return dict(word.split("=", 1) for word in words if "=" in word)


def ancestors(host: Host) -> Iterator[Ancestor]:
    """They end where one can't be looked at."""
    pid = os.getppid()
    for _ in range(_GENERATIONS):
        try:
            named, _, rest = host.read_text(f"/proc/{pid}/stat", 4096).rpartition(")")
            parent = int(rest.split()[1])
        except (OSError, ValueError, IndexError):
            return
        yield Ancestor(host, pid, named.partition("(")[2], _uid(host, pid))
        if pid <= 1:
            return
        pid = parent


def _uid(host: Host, pid: int) -> int | None:
    try:
        lines = host.read_text(f"/proc/{pid}/status", 4096).splitlines()
        return int(next(line for line in lines if line.startswith("Uid:")).split()[1])
    except (OSError, ValueError, IndexError, StopIteration):
        return None
