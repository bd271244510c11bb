"""Remembers what upper directories hold between two walks: a walk reads thousands of inodes, a reading comes often."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from moducop_tui.host import Host
from moducop_tui.model.storage import UpperContent
from moducop_tui.sources.mounts import Mount
from moducop_tui.sources.upper_walk import walk_upper

WALK_DISTANCE = 60.0
"""Seconds between two walks of an upper directory that looks unchanged."""
CHANGED_WALK_DISTANCE = 10.0
"""Seconds between two walks of one that has changed at its top."""
CLOSED = "Its upper directory may not be looked at by this user; start the console as root."
_WALK_SHARE = 20
"""A walk of t seconds is followed by at least so many times t without one: counting costs 5 % of a core at most."""

Mark = tuple[int, ...]
"""Tells a changed directory at once: which one it is, and when an entry was last made or removed in it."""


@dataclass(frozen=True, slots=True)
class Counted:
    """The result of a walk. `mark` is None when the directory could not be found at all."""

    mark: Mark | None
    ended: float
    seconds: float
    content: UpperContent | None
    error: str | None
    is_closed: bool = False
    """This user may not look at it."""


class UpperCounts:
    """The newest count of each overlay's upper directory, renewed when it is time."""

    def __init__(self, host: Host, limit: int, clock: Callable[[], float]) -> None:
        self._host = host
        self._limit = limit
        self._clock = clock
        self._counts: dict[tuple[str, str], Counted] = {}

    def of(self, overlay: Mount, upper: str) -> Counted:
        """What the upper directory of an overlay holds, WALK_DISTANCE seconds old at most unless walks are slow."""
        key = _key(overlay)
        mark = self._mark(upper)
        last = self._counts.get(key)
        now = self._clock()
        if last is None or now - last.ended >= _pause(last, mark):
            last = self._counts[key] = self._count(upper, mark, now)
        return last

    def forget_all_but(self, overlays: Iterable[Mount]) -> None:
        """Drop what is known of overlays that are no longer mounted."""
        kept = {_key(overlay) for overlay in overlays}
        self._counts = {key: count for key, count in self._counts.items() if key in kept}

    def _count(self, upper: str, mark: Mark | None, now: float) -> Counted:
        is_closed = False
        try:
            self._host.path(upper).lstat()
            content, error = walk_upper(self._host.path(upper), self._limit, self._clock)
        except PermissionError:
            content, error, is_closed = None, CLOSED, True
        except OSError as failure:
            content, error = None, f"Its upper directory could not be read: {failure.strerror or failure}."
        ended = self._clock()
        return Counted(mark, ended, ended - now, content, error, is_closed)

    def _mark(self, upper: str) -> Mark | None:
        try:
            status = self._host.path(upper).lstat()
        except OSError:
            return None
        return (status.st_dev, status.st_ino, status.st_mtime_ns)


def _key(overlay: Mount) -> tuple[str, str]:
    return (overlay.mount_point, overlay.device)


def _pause(last: Counted, mark: Mark | None) -> float:
    distance = WALK_DISTANCE if mark == last.mark else CHANGED_WALK_DISTANCE
    return max(distance, _WALK_SHARE * last.seconds)
