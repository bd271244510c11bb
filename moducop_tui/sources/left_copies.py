"""What a power cut has left of copies of artifacts: the next action takes it away, so its room counts as free."""

from __future__ import annotations

import os

from moducop_tui.host import Host
from moducop_tui.model.places import COPIES

_BLOCK = 512


def bytes_of_copies(host: Host) -> int:
    """Bytes on the data partition that the next action frees before anything else."""
    try:
        with os.scandir(host.path(COPIES)) as entries:
            return sum(entry.stat(follow_symlinks=False).st_blocks * _BLOCK for entry in entries)
    except OSError:
        return 0
