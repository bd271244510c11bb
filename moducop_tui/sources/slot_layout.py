"""Which disk is the system disk and which of its partitions are the slots: by number `MAJOR:MINOR`, never by name."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, replace

from moducop_tui.config import Config
from moducop_tui.host import Host
from moducop_tui.model.foreign import clean
from moducop_tui.model.slots import PartitionRole, SlotName
from moducop_tui.sources.block_devices import (
    BlockDevice,
    data_devices,
    device_number,
    disk_of,
    number_of,
    partitions_of,
    read_device,
)
from moducop_tui.sources.mender_conf import RootfsParts, read_rootfs_parts

_TRAILING_DIGITS = re.compile(r"[0-9]{1,4}$", re.ASCII)
_PARTITION_SUFFIX = re.compile(r"(?<=[0-9])p[0-9]+$|(?<=[a-z])[0-9]+$", re.ASCII)
_ROLES = {SlotName.A: PartitionRole.ROOTFS_A, SlotName.B: PartitionRole.ROOTFS_B}
_BOOT_NUMBER, _DATA_NUMBER = 1, 4
_USUAL_NUMBERS = {SlotName.A: 2, SlotName.B: 3}


@dataclass(frozen=True, slots=True)
class SlotPlace:
    """Where a slot is. `number` is None when its device does not exist; `partition` counts from 1."""

    name: SlotName
    device: str
    number: str | None
    partition: int | None


@dataclass(frozen=True, slots=True)
class Layout:
    """The system disk, its partitions and the slots, before anything is read from them.

    The partitions' names are those that people use, with their directory: `/dev/mmcblk0p2`.
    """

    disk_number: str | None
    disk_name: str | None
    partitions: tuple[BlockDevice, ...]
    slots: tuple[SlotPlace, ...]
    named_by: str
    error: str | None = None

    def role(self, partition: BlockDevice) -> PartitionRole:
        """What a partition is for; on a machine without slots nothing has a known role."""
        for slot in self.slots:
            if slot.number == partition.number:
                return _ROLES[slot.name]
        if not self.slots:
            return PartitionRole.OTHER
        fixed = {_BOOT_NUMBER: PartitionRole.BOOT, _DATA_NUMBER: PartitionRole.DATA}
        return fixed.get(partition.partition or 0, PartitionRole.OTHER)


def find_layout(config: Config, host: Host) -> Layout:
    """The layout by the configured disk, else by Mender's slots, else by the device of the root directory."""
    parts = read_rootfs_parts(host)
    slots = _slots_of_mender(host, parts)
    disk, error = _system_disk(config, host, slots)
    if disk is None:
        return Layout(None, config.disk, (), slots, parts.named_by or "nothing", _join(*parts.problems, error))
    partitions = partitions_of(host, disk)
    named_by = parts.named_by
    if not slots:
        slots = _usual_slots(partitions, certain=config.disk is not None)
        named_by = "partitions 2 and 3 of the system disk" if slots else "nothing"
    name = _disk_name(config, host, disk, slots)
    named = tuple(replace(device, name=_partition_name(host, name, device)) for device in partitions)
    return Layout(disk, name, named, slots, named_by, _join(*parts.problems, _why_incomplete(name, named, slots)))


def _slots_of_mender(host: Host, parts: RootfsParts) -> tuple[SlotPlace, ...]:
    if parts.part_a is None or parts.part_b is None:
        return ()
    return tuple(
        _named_slot(host, name, device) for name, device in zip(SlotName, (parts.part_a, parts.part_b), strict=True)
    )


def _named_slot(host: Host, name: SlotName, device: str) -> SlotPlace:
    """A slot by the name in Mender's configuration, links such as /dev/disk/by-partuuid/... followed."""
    real = _real_name(host, device)
    number = number_of(host.path(device))
    found = None if number is None else read_device(host, number)
    partition = None if found is None else found.partition
    if partition is None:
        # The update module itself takes the trailing digits for the number that U-Boot gets.
        digits = _TRAILING_DIGITS.search(real)
        partition = int(digits.group()) if digits else None
    return SlotPlace(name, clean(real, 200), number, partition)


