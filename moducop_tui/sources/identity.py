"""Who this machine is: model, serial number, image, system; and whether it is a ModuCop at all."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from dataclasses import dataclass

from moducop_tui.config import Config
from moducop_tui.host import Host
from moducop_tui.model.foreign import clean_or_none
from moducop_tui.sources.image_identity import ISSUE, image_name
from moducop_tui.sources.journal_files import current_boot
from moducop_tui.sources.mender_conf import read_rootfs_parts
from moducop_tui.sources.mount_choice import AUTOMOUNT
from moducop_tui.sources.mounts import mount_at, parse_mountinfo, read_table
from moducop_tui.sources.overlays import DATA
from moducop_tui.sources.slot_layout import find_layout
from moducop_tui.sources.small_files import text_of

_MODEL_FILES = ("/proc/device-tree/model", "/sys/firmware/devicetree/base/model", "/sys/class/dmi/id/product_name")
_SERIAL_FILES = (
    "/proc/device-tree/serial-number",
    "/sys/firmware/devicetree/base/serial-number",
    "/sys/class/dmi/id/product_serial",
)
_HOST_NAME = "/etc/hostname"
_OS_RELEASES = ("/etc/os-release", "/usr/lib/os-release")
"""The first that is there counts (os-release(5))."""
_QUOTED = re.compile(r"""'([^']*)'|"((?:[^"\\]|\\.)*)\"""", re.DOTALL)
_ESCAPED = re.compile(r"\\([\"'$`\\ ])")
_HOST_NAME_SERIAL = re.compile(r"MEC\d\d-([0-9A-Za-z]+)", re.IGNORECASE)
_LIMIT = 200


@dataclass(frozen=True, slots=True)
class Identity:
    """What does not change while the machine runs."""

    model: str | None
    serial: str | None
    image_name: str | None
    os_name: str | None
    kernel: str | None
    boot_id: str | None
    """Without dashes, as the journal has it."""


def read_identity(host: Host) -> Identity:
    """All of it from the files below the root prefix."""
    return Identity(
        model=_first(host, _MODEL_FILES),
        serial=_first(host, _SERIAL_FILES) or serial_in(host_name(host)) or serial_in(name_on_disk(host)),
        image_name=_image_name(host),
        os_name=next((name for name in map(os_name_in, _os_releases(host)) if name), None),
        kernel=clean_or_none(text_of(host, "/proc/sys/kernel/osrelease"), _LIMIT),
        boot_id=current_boot(host),
    )


def host_name(host: Host) -> str | None:
    """The name of this machine, or the one that the machine below the root prefix gives itself."""
    if host.is_this_machine:
        return clean_or_none(socket.gethostname(), _LIMIT)
    return name_on_disk(host)


def name_on_disk(host: Host) -> str | None:
    """The name of /etc/hostname: its first line that is no comment (hostname(5))."""
    lines = (line.strip() for line in (text_of(host, _HOST_NAME) or "").split("\n"))
    return clean_or_none(next((line for line in lines if line and not line.startswith("#")), None), _LIMIT)


def serial_in(name: str | None) -> str | None:
    """The serial number in a ModuCop's own host name, `MEC01-<serial>` (device facts)."""
    match = _HOST_NAME_SERIAL.fullmatch(name or "")
    return match[1] if match else None


def _os_releases(host: Host) -> Iterator[str]:
    return (text for text in (text_of(host, path) for path in _OS_RELEASES) if text is not None)


def os_name_in(os_release: str) -> str | None:
    """PRETTY_NAME, or NAME, of os-release(5): a list of assignments as a shell reads them."""
    values = dict(line.strip().split("=", 1) for line in os_release.split("\n") if _is_assignment(line))
    names = (clean_or_none(_unquoted(values[key]), _LIMIT) for key in ("PRETTY_NAME", "NAME") if key in values)
    return next((name for name in names if name), None)


def _is_assignment(line: str) -> bool:
    return "=" in line and not line.lstrip().startswith("#")


def _unquoted(value: str) -> str:
    """A value without its quotes: in single ones nothing is special, elsewhere a backslash takes what follows."""
    quoted = _QUOTED.match(value)
    if quoted is None:
        return _ESCAPED.sub(r"\1", value.strip("\"'"))
    return quoted[1] if quoted[1] is not None else _ESCAPED.sub(r"\1", quoted[2])


def lacking_of_moducop(*, slots_named: bool, partitions: int, data_mounted: bool) -> str | None:
    """The sentence that says what of a ModuCop a machine does not have; None for a ModuCop.

    Mender's two root partitions are proof enough: a ModuCop whose /data does not mount is still one, a broken one.
    """
    if slots_named or (partitions >= 4 and data_mounted):
        return None
    lacking = ["no /data partition"] if not data_mounted else []
    lacking.append("no slots in mender.conf")
    if partitions < 4:
        lacking.append("no disk with four partitions")
    return f"This machine is no ModuCop: {', '.join(lacking)}."


def why_no_moducop(config: Config, host: Host) -> str | None:
    """`lacking_of_moducop` of this machine, read afresh."""
    parts = read_rootfs_parts(host)
    if parts.part_a and parts.part_b:
        return None
    try:
        data = mount_at(parse_mountinfo(read_table(host)), DATA)
        mounted = data is not None and data.mount_point == DATA and data.fs_type != AUTOMOUNT
    except OSError:
        mounted = False
    partitions = len(find_layout(config, host).partitions)
    return lacking_of_moducop(slots_named=False, partitions=partitions, data_mounted=mounted)


def _first(host: Host, paths: tuple[str, ...]) -> str | None:
    found = (clean_or_none(text_of(host, path), _LIMIT) for path in paths)
    return next((text for text in found if text), None)


def _image_name(host: Host) -> str | None:
    try:
        return image_name(host.read_bytes(ISSUE, 8192))
    except OSError:
        return None
