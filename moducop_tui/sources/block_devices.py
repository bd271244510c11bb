"""Block devices as sysfs has them. A device is its number `MAJOR:MINOR`; names are only what somebody calls it.

On the bench `/dev/mmcblk0p2` is a node for a partition that the kernel calls `loop0p2`, in a container any name may be.
Sources: Documentation/ABI/stable/sysfs-block; sizes and starts there count 512 byte sectors whatever the disk has.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from moducop_tui.host import Host

_SECTOR = 512
_LAYERS = 8
"""Device mapper devices that stand on each other at most."""


@dataclass(frozen=True, slots=True)
class BlockDevice:
    """A disk, a partition or a mapped device. `size` and `start` in bytes, `start` and `partition` of partitions."""

    number: str
    name: str
    """The kernel's name, such as `mmcblk0p2`."""
    size: int | None
    partition: int | None = None
    start: int | None = None


def number_of(path: Path) -> str | None:
    """`MAJOR:MINOR` of the device node at a path, links followed; None when there is none."""
    try:
        found = path.stat()
    except (OSError, ValueError):
        return None
    return device_number(found.st_rdev) if stat.S_ISBLK(found.st_mode) else None


def device_number(device: int) -> str:
    """`MAJOR:MINOR` as sysfs and the mount table write it."""
    return f"{os.major(device)}:{os.minor(device)}"


def number_of_name(host: Host, name: str) -> str | None:
    """The number of a device by the kernel's name for it, such as `mmcblk0p2`."""
    return _text(host, f"/sys/class/block/{name}/dev") if name and "/" not in name else None


def read_device(host: Host, number: str) -> BlockDevice | None:
    """What sysfs has about a device; None when it does not have the device."""
    place = _place(number)
    uevent = _text(host, f"{place}/uevent")
    if uevent is None:
        return None
    facts = dict(line.split("=", 1) for line in uevent.split("\n") if "=" in line)
    return BlockDevice(
        number=number,
        name=facts.get("DEVNAME", number),
        size=_sectors(host, f"{place}/size"),
        partition=_integer(host, f"{place}/partition"),
        start=_sectors(host, f"{place}/start"),
    )


def disk_of(host: Host, number: str) -> str | None:
    """The number of the disk that a partition is on; a disk is its own. None when sysfs does not have it."""
    if _text(host, f"{_place(number)}/partition") is None:
        return number if host.exists(_place(number)) else None
    return _text(host, f"{_place(number)}/../dev")


def partitions_of(host: Host, disk: str) -> tuple[BlockDevice, ...]:
    """The partitions of a disk in the order of their numbers."""
    try:
        entries = sorted(entry.name for entry in host.path(_place(disk)).iterdir())
    except OSError:
        return ()
    numbers = (_text(host, f"{_place(disk)}/{name}/dev") for name in entries if _is_partition(host, disk, name))
    found = (read_device(host, number) for number in numbers if number is not None)
    return tuple(sorted((device for device in found if device is not None), key=lambda device: device.partition or 0))


def data_devices(host: Host, number: str) -> tuple[str, ...]:
    """The devices that hold the data of a mapped one (dm-verity, dm-crypt), down to the last; any other is its own."""
    seen = [number]
    for _ in range(_LAYERS):
        below = [slave for device in seen for slave in _slaves(host, device)]
        if not below:
            break
        bottom = [device for device in seen if not _slaves(host, device)]
        seen = list(dict.fromkeys([*bottom, *below]))
    return tuple(seen)


def _slaves(host: Host, number: str) -> list[str]:
    try:
        names = sorted(entry.name for entry in host.path(f"{_place(number)}/slaves").iterdir())
    except OSError:
        return []
    numbers = (_text(host, f"{_place(number)}/slaves/{name}/dev") for name in names)
    return [slave for slave in numbers if slave is not None]


def _is_partition(host: Host, disk: str, name: str) -> bool:
    return host.exists(f"{_place(disk)}/{name}/partition")


def _place(number: str) -> str:
    return f"/sys/dev/block/{number}"


def _text(host: Host, path: str) -> str | None:
    try:
        return host.read_text(path, 4096).strip()
    except OSError:
        return None


def _integer(host: Host, path: str) -> int | None:
    text = _text(host, path)
    return int(text) if text is not None and text.isascii() and text.isdigit() else None


def _sectors(host: Host, path: str) -> int | None:
    count = _integer(host, path)
    return None if count is None else count * _SECTOR
