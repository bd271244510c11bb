"""The machine itself: who it is, how it fares, where it is on the network."""

from __future__ import annotations

import re
from dataclasses import dataclass

_PLUMBING = re.compile(
    r"docker(\d+|_gwbridge)|(podman|cni|cni-podman|lxcbr|lxdbr)\d+|virbr\d+(-nic)?|flannel[.-]\S+|cali[0-9a-f]{11}"
    r"|br-[0-9a-f]{12}|veth[0-9a-f]*",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Temperature:
    """A thermal sensor in °C. `critical` is its own trip point where it has one.

    `celsius` is None where the driver marks the sensor faulty: what it gives then means nothing.
    """

    name: str
    celsius: float | None
    critical: float | None = None


@dataclass(frozen=True, slots=True)
class Interface:
    """A network interface: `up` is administrative, `carrier` the link, `speed` in Mbit/s, addresses with prefix."""

    name: str
    up: bool
    carrier: bool | None
    speed: int | None
    addresses: tuple[str, ...]
    mac: str | None = None
    addresses_known: bool = True
    """False where they could not be asked for, as from outside of the device's own network namespace."""

    @property
    def serves_containers(self) -> bool:
        """Whether it is plumbing that a container engine made, by the names that Docker, Podman and CNI give."""
        return _PLUMBING.fullmatch(self.name) is not None


@dataclass(frozen=True, slots=True)
class FlashWear:
    """The eMMC's own estimate of its life (JEDEC 5.0, sysfs life_time and pre_eol_info).

    `slc_percent` and `mlc_percent` are the upper end of the ten-per-cent step that the card reports as used.
    """

    device: str
    slc_percent: int | None
    mlc_percent: int | None
    pre_eol: str | None
    """`normal`, `warning` (80 % of reserve blocks used) or `urgent` (90 %)."""


@dataclass(frozen=True, slots=True)
class System:
    """One look at the machine. Memory in bytes, times in seconds; what could not be read is None."""

    host_name: str | None
    model: str | None
    """From the device tree, or the DMI product name."""
    serial: str | None
    image_name: str | None
    """Line 2 of /etc/issue as the running system shows it: may be hidden by the overlay, Slots has the truth."""
    os_name: str | None
    kernel: str | None
    is_moducop: bool
    not_moducop: str | None
    """One sentence that says what of a ModuCop this machine does not have; None on a ModuCop."""
    boot_id: str | None
    uptime: float | None
    clock: float
    """Seconds since the epoch."""
    clock_synchronised: bool | None
    cpu_count: int | None
    cpu_share: float | None
    """0 to 1 over all CPUs since the reading before."""
    load: tuple[float, float, float] | None
    memory_total: int | None
    memory_available: int | None
    swap_total: int | None
    swap_used: int | None
    temperatures: tuple[Temperature, ...]
    interfaces: tuple[Interface, ...]
    failed_units: tuple[str, ...] | None
    """None when systemd can't be asked."""
    flash: FlashWear | None = None
    host_name_next: str | None = None
    """What /etc/hostname makes of the host name at the next boot, where that is another one."""
