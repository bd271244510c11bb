"""Tells who changes the device just now, without holding up anybody who is about to."""

from __future__ import annotations

import fcntl
import os

from moducop_tui.host import Host
from moducop_tui.model.holder import HOLDER_LIMIT, Holder, parse_holder
from moducop_tui.model.places import LOCK
from moducop_tui.trusted import open_file


def lock_holder(host: Host) -> Holder | None:
    """Who holds the lock; None when nobody does, when this user may not look, or when it is not root's.

    The look takes a shared lock for an instant. An executor that starts in that instant tries again, so it is no harm;
    /proc/locks would be none either, but does not show the locks of another container's processes.
    """
    try:
        descriptor = open_file(host, LOCK)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return parse_holder(os.pread(descriptor, HOLDER_LIMIT, 0))
    except OSError:
        return None
    finally:
        os.close(descriptor)
    return None


def busy_words(holder: Holder) -> str:
    """The sentence for whoever comes second."""
    return f"The device is being changed: {holder.words}. Nothing was done; wait until that has ended."