def _usual_slots(partitions: tuple[BlockDevice, ...], *, certain: bool) -> tuple[SlotPlace, ...]:
    """Partitions 2 and 3 where no configuration names the slots: only of a disk that looks like a ModuCop's.

    Any laptop has partitions 2 and 3. `certain` is set where the configuration names the disk.
    """
    by_number = {device.partition: device for device in partitions}
    a, b = (by_number.get(_USUAL_NUMBERS[name]) for name in SlotName)
    if a is None or b is None:
        return ()
    alike = a.size == b.size and {_BOOT_NUMBER, _DATA_NUMBER} <= set(by_number)
    if not (certain or alike):
        return ()
    return tuple(
        SlotPlace(name, _kernel_name(device), device.number, device.partition)
        for name, device in zip(SlotName, (a, b), strict=True)
    )


def _system_disk(config: Config, host: Host, slots: tuple[SlotPlace, ...]) -> tuple[str | None, str | None]:
    """The disk's number, or a sentence why there is none."""
    if config.disk is not None:
        number = number_of(host.path(config.disk))
        if number is None:
            return None, f"The configured disk {clean(config.disk, 200)} does not exist."
        return disk_of(host, number) or number, None
    for slot in slots:
        found = None if slot.number is None else disk_of(host, slot.number)
        if found is not None:
            return found, None
    for device in data_devices(host, device_number(host.path("/").stat().st_dev)):
        found = disk_of(host, device)
        if found is not None:
            return found, None
    return None, "No disk of this machine could be taken for the system disk: set one in the configuration."


def _disk_name(config: Config, host: Host, disk: str, slots: tuple[SlotPlace, ...]) -> str:
    """The name that people use: the configured one, the one in the slots' names, the kernel's at last."""
    names = [config.disk] if config.disk is not None else []
    names += [_PARTITION_SUFFIX.sub("", slot.device) for slot in slots]
    for name in names:
        if number_of(host.path(name)) == disk:
            return clean(name, 200)
    found = read_device(host, disk)
    return disk if found is None else _kernel_name(found)


def _partition_name(host: Host, disk: str, device: BlockDevice) -> str:
    """The partition's name beside the disk's, where a node of that name is this partition; else the kernel's."""
    name = f"{disk}{'p' if disk[-1:].isdigit() else ''}{device.partition}"
    return name if number_of(host.path(name)) == device.number else _kernel_name(device)


def _kernel_name(device: BlockDevice) -> str:
    return f"/dev/{clean(device.name, 80)}"


def _real_name(host: Host, device: str) -> str:
    """The device's name with links followed, as seen below the root prefix."""
    path = host.path(device)
    if host.is_this_machine:
        return os.path.realpath(path)
    return "/" + str(path.relative_to(host.root))


def _why_incomplete(disk: str, partitions: tuple[BlockDevice, ...], slots: tuple[SlotPlace, ...]) -> str | None:
    """What of a ModuCop's layout is not there, in one sentence."""
    if not slots:
        return f"{disk} has no two root file systems to choose from: this is no ModuCop's disk layout."
    absent = [slot for slot in slots if slot.number is None]
    if absent:
        words = " and ".join(f"slot {slot.name} ({slot.device})" for slot in absent)
        return f"The device of {words} does not exist."
    on_disk = {device.number for device in partitions}
    if any(slot.number not in on_disk for slot in slots):
        return f"The slots are not both partitions of {disk}."
    missing = {_BOOT_NUMBER, _DATA_NUMBER} - {device.partition for device in partitions}
    if missing:
        return f"{disk} lacks partition {' and '.join(str(number) for number in sorted(missing))}."
    return None


def _join(*sentences: str | None) -> str | None:
    return " ".join(sentence for sentence in sentences if sentence) or None
