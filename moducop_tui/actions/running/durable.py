"""Files that a power cut can't tear: written beside their place, brought to the disk, then put there in one step."""

from __future__ import annotations

import os
from pathlib import Path


def write_durably(path: Path, content: bytes, mode: int = 0o600) -> None:
    """Put a file in its place, whole or not at all; after the return it survives a power cut. Raises OSError.

    Its directory must exist. What an earlier attempt left of its temporary file is written over.
    """
    beside = path.with_name(f".{path.name}.new")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC | os.O_NOFOLLOW, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(descriptor, mode)
            file.write(content)
            file.flush()
            os.fsync(descriptor)
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    sync_directory(path.parent)


def make_directory_durably(path: Path, mode: int = 0o700) -> None:
    """Make a directory, and those above it that are missing, so that a power cut leaves them there. Raises OSError."""
    if path.is_dir():
        return
    make_directory_durably(path.parent, mode)
    path.mkdir(mode=mode, exist_ok=True)
    sync_directory(path.parent)


def remove_durably(path: Path) -> None:
    """Take a file or a link away for good; one that is not there is no error. Raises OSError."""
    try:
        path.unlink()
    except FileNotFoundError:
        return
    sync_directory(path.parent)


def link_durably(path: Path, target: str) -> None:
    """Put a symbolic link in its place, whatever link was there before. Raises OSError."""
    beside = path.with_name(f".{path.name}.new")
    beside.unlink(missing_ok=True)
    beside.symlink_to(target)
    beside.replace(path)
    sync_directory(path.parent)


def sync_directory(path: Path) -> None:
    """Bring a directory's own entries to the disk. Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
