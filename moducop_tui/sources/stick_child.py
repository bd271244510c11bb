"""The process that has a stick mounted: a program of its own, started by its path, that imports nothing of ours.

Usage: stick_child.py device DEVICE FILE-SYSTEM OPTIONS | directory PATH

It mounts the stick where no other process sees it: in a mount namespace of its own, read-only, without programs, suid
and device nodes. Its end, however it comes, ends the namespace and with it the mount. A stick that hangs hangs this
process and not the console. One line of JSON in asks, one line of JSON out answers, with `bytes` bytes behind it.
"""

from __future__ import annotations

import ctypes
import errno
import json
import os
import stat
import sys
import time
from collections.abc import Iterator
from typing import Any, Final

_CLONE_NEWNS: Final = 0x20000
_MS_RDONLY: Final = 1
_MS_NOSUID: Final = 2
_MS_NODEV: Final = 4
_MS_NOEXEC: Final = 8
_MS_REC: Final = 0x4000
_MS_PRIVATE: Final = 1 << 18
_PLACE: Final = "/run"
"""What the stick covers in this namespace, where nothing else is needed of it. Every system has it."""
_ENDING: Final = b".mender"
_DIRECTORY: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC | os.O_NOFOLLOW
_NAME: Final = os.O_PATH | os.O_CLOEXEC | os.O_NOFOLLOW
_READ: Final = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK
_BLOCK: Final = 1 << 20
"""Bytes of one answer at most."""


def main(arguments: list[str]) -> None:
    """Mount, say so, answer until the input ends."""
    try:
        if arguments[0] == "device":
            mount_privately(*arguments[1:4])
            root = os.open(_PLACE, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        else:
            root = os.open(arguments[1], os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        answer({"errno": error.errno, "at": error.filename})
        return
    answer({"ready": True})
    files = Files(root)
    for line in sys.stdin.buffer:
        try:
            files.answer(json.loads(line))
        except OSError as error:
            answer({"errno": error.errno or errno.EIO})
        except Exception:  # noqa: BLE001 - whatever is asked gets an answer: a name that none can have is no end
            answer({"errno": errno.EINVAL})
    files.close()
    if arguments[0] == "device":
        ctypes.CDLL(None).umount2(_PLACE.encode(), 0)


def mount_privately(device: str, file_system: str, options: str) -> None:
    """Mount in a namespace of this process alone. Raises OSError whose file name says what failed."""
    library = ctypes.CDLL(None, use_errno=True)
    _call(library.unshare, "unshare", _CLONE_NEWNS)
    _call(library.mount, "private", b"none", b"/", None, ctypes.c_ulong(_MS_REC | _MS_PRIVATE), None)
    flags = ctypes.c_ulong(_MS_RDONLY | _MS_NOSUID | _MS_NODEV | _MS_NOEXEC)
    _call(library.mount, "mount", device.encode(), _PLACE.encode(), file_system.encode(), flags, options.encode())


def _call(function: Any, name: str, *arguments: object) -> None:
    if function(*arguments) != 0:
        raise OSError(ctypes.get_errno(), "", name)


def answer(about: dict[str, object], content: bytes = b"") -> None:
    """One answer."""
    sys.stdout.buffer.write(json.dumps(about).encode() + b"\n" + content)
    sys.stdout.buffer.flush()


class Files:
    """The files of the stick, and the one that is being read. Links are never followed, other mounts never entered."""

    def __init__(self, root: int) -> None:
        self._root = root
        self._device = os.fstat(root).st_dev
        self._file = -1
        self._missed = False
        self._skipped: frozenset[bytes] = frozenset()

    def answer(self, asked: dict[str, Any]) -> None:
        """Do what is asked. Raises OSError."""
        if "walk" in asked:
            found, whole = self.walk(**asked["walk"])
            answer({"files": [[path.hex(), size] for path, size in found], "whole": whole})
        elif "open" in asked:
            answer({"size": self.open(bytes.fromhex(asked["open"]))})
        else:
            offset, size = asked["read"]
            content = os.pread(self._file, min(size, _BLOCK), offset)
            answer({"bytes": len(content)}, content)

    def open(self, path: bytes) -> int:
        """Make a file the one that is read; its size. Raises OSError."""
        self.close()
        above, _, name = path.strip(b"/").rpartition(b"/")
        directory = self._enter(above)
        try:
            found = os.open(_named(name), _NAME, dir_fd=directory)
        finally:
            os.close(directory)
        try:
            self._file = self._opened(found)
        finally:
            os.close(found)
        os.posix_fadvise(self._file, 0, 0, os.POSIX_FADV_SEQUENTIAL)
        return os.fstat(self._file).st_size

    def _opened(self, found: int) -> int:
        """What was found by its name, opened only if it is a plain file: no device, no pipe. Raises OSError."""
        status = os.fstat(found)
        if not stat.S_ISREG(status.st_mode) or status.st_dev != self._device:
            raise FileNotFoundError(errno.ENOENT, "")
        return os.open(f"/proc/self/fd/{found}", _READ)

    def close(self) -> None:
        """Let go of the file that was read."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def walk(
        self, depth: int, entries: int, files: int, seconds: float, skipped: list[str]
    ) -> tuple[list[tuple[bytes, int]], bool]:
        """Artifacts by their ending, those at the top first, and whether all of the stick was looked at.

        `skipped` are names in small letters of what is passed over, as systems' own directories of deleted files.
        """
        found: list[tuple[bytes, int]] = []
        until = time.monotonic() + seconds
        level = [b""]
        self._missed = False
        self._skipped = frozenset(os.fsencode(name) for name in skipped)
        while level and depth:
            below: list[bytes] = []
            for path, mode, size in self._entries(level):
                entries -= 1
                if entries < 0 or time.monotonic() > until or len(found) >= files:
                    return found, False
                if stat.S_ISDIR(mode):
                    below.append(path)
                elif stat.S_ISREG(mode) and path.lower().endswith(_ENDING):
                    found.append((path, size))
            level = below
            depth -= 1
        return found, not level and not self._missed

    def _entries(self, directories: list[bytes]) -> Iterator[tuple[bytes, int, int]]:
        """Path, mode and size of what is in these directories; nothing of what is hidden or on another mount."""
        for directory in directories:
            try:
                descriptor = self._enter(directory)
            except OSError:
                self._missed = True
                continue
            try:
                yield from self._list(directory, descriptor)
            except OSError:
                self._missed = True
            finally:
                os.close(descriptor)

    def _list(self, directory: bytes, descriptor: int) -> Iterator[tuple[bytes, int, int]]:
        with os.scandir(descriptor) as entries:
            for entry in entries:
                status = entry.stat(follow_symlinks=False)
                name = os.fsencode(entry.name)
                if status.st_dev != self._device or name.startswith(b".") or name.lower() in self._skipped:
                    yield b"", 0, 0
                else:
                    yield (directory + b"/" + name if directory else name), status.st_mode, status.st_size

    def _enter(self, path: bytes) -> int:
        """A directory of the stick, entered step by step. Raises OSError."""
        here = os.dup(self._root)
        for part in path.split(b"/") if path else ():
            try:
                below = os.open(_named(part), _DIRECTORY, dir_fd=here)
            finally:
                os.close(here)
            here = below
        return here


def _named(part: bytes) -> bytes:
    if part in {b"", b".", b".."}:
        raise FileNotFoundError(errno.ENOENT, "")
    return part


if __name__ == "__main__":
    main(sys.argv[1:])
