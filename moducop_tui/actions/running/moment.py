"""When something happens: by the wall clock, which may be wrong or set, and by the boot, whose clock can't be."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from moducop_tui.host import Host

_BOOT_ID = "/proc/sys/kernel/random/boot_id"


def uptime() -> float:
    """Seconds since the boot, those in which the machine slept included."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


@dataclass(frozen=True, slots=True)
class Clocks:
    """`wall` in seconds since the epoch, `uptime` since the boot, and which boot that was."""

    host: Host
    wall: Callable[[], float] = time.time
    uptime: Callable[[], float] = uptime

    @property
    def boot_id(self) -> str | None:
        """The boot that runs now, 32 hexadecimal digits; None where it can't be told."""
        try:
            return self.host.read_text(_BOOT_ID, 64).strip().replace("-", "") or None
        except OSError:
            return None
