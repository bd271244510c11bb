"""Whether the machine's clock is synchronised, asked of the kernel: no process, no bus."""

from __future__ import annotations

import ctypes

from moducop_tui.host import Host

_NOT_SYNCHRONISED = 16_000_000
"""Microseconds of possible error at which the kernel stops counting: by then nobody has set its clock for long."""


class _Timex(ctypes.Structure):
    """The head of `struct timex` (adjtimex(2)); the padding covers the rest on any architecture."""

    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long),
        ("status", ctypes.c_int),
        ("rest", ctypes.c_byte * 256),
    )


def is_synchronised(host: Host) -> bool | None:
    """Whether something keeps the clock right; None where it can't be known.

    As systemd's timedated does: whoever steers the clock (timesyncd, chronyd, ntpd, phc2sys) tells the kernel how far
    off it may be, and the kernel lets that grow from then on. Its STA_UNSYNC is no witness: chronyd leaves it set, so
    that the kernel does not write the hardware clock. Nor is timesyncd's file, which stays when the server is gone.
    """
    if not host.exists("/proc/uptime"):
        return None  # a disk that nobody runs has no clock
    return judge(_possible_error())


def judge(microseconds: int | None) -> bool | None:
    """The verdict over the error that the kernel thinks possible."""
    return None if microseconds is None else microseconds < _NOT_SYNCHRONISED


def _possible_error() -> int | None:
    """The kernel's own estimate in microseconds, read only; None where the call is refused."""
    try:
        library = ctypes.CDLL(None, use_errno=True)
        timex = _Timex()
        if library.adjtimex(ctypes.byref(timex)) < 0:
            return None
    except (OSError, AttributeError):
        return None
    return int(timex.maxerror)
