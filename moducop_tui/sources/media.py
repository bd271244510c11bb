"""Removable media, topic MEDIA: the sticks and cards that are plugged in, by udev, with its events as the wake-up."""

from __future__ import annotations

import select
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, BinaryIO

from moducop_tui.config import Config
from moducop_tui.host import Host
from moducop_tui.model.foreign import clean, clean_or_none
from moducop_tui.model.media import Media, Stick
from moducop_tui.model.reading import Topic, Unavailable
from moducop_tui.model.wake import Wake
from moducop_tui.sources.file_system_tags import tags_of_udev
from moducop_tui.sources.mounts import Mount, parse_mountinfo, read_table, table_path, visible_mounts
from moducop_tui.sources.removable import BlockFacts, choose_sticks, is_extended_type, system_disks

_SETTLE = 0.3
"""Seconds to wait after an event: the events of a stick and of its partitions come one after the other."""
_MOUNT_PAUSE = 1.0
"""Seconds between two wake-ups by the mount table: each start of a container changes it, too."""
_TEXT_LIMIT = 100


class MediaSource:
    """Lists sticks through udev. Where udev's events can't be had, the cadence still finds what changed."""

    topic = Topic.MEDIA
    cadence = 10.0
    time_limit = 5.0

    def __init__(self, config: Config, host: Host) -> None:
        self._config = config
        self._host = host
        self._context: Any = None
        self._monitor: Any = None
        self._monitor_source: str | None = None
        self._table: BinaryIO | None = None
        self._has_sticks = False
        self._returned_at = 0.0

    def read(self) -> Media | Unavailable:
        """The sticks as they are now."""
        if not self._host.is_this_machine:
            return Unavailable("Sticks can only be seen on the machine itself, not below a root prefix.")
        try:
            from moducop_tui.sources.udev_binding import load_pyudev

            pyudev = load_pyudev()
        except ImportError as error:
            reason = clean(str(error), _TEXT_LIMIT)
            return Unavailable(f"Sticks can't be seen: udev's library or its Python binding is missing ({reason}).")
        try:
            self._context = self._context or pyudev.Context()
            self._listen(pyudev)
            if self._table is None:
                self._table = self._host.path(table_path(self._host)).open("rb")
            mounts = self._mounts()
            disks = system_disks(self._config, self._host, mounts)
            facts = list(self._facts(visible_mounts(mounts)))
        except (OSError, pyudev.DeviceNotFoundError) as error:
            return Unavailable(f"Sticks can't be seen: udev's list of devices can't be read ({error}).")
        sticks = choose_sticks(facts, disks)
        self._has_sticks = bool(sticks)
        return Media(sticks)

    def wait(self, timeout: float, wake: Wake) -> None:
        """Return when a block device comes or goes, when a mount changes while a stick is there, or after `timeout`."""
        deadline = time.monotonic() + timeout
        pause = min(deadline, self._returned_at + _MOUNT_PAUSE) - time.monotonic()
        happened = self._poll(pause, wake, table=None)
        if not happened:
            table = self._table if self._has_sticks else None
            happened = self._poll(deadline - time.monotonic(), wake, table)
        self._returned_at = time.monotonic()
        if self._monitor is not None and self._monitor.fileno() in happened:
            wake.wait(_SETTLE)
            self._drain()

    def close(self) -> None:
        """Give back udev's socket and the mount table."""
        self._monitor = None
        self._context = None
        if self._table is not None:
            self._table.close()
            self._table = None

    def _poll(self, timeout: float, wake: Wake, table: BinaryIO | None) -> set[int]:
        poller = select.poll()
        poller.register(wake.fileno(), select.POLLIN)
        if self._monitor is not None:
            poller.register(self._monitor.fileno(), select.POLLIN)
        if table is not None:
            # The kernel reports a change of the table as an exceptional condition (proc(5), /proc/pid/mounts).
            poller.register(table.fileno(), select.POLLPRI)
        return {descriptor for descriptor, _ in poller.poll(max(0.0, timeout) * 1000)}

    def _listen(self, pyudev: Any) -> None:
        """Listen to udevd's events, which carry the file system's type; to the kernel's where udevd does not run."""
        source = "udev" if self._host.exists("/run/udev/control") else "kernel"
        if self._monitor is not None and self._monitor_source == source:
            return
        self._monitor = None
        with suppress(OSError):
            monitor = pyudev.Monitor.from_netlink(self._context, source=source)
            monitor.filter_by("block")
            monitor.start()
            self._monitor, self._monitor_source = monitor, source

    def _drain(self) -> None:
        with suppress(OSError):  # too many events at once: that something changed is known all the same
            while self._monitor.poll(timeout=0) is not None:
                pass

    def _mounts(self) -> tuple[Mount, ...]:
        try:
            return parse_mountinfo(read_table(self._host))
        except OSError:
            return ()

    def _facts(self, mounts: tuple[Mount, ...]) -> Iterator[BlockFacts]:
        for device in self._context.list_devices(subsystem="block"):
            disk = device if device.device_type == "disk" else device.find_parent("block", "disk")
            if disk is not None and device.device_node:
                yield _facts_of(device, disk, mounts)


def _facts_of(device: Any, disk: Any, mounts: tuple[Mount, ...]) -> BlockFacts:
    """What sysfs and udev have about a block device."""
    number = _number(device)
    tags = tags_of_udev(dict(device.properties))
    unit = disk.parent
    card = disk.find_parent("mmc")
    points = (clean(mount.mount_point) for mount in mounts if mount.device == number)
    size = _attribute(device, "size") or ""
    stick = Stick(
        device=clean(device.device_node, _TEXT_LIMIT),
        label=tags.label,
        fs_type=tags.fs_type,
        size=int(size) * 512 if size.isdigit() else None,
        vendor=_attribute(unit, "vendor") or clean_or_none(device.properties.get("ID_VENDOR"), _TEXT_LIMIT),
        model=_attribute(unit, "model") or _attribute(card, "name"),
        mount_points=tuple(dict.fromkeys(points)),
    )
    return BlockFacts(
        stick=stick,
        number=number,
        disk=_number(disk),
        removable=_attribute(disk, "removable") == "1",
        on_usb=disk.find_parent("usb") is not None or disk.properties.get("ID_BUS") == "usb",
        is_sd_card=_attribute(card, "type") == "SD",
        is_optical=disk.sys_name.startswith(("sr", "fd")) or disk.properties.get("ID_TYPE") == "cd",
        is_extended=is_extended_type(
            device.properties.get("ID_PART_ENTRY_SCHEME"), device.properties.get("ID_PART_ENTRY_TYPE")
        ),
    )


def _number(device: Any) -> str:
    return f"{device.properties.get('MAJOR', '0')}:{device.properties.get('MINOR', '0')}"


def _attribute(device: Any, name: str) -> str | None:
    """A file of sysfs as text. A device that has just gone has none."""
    if device is None:
        return None
    try:
        return clean_or_none(device.attributes.get(name), _TEXT_LIMIT)
    except OSError:
        return None
