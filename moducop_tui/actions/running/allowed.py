"""Whether this process can ever change this device: asked at the start, before anything that acts is loaded."""

from __future__ import annotations

import os

from moducop_tui.host import Host


def why_never(host: Host) -> str | None:
    """Why it can't, in a sentence; None when it can."""
    if not host.is_this_machine:
        return "Only the machine itself can be acted on, not what lies below a root prefix (--root)."
    return None if os.geteuid() == 0 else "Only root may change the device: start moducop-tui as root."
