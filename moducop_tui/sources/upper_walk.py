"""Counts what an overlay's upper directory holds: files that hide the image's own, and whiteouts that remove them."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable
from pathlib import Path

from moducop_tui.model.storage import UpperContent

TIME_LIMIT = 2.0
"""Seconds after which a walk is cut: on a cold eMMC each inode costs a read."""
_WHITEOUT_ATTRIBUTES = ("trusted.overlay.whiteout", "user.overlay.whiteout")


def walk_upper(
    upper: Path, limit: int, clock: Callable[[], float] = time.monotonic
) -> tuple[UpperContent | None, str | None]:
    """What is below `upper`, and a sentence about what could not be read.

    Counts at most `limit` entries for at most TIME_LIMIT seconds; `complete` is False when that did not suffice.

    Follows no link and stays on the file system of `upper`; the directory itself is not counted. The content is
    None when `upper` can't be opened at all.
    """
    try:
        walk = _Walk(str(upper), limit, clock)
    except OSError as error:
        return None, f"Its upper directory could not be read: {error.strerror or error}."
    walk.go_on()
    return walk.content, walk.sentence


class _Walk:
    """The numbers so far, the directories that are still to be read, and what went wrong."""

    def __init__(self, upper: str, limit: int, clock: Callable[[], float]) -> None:
        self._left = limit
        self._clock = clock
        self._deadline = clock() + TIME_LIMIT
        self._cut = False
        self._failures: list[str] = []
        self._files = self._directories = self._whiteouts = self._size = 0
        self._linked: set[int] = set()
        self._pending: list[str] = []
        self._device = Path(upper).lstat().st_dev
        self._read(upper)

    @property
    def content(self) -> UpperContent:
        complete = not self._cut and not self._failures
        return UpperContent(self._files, self._directories, self._whiteouts, self._size, complete)

    @property
    def sentence(self) -> str | None:
        if not self._failures:
            return None
        times = "once" if len(self._failures) == 1 else f"{len(self._failures)} times"
        return f"Not all of its upper directory could be read; it failed {times}: {self._failures[0]}."

    def go_on(self) -> None:
        """Read directory by directory to the end or to the limit."""
        while self._pending and not self._cut:
            try:
                self._read(self._pending.pop())
            except FileNotFoundError:
                continue  # deleted while we were counting
            except OSError as error:
                self._failures.append(error.strerror or str(error))

    def _read(self, path: str) -> None:
        """Count one directory's entries; no link is followed, for it may have been exchanged since it was listed."""
        handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            if os.fstat(handle).st_dev != self._device:
                return  # another file system is mounted here
            with os.scandir(handle) as entries:
                for entry in entries:
                    if self._left <= 0 or self._clock() > self._deadline:
                        self._cut = True
                        return
                    self._left -= 1
                    self._count(entry, path)
        finally:
            os.close(handle)

    def _count(self, entry: os.DirEntry[str], parent: str) -> None:
        try:
            status = entry.stat(follow_symlinks=False)
        except FileNotFoundError:
            return
        except OSError as error:
            self._failures.append(error.strerror or str(error))
            return
        path = f"{parent}/{entry.name}"
        if status.st_dev != self._device:
            return
        if _is_whiteout(status, path):
            self._whiteouts += 1
            return
        if stat.S_ISDIR(status.st_mode):
            self._directories += 1
            self._pending.append(path)
        else:
            self._files += 1
        if status.st_nlink == 1 or stat.S_ISDIR(status.st_mode) or status.st_ino not in self._linked:
            self._size += status.st_blocks * 512
        if status.st_nlink > 1:
            self._linked.add(status.st_ino)


def _is_whiteout(status: os.stat_result, path: str) -> bool:
    """A character device 0:0, or an empty file with the attribute (kernel document overlayfs.rst)."""
    if stat.S_ISCHR(status.st_mode):
        return status.st_rdev == 0
    if not stat.S_ISREG(status.st_mode) or status.st_size:
        return False
    return any(_has_attribute(path, name) for name in _WHITEOUT_ATTRIBUTES)


def _has_attribute(path: str, name: str) -> bool:
    try:
        os.getxattr(path, name, follow_symlinks=False)
    except OSError:
        return False
    return True
