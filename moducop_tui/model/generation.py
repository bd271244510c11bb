"""The three generations of Mender's client: what each knows, and what each does with an update that was cut short."""

from __future__ import annotations

import re
from enum import StrEnum

from moducop_tui.model.mender import ClientKind, Mender


class Generation(StrEnum):
    """By the program's name and its major version (device facts 0, 1.6 and 2.3)."""

    GO = "3.x"
    """`mender`: no `resume`; installs over a pending update and commits before the reboot, which we refuse."""
    CPP4 = "4.x"
    """`mender-update`: no `resume`, notes no step, saves its state before it writes."""
    CPP5 = "5.x"
    """`mender-update`: `resume`, `--stop-before`, notes its step, saves its state after it has written."""
    UNKNOWN = "unknown"


_MAJOR = re.compile(r"v?(\d{1,3})\.", re.ASCII)


def generation_of(mender: Mender | None) -> Generation:
    """Which one is installed; UNKNOWN without a client, or with one that does not say its version."""
    if mender is None or mender.client is ClientKind.NONE:
        return Generation.UNKNOWN
    if mender.client is ClientKind.MENDER_GO:
        return Generation.GO
    found = _MAJOR.match(mender.version or "")
    major = int(found.group(1)) if found else 0
    if major < 4:
        return Generation.UNKNOWN
    return Generation.CPP4 if major == 4 else Generation.CPP5
