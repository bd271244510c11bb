"""Puts a symbolic link in the place of another in one step, for good: `python3 switch_link.py LINK TARGET`."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def main(link: Path, target: str) -> None:
    """Make the link beside its place, move it there, and write the directory out. Raises OSError."""
    beside = link.with_name(f".{link.name}.{os.getpid()}")
    beside.symlink_to(target)
    try:
        beside.replace(link)
    except OSError:
        beside.unlink()
        raise
    descriptor = os.open(link.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]), sys.argv[2])
    except OSError as error:
        sys.exit(f"{error.filename}: {error.strerror}")
