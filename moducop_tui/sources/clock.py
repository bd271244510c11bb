"""Whether the machine's clock is synchronised, asked of the kernel: no process, no bus."""

from __future__ import annotations

import ctypes

from moducop_tui.host import Host

_STA_UNSYNC = 0x40
_TIMESYNCD = "/run/systemd/timesync/synchronized"


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

    timesyncd, chronyd and ntpd clear the kernel's STA_UNSYNC when they steer the clock. timesyncd leaves a file, too.
    """
    if not host.exists("/proc/uptime"):
        return None  # a disk that nobody runs has no clock
    return judge(_kernel_status(), timesyncd=host.exists(_TIMESYNCD))


def judge(status: int | None, *, timesyncd: bool) -> bool | None:
    """Either witness is enough for yes; for no, the kernel must say so."""
    if timesyncd:
        return True
    return None if status is None else not status & _STA_UNSYNC


def _kernel_status() -> int | None:
    """The kernel's clock status bits, read only; None where the call is refused."""
    try:
        library = ctypes.CDLL(None, use_errno=True)
        timex = _Timex()
        if library.adjtimex(ctypes.byref(timex)) < 0:
            return None
    except (OSError, AttributeError):
        return None
    return int(timex.status)
