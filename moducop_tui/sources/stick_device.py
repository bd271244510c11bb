"""A stick's block device before it is mounted: whether it is one, what is on it, and read-only while it is read."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from moducop_tui.config import Config
from moducop_tui.host import Host
from moducop_tui.model.foreign import clean
from moducop_tui.model.stick_mount import Driver, driver_of
from moducop_tui.sources.artifact_place import PlaceError
from moducop_tui.sources.block_devices import disk_of, number_of
from moducop_tui.sources.listed_sticks import no_stick
from moducop_tui.sources.mounts import parse_mountinfo, read_table, visible_mounts
from moducop_tui.sources.removable import system_disks
from moducop_tui.stick_guard import HALTS, halts_on_error, protect, put_back

_HEAD = 4096
_GOODBYE = 1.0
"""Seconds in which the mount of a process that was ended goes."""


def check_is_stick(host: Host, device: str) -> str | None:
    """Where a stick such as `/dev/sda1` is mounted already, None where it is not.

    Raises PlaceError where there is no such device, or it belongs to the disk that the system runs from. Whether it is
    removable at all, the list of sticks knows (`listed_sticks`).
    """
    if not host.is_this_machine:
        raise PlaceError("Sticks can only be read on the machine itself, not below a root prefix.")
    number = number_of(Path(device)) if device.startswith("/dev/") else None
    if number is None:
        raise no_stick(device)
    try:
        mounts = parse_mountinfo(read_table(host))
    except OSError as error:
        raise PlaceError(f"What is mounted can't be told, so no stick is opened: {error.strerror}.") from None
    if (disk_of(host, number) or number) in system_disks(Config(), host, mounts):
        raise no_stick(device)  # on the system's own disk
    reached = (mount for mount in visible_mounts(mounts) if mount.device == number and mount.root == "/")
    return next((mount.mount_point for mount in reached), None)


def check_is_harmless(device: str) -> None:
    """Raises PlaceError where somebody has mounted it in a way in which a damaged block of it halts the machine."""
    number = number_of(Path(device))
    if number is not None and halts_on_error(number):
        raise PlaceError(f"The stick {clean(device, 60)} {HALTS}")


def file_system_on(device: str) -> Driver:
    """How the file system of a stick that nobody has mounted can be mounted. Raises PlaceError."""
    name = clean(device, 60)
    try:
        # Exclusively, for a moment: that fails where anybody, in whatever namespace, has it mounted.
        descriptor = os.open(device, os.O_RDONLY | os.O_CLOEXEC | os.O_EXCL)
    except PermissionError:
        raise PlaceError(f"Root is needed to read the stick {name}.") from None
    except OSError as error:
        in_use = "another program or a container has it mounted"
        raise PlaceError(
            f"The stick {name} can't be opened: {in_use if error.errno == errno.EBUSY else error.strerror}."
        ) from None
    try:
        head = os.pread(descriptor, _HEAD, 0)
    except OSError as error:
        raise PlaceError(f"The stick {name} can't be read: {error.strerror}.") from None
    finally:
        os.close(descriptor)
    kind = file_system_of(head)
    driver = driver_of(kind)
    if driver is not None:
        return driver
    held = f"holds {kind}, which is not read here" if kind else "holds no file system that is known here"
    raise PlaceError(f"The stick {name} {held}: use one with FAT, exFAT or ext4.")


def file_system_of(head: bytes) -> str:
    """The file system by the first 4096 bytes of a device; empty when it is none of the usual ones."""
    if head[0x438:0x43A] == b"\x53\xef":
        return "ext4"
    if head[3:11] == b"EXFAT   ":
        return "exfat"
    if head[3:11] == b"NTFS    ":
        return "NTFS"
    is_fat = head[0x36:0x39] == b"FAT" or head[0x52:0x55] == b"FAT"
    return "vfat" if is_fat and head[510:512] == b"\x55\xaa" else ""


@contextmanager
def read_only(device: str) -> Iterator[None]:
    """The block device read-only for everybody for that time, then as it was. Raises PlaceError."""
    name = clean(device, 60)
    put_back()  # what a reader that was killed left so
    try:
        protect(device)
    except OSError as error:
        raise PlaceError(f"The stick {name} can't be made read-only, so it is not opened: {error.strerror}.") from None
    try:
        yield
    finally:
        put_back(_GOODBYE)
