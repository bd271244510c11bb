"""Two witnesses of what is booted: the kernel command line's `root=`, and the device that is mounted at `/`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from moducop_tui.host import Host
from moducop_tui.model.foreign import clean
from moducop_tui.model.slots import Partition
from moducop_tui.sources.block_devices import (
    data_devices,
    device_number,
    number_of,
    number_of_name,
    read_device,
)
from moducop_tui.sources.mounts import Mount, mount_at

_NUMBER = re.compile(r"[0-9]{1,7}:[0-9]{1,7}", re.ASCII)
_ROOT_WORD = re.compile(r'(?:^|\s)root=("[^"]*"|\S*)')


@dataclass(frozen=True, slots=True)
class RootClaim:
    """What a witness says in its own words, and the devices `MAJOR:MINOR` that hold the root's data by it.

    `error` is a sentence when the witness could not be asked, or what it says leads to no device.
    """

    says: str | None
    numbers: tuple[str, ...] = ()
    error: str | None = None


def ask_command_line(host: Host, partitions: Sequence[tuple[str, Partition]]) -> RootClaim:
    """The last `root=` of the kernel command line; `partitions` are those of the system disk with their numbers."""
    try:
        line = host.read_text("/proc/cmdline")
    except OSError as error:
        return RootClaim(None, error=f"The kernel command line can't be read: {error.strerror}.")
    words = _ROOT_WORD.findall(line)
    if not words:
        return RootClaim(None, error="The kernel command line has no root=.")
    wanted = words[-1].strip('"')
    numbers = _numbers_for(host, wanted, partitions)
    shown = clean(wanted, 200)
    if len(numbers) != 1:
        why = "leads to no device here" if not numbers else "fits several partitions"
        return RootClaim(shown, error=f"root={shown} {why}.")
    return RootClaim(shown, data_devices(host, numbers[0]))


def _numbers_for(host: Host, wanted: str, partitions: Sequence[tuple[str, Partition]]) -> tuple[str, ...]:
    """The devices that a root specification may mean (init/do_mounts.c; UUID= and LABEL= are an initial RAM disk's)."""
    kind, equals, value = wanted.partition("=")
    if not equals:
        direct = wanted if _NUMBER.fullmatch(wanted) else _number_of_node(host, wanted)
        return () if direct is None else (direct,)
    value = value.casefold() if kind in {"PARTUUID", "UUID"} else value
    return tuple(number for number, partition in partitions if value and _tag(partition, kind) == value)


def _number_of_node(host: Host, device: str) -> str | None:
    if not device.startswith("/dev/"):
        return None
    return number_of(host.path(device)) or number_of_name(host, device.removeprefix("/dev/"))


def _tag(partition: Partition, kind: str) -> str | None:
    match kind:
        case "PARTUUID":
            return partition.part_uuid and partition.part_uuid.casefold()
        case "UUID":
            return partition.uuid and partition.uuid.casefold()
        case "LABEL":
            return partition.label
    return None


def ask_mount_table(host: Host, mounts: tuple[Mount, ...], names: Iterable[tuple[str, str]]) -> RootClaim:
    """The device of the root directory itself; `names` are the names that devices go by here, by their numbers."""
    if not host.runs:
        return RootClaim(None, error=f"{host.stands_still}: no slot is booted.")
    try:
        device = host.path("/").stat().st_dev
    except OSError as error:
        return RootClaim(None, error=f"The root directory can't be looked at: {error.strerror}.")
    number = device_number(device)
    root = mount_at(mounts, "/")
    if number.startswith("0:"):  # no device of its own: tmpfs, overlay, btrfs, a network
        source = "" if root is None else root.source
        found = number_of(host.path(source)) if source.startswith("/") else None
        if found is None:
            kind = "an unknown file system" if root is None else clean(root.fs_type, 40)
            return RootClaim(kind, error=f"/ is {kind}, which stands on no device of its own.")
        number = found
    return _mounted(host, number, dict(names))


def _mounted(host: Host, number: str, names: dict[str, str]) -> RootClaim:
    below = data_devices(host, number)
    shown = _name(host, number, names)
    if below != (number,):
        shown += " on " + ", ".join(_name(host, device, names) for device in below)
    return RootClaim(shown, below)


def _name(host: Host, number: str, names: dict[str, str]) -> str:
    if number in names:
        return names[number]
    device = read_device(host, number)
    return number if device is None else f"/dev/{clean(device.name, 80)}"
