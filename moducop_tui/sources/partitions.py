"""Reads the system disk, its partitions and the two slots, and hears two witnesses of which slot is booted."""

from __future__ import annotations

import os
import select
from collections.abc import Sequence
from dataclasses import dataclass

from moducop_tui.config import Config
from moducop_tui.host import Host
from moducop_tui.model.foreign import clean
from moducop_tui.model.reading import Topic, Unavailable
from moducop_tui.model.slots import Partition, PartitionRole, Slot, SlotName, Slots
from moducop_tui.model.wake import Wake
from moducop_tui.sources.block_devices import BlockDevice, data_devices
from moducop_tui.sources.file_system_tags import TagReader
from moducop_tui.sources.image_identity import IdentityError, read_running_identity
from moducop_tui.sources.inactive_images import Found, InactiveImages
from moducop_tui.sources.mounts import Mount, mount_at, parse_mountinfo, read_table, table_path
from moducop_tui.sources.partition_table import HEAD_SIZE, PartitionTable, parse_table
from moducop_tui.sources.root_witnesses import RootClaim, ask_command_line, ask_mount_table
from moducop_tui.sources.slot_layout import Layout, SlotPlace, find_layout

_Places = dict[str, list[str]]
"""Mount points by the number of the device."""
_ROLE_OF_SLOT = {SlotName.A: PartitionRole.ROOTFS_A, SlotName.B: PartitionRole.ROOTFS_B}


@dataclass(frozen=True, slots=True)
class _Numbered:
    """A partition of the model with its number `MAJOR:MINOR`."""

    number: str
    partition: Partition


