"""Files that a power cut can't tear: written beside their place, brought to the disk, then put there in one step.

Each is written in a directory that only root can write to, else not at all (`moducop_tui.trusted`).
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from moducop_tui.trusted import create_in, make_directory, open_parent


def write_durably(path: Path, content: bytes, mode: int = 0o600) -> None:
    """Put a file in its place, whole or not at all; after the return it survives a power cut. Raises OSError.

    Its directory must exist. What an earlier attempt left of its temporary file is taken away.
    """
    directory = open_parent(path)
    try:
        put_in(directory, path.name, content, beside=f".{path.name}.new", mode=mode, to_disk=True)
        os.fsync(directory)
    finally:
        os.close(directory)


def put_in(directory: int, name: str, content: bytes, *, beside: str, mode: int = 0o600, to_disk: bool = False) -> None:
    """Put a file in an open directory, whole or not at all: made as `beside`, brought to the disk, then renamed.

    What is there as `beside` was left by a process that was killed. Raises OSError.
    """
    _unlink(directory, beside)
    try:
        with os.fdopen(create_in(directory, beside, mode), "wb") as file:
            os.fchmod(file.fileno(), mode)
            file.write(content)
            file.flush()
            if to_disk:
                os.fsync(file.fileno())
        os.replace(beside, name, src_dir_fd=directory, dst_dir_fd=directory)
    except BaseException:
        _unlink(directory, beside)
        raise


def make_directory_durably(path: Path, mode: int = 0o700) -> None:
    """Make a directory, and those above it that are missing, so that a power cut leaves them there. Raises OSError.

    One that is there already must be root's.
    """
    missing = [place for place in (path, *path.parents) if not os.path.lexists(place)]
    make_directory(path, mode)
    for place in reversed(missing):
        sync_directory(place.parent)


def remove_durably(path: Path) -> None:
    """Take a file or a link away for good; one that is not there is no error. Raises OSError."""
    try:
        directory = open_parent(path)
    except FileNotFoundError:
        return
    try:
        os.unlink(path.name, dir_fd=directory)
        os.fsync(directory)
    except FileNotFoundError:
        return
    finally:
        os.close(directory)


def link_durably(path: Path, target: str) -> None:
    """Put a symbolic link in its place, whatever link was there before. Raises OSError."""
    directory, beside = open_parent(path), f".{path.name}.new"
    try:
        _unlink(directory, beside)
        os.symlink(target, beside, dir_fd=directory)
        os.replace(beside, path.name, src_dir_fd=directory, dst_dir_fd=directory)
        os.fsync(directory)
    finally:
        os.close(directory)


def sync_directory(path: Path) -> None:
    """Bring a directory's own entries to the disk. Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _unlink(directory: int, name: str) -> None:
    with suppress(FileNotFoundError):
        os.unlink(name, dir_fd=directory)
