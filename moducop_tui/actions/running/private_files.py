"""Files in /run that another process reads: whole or not at all, and for root alone. No power cut leaves them.

Each is written in a directory that only root can write to, else not at all (`moducop_tui.trusted`).
"""

from __future__ import annotations

import os
from pathlib import Path

from moducop_tui.actions.running.durable import put_in
from moducop_tui.trusted import make_directory, open_parent


def write_private(path: Path, content: bytes) -> None:
    """Put a file in its place. Its directory must exist. Raises OSError."""
    directory = open_parent(path)
    try:
        put_in(directory, path.name, content, beside=f".{path.name}.{os.getpid()}")
    finally:
        os.close(directory)


def make_private_directory(path: Path) -> None:
    """Make a directory and those above it that are missing, each for root alone. Raises OSError.

    One that is there already must be root's.
    """
    make_directory(path)
