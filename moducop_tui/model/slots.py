"""Partitions, the two rootfs slots, and what is installed in each."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class SlotName(StrEnum):
    """The two root file systems that updates alternate between."""

    A = "A"
    B = "B"

    @property
    def other(self) -> SlotName:
        """The slot that this one is not."""
        return SlotName.B if self is SlotName.A else SlotName.A


class PartitionRole(StrEnum):
    """What a partition is for on a ModuCop (concept document, 'Disk Partitioning')."""

    BOOT = "boot"
    ROOTFS_A = "rootfs A"
    ROOTFS_B = "rootfs B"
    DATA = "data"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Partition:
    """One partition of the system disk. Sizes in bytes; what could not be read is None."""

    device: str
    """The name that the configuration or the kernel gives it, such as `/dev/mmcblk0p2`."""
    number: int | None
    role: PartitionRole
    size: int | None
    fs_type: str | None = None
    label: str | None = None
    uuid: str | None = None
    part_uuid: str | None = None
    mount_points: tuple[str, ...] = ()

    @property
    def short(self) -> str:
        """The device without its directory: `mmcblk0p2`."""
        return self.device.removeprefix("/dev/")


@dataclass(frozen=True, slots=True)
class Image:
    """The identity of a root file system, read below every overlay (the overlay on /etc would show one for both slots).

    `name` is line 2 of its /etc/issue, `version` the part of it from `v` on, `artifact_name` from its
    /etc/mender/artifact_info. `how` says in words where this was read.
    """

    name: str | None
    version: str | None
    artifact_name: str | None
    how: str


@dataclass(frozen=True, slots=True)
class Slot:
    """One rootfs slot.

    `image` is None when its identity could not be read; `image_error` is then the sentence that says why.
    Both together: somebody is writing to the slot just now, `image` is what it held before, `image_error` says so.
    """

    name: SlotName
    partition: Partition
    image: Image | None = None
    image_error: str | None = None


@dataclass(frozen=True, slots=True)
class Slots:
    """The system disk and its two slots, with two of the three witnesses of what is booted.

    The third witness is the boot environment.


    `command_line_root` is the raw `root=` argument of the kernel command line, `mounted_root` the device that the
    mount table has at `/`. Either slot is None when the witness names neither slot or could not be read; the
    `..._error` beside it says why.
    """

    disk: str | None
    table: str | None
    """Partition table type: `dos`, `gpt` or None."""
    partitions: tuple[Partition, ...]
    slots: tuple[Slot, ...]
    named_by: str
    """Where the slots' partitions are taken from, such as `/etc/mender/mender.conf`, in words."""
    command_line_root: str | None
    command_line_slot: SlotName | None
    mounted_root: str | None
    mounted_slot: SlotName | None
    command_line_error: str | None = None
    mounted_error: str | None = None
    disk_error: str | None = None
    """A sentence when there is no ModuCop layout on this machine, or part of it is missing."""

    def slot(self, name: SlotName) -> Slot | None:
        """The slot of that name, None when this machine has none."""
        return next((slot for slot in self.slots if slot.name is name), None)
