"""Which block devices are sticks: removable, or on USB, or an SD card; and never the disk that the system runs from."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from moducop_tui.config import Config
from moducop_tui.host import Host
from moducop_tui.model.media import Stick
from moducop_tui.model.natural_order import natural
from moducop_tui.sources.block_devices import data_devices, disk_of
from moducop_tui.sources.mounts import Mount
from moducop_tui.sources.slot_layout import find_layout

_SYSTEM_PLACES = frozenset({"/", "/boot", "/data", "/usr", "/var"})
_EXTENDED_TYPES = frozenset({"0x5", "0xf", "0x85"})
"""Types of an extended partition in an MBR, as udev writes them."""
_EXTENDED_SIZE = 4096
"""Bytes that the kernel shows of an extended partition at most: a sector or two (block/partitions/msdos.c)."""


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
    is_extended: bool = False
    """An extended partition: it holds nothing but logical ones. Without udev that can't be told of its type."""


def choose_sticks(facts: Iterable[BlockFacts], excluded: Collection[str]) -> tuple[Stick, ...]:
    """The partitions of sticks, and sticks without partitions; not the disks in `excluded`, not empty card readers."""
    listed = list(facts)
    divided = {each.disk for each in listed if each.number != each.disk}
    chosen = [
        each.stick
        for each in listed
        if _comes_and_goes(each) and _holds_files(each) and each.disk not in excluded and each.number not in divided
    ]
    return tuple(sorted(chosen, key=lambda stick: natural(stick.device)))


def is_extended_type(scheme: str | None, kind: str | None) -> bool:
    """Whether a partition is an extended one, by the table's scheme and the entry's type as udev has them."""
    return scheme == "dos" and kind in _EXTENDED_TYPES


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


def _holds_files(facts: BlockFacts) -> bool:
    """False for an empty card reader, and for an extended partition, however it is known."""
    if facts.is_extended or not facts.stick.size:
        return False
    return facts.number == facts.disk or facts.stick.size > _EXTENDED_SIZE


def _comes_and_goes(facts: BlockFacts) -> bool:
    return not facts.is_optical and (facts.removable or facts.on_usb or facts.is_sd_card)
