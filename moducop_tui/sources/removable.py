"""Which block devices are sticks: removable, or on USB, or an SD card; and never the disk that the system runs from."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from moducop_tui.config import Config
from moducop_tui.host import Host
from moducop_tui.model.media import Stick
from moducop_tui.sources.block_devices import data_devices, disk_of
from moducop_tui.sources.mounts import Mount
from moducop_tui.sources.slot_layout import find_layout

_SYSTEM_PLACES = frozenset({"/", "/boot", "/data", "/usr", "/var"})


@dataclass(frozen=True, slots=True)
class BlockFacts:
    """What decides about one block device, disk or partition. Numbers are `MAJOR:MINOR`; a disk's disk is itself."""

    stick: Stick
    number: str
    disk: str
    removable: bool
    """The disk's own word. USB hard disks say no."""
    on_usb: bool
    is_sd_card: bool
    is_optical: bool


def choose_sticks(facts: Iterable[BlockFacts], excluded: Collection[str]) -> tuple[Stick, ...]:
    """The partitions of sticks, and sticks without partitions; not the disks in `excluded`, not empty card readers."""
    listed = list(facts)
    divided = {each.disk for each in listed if each.number != each.disk}
    chosen = [
        each.stick
        for each in listed
        if _comes_and_goes(each) and each.disk not in excluded and each.stick.size and each.number not in divided
    ]
    return tuple(sorted(chosen, key=lambda stick: stick.device))


def system_disks(config: Config, host: Host, mounts: Sequence[Mount]) -> frozenset[str]:
    """The numbers of the disks that the system runs from, however they are connected.

    `mounts` is the whole table: a data partition that something covers is the system's all the same.
    """
    layout = find_layout(config, host)
    found = {layout.disk_number} if layout.disk_number else set()
    for mount in mounts:
        if mount.mount_point in _SYSTEM_PLACES:
            found.update(disk_of(host, device) or device for device in data_devices(host, mount.device))
    return frozenset(found)


def _comes_and_goes(facts: BlockFacts) -> bool:
    return not facts.is_optical and (facts.removable or facts.on_usb or facts.is_sd_card)
