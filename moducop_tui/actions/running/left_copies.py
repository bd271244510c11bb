"""Copies of artifacts that were left by an install which the power was cut in."""

from __future__ import annotations

import os
from pathlib import Path

from moducop_tui.trusted import open_parent


def forget_copies(directory: Path) -> None:
    """Take away what a power cut has left of earlier ones. Who does so holds the lock: nobody is at work on them.

    Raises OSError, also where somebody else than root may write there.
    """
    try:
        descriptor = open_parent(directory / "any")
    except FileNotFoundError:
        return
    try:
        with os.scandir(descriptor) as entries:
            for entry in entries:
                os.unlink(entry.name, dir_fd=descriptor)
    finally:
        os.close(descriptor)
