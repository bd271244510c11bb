"""Looks into the slot that is not running, as far as that tells whether it would boot, and changes no byte of it.

Nothing is mounted: the kernel writes an error record into a damaged file system that is mounted `ro,noload` as well.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace

from moducop_tui.config import Config
from moducop_tui.host import Host
from moducop_tui.model.boot import BootEnvironment
from moducop_tui.model.checks import SlotCheck
from moducop_tui.model.device_types import device_type_of
from moducop_tui.model.foreign import clean_or_none
from moducop_tui.model.mender import ClientKind
from moducop_tui.model.reading import Unavailable
from moducop_tui.model.slots import Image, PartitionRole, SlotName
from moducop_tui.sources.block_devices import data_devices, read_device
from moducop_tui.sources.bootenv import BootEnvironmentSource
from moducop_tui.sources.device_users import writers_of
from moducop_tui.sources.ext_files import ExtError, ExtFiles, UnknownFeatureError
from moducop_tui.sources.ext_superblock import OFFSET, SIZE, Superblock, parse_superblock
from moducop_tui.sources.file_system_check import check_file_system
from moducop_tui.sources.image_identity import IdentityError, read_identity
from moducop_tui.sources.mender_conf import PLACES, named_device_type_file
from moducop_tui.sources.mounts import Mount, parse_mountinfo, read_table, visible_mounts
from moducop_tui.sources.slot_boot_files import first_program, fit_kernel, missing_tree, slot_kernel, uses_fit
from moducop_tui.sources.slot_layout import Layout, SlotPlace, find_layout

_DEVICE_TYPES = ("/var/lib/mender/device_type", "/data/mender/device_type", "/etc/mender/device_type")
"""Where an image may carry Mender's device type itself; mostly it lies on the data partition only."""
_NO_FILE_SYSTEM = "it holds no file system that the boot loader can read"


@dataclass(frozen=True, slots=True)
class _Around:
    """What has to be known beside the slot itself."""

    host: Host
    layout: Layout
    mounts: tuple[Mount, ...]
    variables: Mapping[str, str]
    command_line: str


