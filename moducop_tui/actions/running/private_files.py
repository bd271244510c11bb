"""Files in /run that another process reads: whole or not at all, and for root alone. No power cut leaves them.

Each is written in a directory that only root can write to, else not at all (`moducop_tui.trusted`).
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from moducop_tui.trusted import make_directory, open_parent

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW


def write_private(path: Path, content: bytes) -> None:
    """Put a file in its place. Its directory must exist. Raises OSError."""
    directory, beside = open_parent(path), f".{path.name}.{os.getpid()}"
    try:
        with suppress(FileNotFoundError):  # of a process of our number that was killed
            os.unlink(beside, dir_fd=directory)
        try:
            with os.fdopen(os.open(beside, _NEW, 0o600, dir_fd=directory), "wb") as file:
                file.write(content)
            os.replace(beside, path.name, src_dir_fd=directory, dst_dir_fd=directory)
        except BaseException:
            with suppress(FileNotFoundError):
                os.unlink(beside, dir_fd=directory)
            raise
    finally:
        os.close(directory)


def make_private_directory(path: Path) -> None:
    """Make a directory and those above it that are missing, each for root alone. Raises OSError.

    One that is there already must be root's.
    """
    make_directory(path)