class PartitionsSource:
    """The slots of the device below the root prefix. A change of the mount table wakes it."""

    topic = Topic.SLOTS
    cadence = 10.0
    time_limit = 8.0

    def __init__(self, config: Config, host: Host) -> None:
        self._config = config
        self._host = host
        self._tags = TagReader(host)
        self._images = InactiveImages(host)
        self._table_file: int | None = None

    def read(self) -> Slots | Unavailable:
        """The slots as they are now."""
        try:
            return self._read()
        except OSError as error:
            where = f" {error.filename}" if error.filename else ""
            return Unavailable(f"The partitions can't be read:{where}: {error.strerror}.")

    def wait(self, timeout: float, wake: Wake) -> None:
        """Until the mount table changes, which the kernel tells by an exceptional condition (man 5 proc)."""
        poller = select.poll()
        poller.register(wake, select.POLLIN)
        table = self._open_table()
        if table is not None:
            poller.register(table, select.POLLPRI | select.POLLERR)
        poller.poll(max(0.0, timeout) * 1000)

    def close(self) -> None:
        """Give the mount table back."""
        if self._table_file is not None:
            os.close(self._table_file)
            self._table_file = None

    def _open_table(self) -> int | None:
        if self._table_file is None:
            try:
                path = self._host.path(table_path(self._host))
                self._table_file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
            except OSError:
                return None
        return self._table_file

    def _read(self) -> Slots:
        layout = find_layout(self._config, self._host)
        mounts = self._mounts()
        table, table_kind = self._partition_table(layout)
        places = self._places(mounts)
        numbered = tuple(self._partition(layout, device, table, places) for device in layout.partitions)
        pairs = [(entry.number, entry.partition) for entry in numbered]
        line = ask_command_line(self._host, pairs)
        mounted = ask_mount_table(self._host, mounts, ((number, part.device) for number, part in pairs))
        running = _slot_of(layout, mounted) or (_slot_of(layout, line) if mounted.error else None)
        return Slots(
            disk=layout.disk_name,
            table=table_kind,
            partitions=tuple(entry.partition for entry in numbered),
            slots=tuple(self._slot(layout, place, numbered, mounts, running=running) for place in layout.slots),
            named_by=layout.named_by,
            command_line_root=line.says,
            command_line_slot=_slot_of(layout, line),
            mounted_root=mounted.says,
            mounted_slot=_slot_of(layout, mounted),
            command_line_error=line.error,
            mounted_error=mounted.error,
            disk_error=layout.error,
        )

    def _mounts(self) -> tuple[Mount, ...]:
        try:
            return parse_mountinfo(read_table(self._host))
        except OSError:
            return ()

    def _places(self, mounts: Sequence[Mount]) -> _Places:
        """Where each device's whole file system is mounted, also through dm-verity; not bind mounts of a part."""
        places: _Places = {}
        below: dict[str, tuple[str, ...]] = {}
        for mount in mounts:
            if mount.root != "/" or mount.device.startswith("0:"):
                continue
            if mount.device not in below:
                below[mount.device] = data_devices(self._host, mount.device)
            for number in below[mount.device]:
                places.setdefault(number, []).append(clean(mount.mount_point, 200))
        return places

    def _partition_table(self, layout: Layout) -> tuple[PartitionTable | None, str | None]:
        if layout.disk_number is None or layout.disk_name is None:
            return None, None
        head = self._head(layout.disk_name)
        table = None if head is None else parse_table(head)
        if table is not None:
            return table, table.kind
        return None, self._tags.read(layout.disk_number, layout.disk_name, head).table

    def _partition(
        self, layout: Layout, device: BlockDevice, table: PartitionTable | None, places: _Places
    ) -> _Numbered:
        tags = self._tags.read(device.number, device.name, self._head(device.name))
        by_table = None if table is None else table.part_uuid(device.partition)
        partition = Partition(
            device=device.name,
            number=device.partition,
            role=layout.role(device),
            size=device.size,
            fs_type=tags.fs_type,
            label=tags.label,
            uuid=tags.uuid,
            part_uuid=tags.part_uuid or by_table,
            mount_points=tuple(dict.fromkeys(places.get(device.number, ()))),
        )
        return _Numbered(device.number, partition)

    def _head(self, device: str) -> bytes | None:
        """The first bytes of a device; None where they may not be read."""
        try:
            descriptor = os.open(self._host.path(device), os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        except OSError:
            return None
        try:
            return os.pread(descriptor, HEAD_SIZE, 0)
        except OSError:
            return None
        finally:
            os.close(descriptor)

    def _slot(
        self,
        layout: Layout,
        place: SlotPlace,
        partitions: Sequence[_Numbered],
        mounts: tuple[Mount, ...],
        *,
        running: SlotName | None,
    ) -> Slot:
        known = next((entry.partition for entry in partitions if entry.number == place.number), None)
        partition = known or Partition(place.device, place.partition, _ROLE_OF_SLOT[place.name], None)
        found = self._image(layout, place, mounts, is_running=place.name is running)
        return Slot(place.name, partition, found.image, found.error)

    def _image(self, layout: Layout, place: SlotPlace, mounts: tuple[Mount, ...], *, is_running: bool) -> Found:
        if is_running:
            try:
                return Found(read_running_identity(self._host, mounts), None)
            except IdentityError as error:
                return self._raw_image(layout, place, mounts) or Found(None, str(error))
        if place.number is None:
            return Found(None, f"{place.device} does not exist.")
        return self._images.read(place.device, place.number, layout.disk_number)

    def _raw_image(self, layout: Layout, place: SlotPlace, mounts: tuple[Mount, ...]) -> Found | None:
        """The running slot's image read from its device: where the kernel lets nobody look below the overlay on /etc.

        That is so for mounts of another container, as below `--root /proc/1/root`. Only of a root that is mounted
        read-only does the device hold all that the kernel knows; None where it is not, or can't be read.
        """
        root = mount_at(mounts, "/")
        if root is None or not root.read_only or place.number is None:
            return None
        found = self._images.read(place.device, place.number, layout.disk_number)
        return found if found.image is not None else None


def _slot_of(layout: Layout, claim: RootClaim) -> SlotName | None:
    """The slot that a claim leads to; None when it leads to neither, or to both."""
    names = [place.name for place in layout.slots if place.number is not None and place.number in claim.numbers]
    return names[0] if len(names) == 1 else None
