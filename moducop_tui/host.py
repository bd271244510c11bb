"""The one root prefix: every path that a source reads goes through here.

With `--root /host` (a container that has the device mounted) or a mounted disk, `/etc/issue` is `/host/etc/issue`, and
absolute symbolic links are followed inside the prefix, as if it were the root.
"""

from __future__ import annotations

import errno
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from moducop_tui.model.foreign import clean

_LINK_LIMIT = 40


@dataclass(frozen=True, slots=True)
class Host:
    """The file system of the device that is looked at, below `root`."""

    root: Path = Path("/")

    @property
    def is_this_machine(self) -> bool:
        """True when the root prefix is the root itself."""
        return self.root == Path("/")

    @property
    def runs(self) -> bool:
        """Whether a system is seen to run there; a disk in a reader has files, but no processes."""
        return self.is_this_machine or self.exists("/proc/1")

    @property
    def stands_still(self) -> str:
        """The beginning of a sentence about a root on which nothing runs."""
        return f"Nothing is seen to run below {clean(str(self.root), 200)} (it has no /proc/1)"

    def path(self, device_path: str) -> Path:
        """Where a path of the device is found from here, its symbolic links followed inside the root.

        Raises OSError when links run in a circle. The path need not exist.
        """
        if self.is_this_machine:
            return Path(device_path)
        return self.root.joinpath(*self._resolve(device_path))

    def resolved(self, device_path: str) -> str:
        """Where a path leads behind all links, again as a path of the device. Raises OSError when that is nothing.

        The prefix itself is never resolved: `/proc/1/root`, which leads into a container's device, would become `/`.
        """
        if self.is_this_machine:
            try:
                return str(Path(device_path).resolve(strict=True))
            except RuntimeError as error:
                raise _circle(device_path) from error
        inside = self._resolve(device_path)
        self.root.joinpath(*inside).stat()
        return "/" + "/".join(inside)

    def read_text(self, device_path: str, limit: int = 65536) -> str:
        """Up to `limit` bytes of a file as text, bytes that are no UTF-8 kept as surrogates. Raises OSError."""
        return self.read_bytes(device_path, limit).decode("utf-8", "surrogateescape")

    def read_bytes(self, device_path: str, limit: int = 65536) -> bytes:
        """Up to `limit` bytes of a file. Raises OSError, also of what is none: a device acts when it is opened."""
        path = self.path(device_path)
        found = os.open(path, os.O_PATH | os.O_CLOEXEC)
        try:
            _demand_file(os.fstat(found))
            opened = open_found(found, path)
        finally:
            os.close(found)
        with os.fdopen(opened, "rb") as file:
            return file.read(limit)

    def exists(self, device_path: str) -> bool:
        """Whether the path is there, links followed; False where it can't be looked at."""
        try:
            return self.path(device_path).exists()
        except OSError:
            return False

    def _resolve(self, device_path: str) -> list[str]:
        pending = [part for part in reversed(device_path.split("/")) if part]
        done: list[str] = []
        links = 0
        while pending:
            part = pending.pop()
            if part == ".":
                continue
            if part == "..":
                done = done[:-1]
                continue
            here = self.root.joinpath(*done, part)
            if here.is_symlink():
                links += 1
                if links > _LINK_LIMIT:
                    raise _circle(device_path)
                target = str(here.readlink())
                if target.startswith("/"):
                    done = []
                pending.extend(step for step in reversed(target.split("/")) if step)
                continue
            done.append(part)
        return done


def open_found(found: int, path: Path | None = None) -> int:
    """The very thing that was found as a name (O_PATH) and looked at, for reading. Raises OSError.

    Nobody can put a device in its place meanwhile. Where no /proc is mounted, `path` is opened, if it is given. Not to
    wait where another process holds a lease on the file (man 2 fcntl, F_SETLEASE).
    """
    how = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK
    try:
        return os.open(f"/proc/self/fd/{found}", how)
    except FileNotFoundError:
        if path is None:
            raise
        return os.open(path, how)


def _demand_file(status: os.stat_result) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EINVAL, "it is no file")


def _circle(device_path: str) -> OSError:
    """What the kernel says of links that lead to each other."""
    return OSError(errno.ELOOP, os.strerror(errno.ELOOP), device_path)
