"""Small files of /proc, /sys and /etc, read so that what is missing or refused is None."""

from __future__ import annotations

import os

from moducop_tui.host import Host
from moducop_tui.model.natural_order import natural


def text_of(host: Host, path: str, limit: int = 65536) -> str | None:
    """The file's text without NUL bytes (the device tree ends its texts with one) and outer blanks; None without."""
    try:
        return host.read_text(path, limit).replace("\0", "").strip() or None
    except OSError:
        return None


def number_of(host: Host, path: str) -> int | None:
    """The whole number that a file holds."""
    text = text_of(host, path, 64)
    try:
        return int(text) if text is not None else None
    except ValueError:
        return None


def names_in(host: Host, directory: str) -> list[str]:
    """The names in a directory, sorted as people count: `zone2` before `zone10`. Empty where there is none."""
    try:
        with os.scandir(host.path(directory)) as entries:
            names = [entry.name for entry in entries]
    except OSError:
        return []
    return sorted(names, key=natural)
