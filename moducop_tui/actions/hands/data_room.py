"""Looks at the room on the data partition, before something large is written there and while it is."""

from __future__ import annotations

import os
from pathlib import Path

from moducop_tui.model.data_room import KEPT_FREE

LOOK_EVERY = 32 << 20
"""Bytes between two looks."""


class NoRoomError(Exception):
    """The data partition takes no more; the text is a sentence."""


def check_room(directory: Path | int, needed: int) -> None:
    """That so many bytes more fit beside what stays free. Raises NoRoomError, and OSError where it can't be told.

    `directory` is on the data partition: its path, or a descriptor of it.
    """
    status = os.statvfs(directory)
    free = status.f_bavail * status.f_frsize
    if needed + KEPT_FREE > free:
        wanted = f"{free >> 20} MiB free, {(needed + KEPT_FREE) >> 20} MiB needed"
        raise NoRoomError(f"/data is nearly full: {wanted}. Make room, or use a stick. Nothing was written.")
