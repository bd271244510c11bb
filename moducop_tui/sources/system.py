"""The machine itself, topic SYSTEM: who it is, how it fares, where it is on the network."""

from __future__ import annotations

import time

from moducop_tui.config import Config
from moducop_tui.host import Host
from moducop_tui.model.reading import Topic, Unavailable
from moducop_tui.model.system import FlashWear, System
from moducop_tui.model.wake import Wake
from moducop_tui.sources.clock import is_synchronised
from moducop_tui.sources.failed_units import FailedUnits
from moducop_tui.sources.flash import read_flash
from moducop_tui.sources.identity import Identity, host_name, name_on_disk, read_identity, why_no_moducop
from moducop_tui.sources.machine_load import (
    ProcessorTimes,
    busy_share,
    read_load,
    read_memory,
    read_processor_times,
    read_uptime,
)
from moducop_tui.sources.network import read_interfaces
from moducop_tui.sources.temperatures import read_temperatures

_SLOW_DISTANCE = 60.0
"""Seconds between two looks at what hardly changes: whether this is a ModuCop, how worn the flash is."""


class SystemSource:
    """Reads the machine's figures from /proc and /sys below the root prefix."""

    topic = Topic.SYSTEM
    cadence = 2.0
    time_limit = 5.0

    def __init__(self, config: Config, host: Host) -> None:
        self._config = config
        self._host = host
        self._failed_units = FailedUnits(host)
        self._identity: Identity | None = None
        self._not_moducop: str | None = None
        self._flash: FlashWear | None = None
        self._slow_at: float | None = None
        self._processors: ProcessorTimes | None = None

    def read(self) -> System | Unavailable:
        """The machine as it is now; what could not be read is None."""
        host = self._host
        identity = self._identity = self._identity or read_identity(host)
        self._look_at_slow()
        before, self._processors = self._processors, read_processor_times(host)
        memory = read_memory(host)
        name, written = host_name(host), name_on_disk(host)
        return System(
            host_name=name,
            model=identity.model,
            serial=identity.serial,
            image_name=identity.image_name,
            os_name=identity.os_name,
            kernel=identity.kernel,
            is_moducop=self._not_moducop is None,
            not_moducop=self._not_moducop,
            boot_id=identity.boot_id,
            uptime=read_uptime(host),
            clock=time.time(),
            clock_synchronised=is_synchronised(host),
            cpu_count=self._processors.count if self._processors else None,
            cpu_share=busy_share(before, self._processors),
            load=read_load(host),
            memory_total=memory.total,
            memory_available=memory.available,
            swap_total=memory.swap_total,
            swap_used=memory.swap_used,
            temperatures=read_temperatures(host),
            interfaces=read_interfaces(host),
            failed_units=self._failed_units.read(),
            flash=self._flash,
            host_name_next=None if written == name else written,
        )

    def wait(self, timeout: float, wake: Wake) -> None:
        """Figures have no event: wait out the time, unless woken."""
        wake.wait(timeout)

    def close(self) -> None:
        """Nothing is held open."""

    def _look_at_slow(self) -> None:
        now = time.monotonic()
        if self._slow_at is None or now - self._slow_at >= _SLOW_DISTANCE:
            self._slow_at = now
            self._not_moducop = why_no_moducop(self._config, self._host)
            self._flash = read_flash(self._host, self._config.disk)