def check_slot(config: Config, host: Host, name: SlotName) -> SlotCheck | Unavailable:
    """Everything about a slot that a switch to it needs to know; may take as long as `e2fsck` does."""
    try:
        layout = find_layout(config, host)
    except OSError as error:
        return Unavailable(f"Slot {name} can't be looked at: the disk's layout can't be read: {error.strerror}.")
    place = next((one for one in layout.slots if one.name is name), None)
    if place is None or place.number is None:
        where = "" if place is None else f" {place.device} does not exist."
        return Unavailable(f"Slot {name} can't be looked at: this machine has none.{where}")
    around = _Around(host, layout, _mounts(host), _variables(config, host), _command_line(host))
    try:
        descriptor = os.open(host.path(place.device), os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except PermissionError:
        return Unavailable(f"Root is needed to look into slot {name} ({place.device}).")
    except OSError as error:
        return Unavailable(f"Slot {name} can't be looked at: {place.device} can't be opened: {error.strerror}.")
    try:
        return _check(descriptor, place, place.number, around)
    except OSError as error:
        return Unavailable(f"Slot {name} can't be looked at: {place.device} can't be read: {error.strerror}.")
    finally:
        os.close(descriptor)


def _check(descriptor: int, place: SlotPlace, number: str, around: _Around) -> SlotCheck:
    device = read_device(around.host, number)
    superblock = parse_superblock(os.pread(descriptor, SIZE, OFFSET))
    found = SlotCheck(
        slot=place.name,
        device=place.device,
        fs_type=None if superblock is None else superblock.fs_type,
        fs_size=None if superblock is None else superblock.size,
        partition_size=None if device is None else device.size,
        clean=None,
        clean_words=_NO_FILE_SYSTEM,
        kernel=None,
        init=None,
        image=None,
        device_type=None,
        mounted=_is_mounted(around, number),
        problems=_being_written(around, place, number),
    )
    if superblock is None:
        return found
    found = replace(found, superblock=hashlib.sha256(superblock.raw).hexdigest())
    if found.mounted or found.problems:
        found = replace(found, clean_words="not checked while it is in use")
        return _with_files(found, descriptor, superblock, around)
    order = check_file_system(around.host.path(place.device), superblock)
    return _with_files(replace(found, clean=order.clean, clean_words=order.words), descriptor, superblock, around)


def _with_files(found: SlotCheck, descriptor: int, superblock: Superblock, around: _Around) -> SlotCheck:
    """What the slot's own files say, as far as they can be read."""
    problems = list(found.problems)
    try:
        files = ExtFiles(descriptor)
        (kernel, kernel_sum), init = _kernel(files, found.slot, around), first_program(files, around.command_line)
        if not uses_fit(around.host, around.variables):
            missing = missing_tree(around.host, files, around.variables)
            problems += [missing] if missing else []
        image = _image(files, found.device, superblock)
        kind = _device_type(files) or device_type_of(image)
    except UnknownFeatureError as error:
        return replace(found, unread=f"Its files can't be read here: {error}.")
    except ExtError as error:
        sentence = f"Its files can't be read: {error}."
        return replace(found, problems=(*problems, sentence))
    return replace(
        found, kernel=kernel, kernel_sum=kernel_sum, init=init, image=image, device_type=kind, problems=tuple(problems)
    )


def _kernel(files: ExtFiles, slot: SlotName, around: _Around) -> tuple[str | None, str | None]:
    """The kernel in words, and its checksum where it lies on the boot partition."""
    if not uses_fit(around.host, around.variables):
        return slot_kernel(files, around.variables), None
    boot = next((one for one in around.layout.partitions if around.layout.role(one) is PartitionRole.BOOT), None)
    if boot is None:
        return None, None
    mounts = visible_mounts(around.mounts)
    places = [mount.mount_point for mount in mounts if mount.device == boot.number and mount.root == "/"]
    found = fit_kernel(around.host, (boot.name, places), slot)
    return (None, None) if found is None else (found.words, found.sha256)


def _image(files: ExtFiles, device: str, superblock: Superblock) -> Image | None:
    note = ", its journal not replayed" if superblock.needs_recovery else ""
    try:
        return read_identity(files.read_file, device, f"read from {device} without mounting it{note}")
    except IdentityError:
        return None


def _device_type(files: ExtFiles) -> str | None:
    for path in (*_named_by_image(files), *_DEVICE_TYPES):
        try:
            lines = files.read_file(path, 4096).split(b"\n")
        except FileNotFoundError:
            continue
        named = next((line for line in lines if line.startswith(b"device_type=")), None)
        if named is not None:
            return clean_or_none(named.partition(b"=")[2], 100)
    return None


def _named_by_image(files: ExtFiles) -> tuple[str, ...]:
    """Where the image's own configuration of Mender says that the type lies, where that is in the image at all."""
    try:
        text = files.read_file(PLACES[0], 65536).decode("utf-8", "surrogateescape")
    except FileNotFoundError:
        return ()
    named = named_device_type_file(text, ClientKind.MENDER_UPDATE)
    return (named,) if named and named.isprintable() else ()


def _mounts(host: Host) -> tuple[Mount, ...]:
    try:
        return parse_mountinfo(read_table(host))
    except OSError:
        return ()


def _variables(config: Config, host: Host) -> Mapping[str, str]:
    read = BootEnvironmentSource(config, host).read()
    return dict(read.variables) if isinstance(read, BootEnvironment) else {}


def _command_line(host: Host) -> str:
    try:
        return host.read_text("/proc/cmdline")
    except OSError:
        return ""


def _is_mounted(around: _Around, number: str) -> bool:
    devices = {mount.device for mount in around.mounts if not mount.device.startswith("0:")}
    return any(number in data_devices(around.host, device) for device in devices)


def _being_written(around: _Around, place: SlotPlace, number: str) -> tuple[str, ...]:
    writers = writers_of(around.host, frozenset({number}))
    return (f"{writers[0]} is writing to {place.device}: wait until it has ended.",) if writers else ()
