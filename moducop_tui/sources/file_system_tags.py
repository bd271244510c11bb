"""What a device holds: file system, label and ids, from udev's database, from `blkid` where udev does not run.

The superblock of an ext4 file system itself comes first: udev learns of a new image a moment later.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from moducop_tui import runner
from moducop_tui.host import Host
from moducop_tui.model.foreign import clean_or_none
from moducop_tui.sources import ext_superblock

_TEXT_LIMIT = 100
_BLKID_SECONDS = 3.0
_ESCAPED = re.compile(r"\\(.)")


@dataclass(frozen=True, slots=True)
class Tags:
    """What could be told about a device's content; all None for an empty or unreadable one."""

    fs_type: str | None = None
    label: str | None = None
    uuid: str | None = None
    part_uuid: str | None = None
    table: str | None = None


class TagReader:
    """Remembers what a device holds as long as its first bytes are the same, so that no process is started for it."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._known: dict[str, tuple[bytes, Tags]] = {}

    def read(self, number: str, device: str, head: bytes | None) -> Tags:
        """The tags of a device; `head` are its first bytes, None when they may not be read."""
        known = self._known.get(number)
        if known is not None and head is not None and known[0] == head:
            return known[1]
        tags = self._ask(number, device, head)
        if head is not None:
            self._known[number] = (head, tags)
        return tags

    def _ask(self, number: str, device: str, head: bytes | None) -> Tags:
        superblock = ext_superblock.parse_superblock(head[ext_superblock.OFFSET :]) if head else None
        tags = udev_tags(number) if self._host.is_this_machine else Tags()
        if tags == Tags() and head is not None and superblock is None:
            tags = blkid_tags(str(self._host.path(device)))
        if superblock is None:
            return tags
        return replace(
            tags,
            fs_type=superblock.fs_type,
            label=clean_or_none(superblock.label, _TEXT_LIMIT),
            uuid=superblock.uuid,
        )


def udev_tags(number: str) -> Tags:
    """What udev's database has about a device `MAJOR:MINOR`; nothing where udev or its library is not there."""
    try:
        from moducop_tui.sources.udev_binding import load_pyudev

        pyudev = load_pyudev()
    except ImportError:
        return Tags()
    major, minor = number.split(":")
    try:
        context = pyudev.Context()
        device = pyudev.Devices.from_device_number(context, "block", os.makedev(int(major), int(minor)))
        return tags_of_udev(dict(device.properties))
    except (pyudev.DeviceNotFoundError, OSError, ValueError):
        return Tags()


def tags_of_udev(properties: Mapping[str, str]) -> Tags:
    """Tags from udev's properties (`udevadm info`); the `_ENC` forms keep blanks and other signs."""

    def text(name: str) -> str | None:
        encoded = properties.get(f"{name}_ENC")
        return clean_or_none(_unescape_hex(encoded) if encoded else properties.get(name), _TEXT_LIMIT)

    return Tags(
        fs_type=text("ID_FS_TYPE"),
        label=text("ID_FS_LABEL"),
        uuid=text("ID_FS_UUID"),
        part_uuid=text("ID_PART_ENTRY_UUID"),
        table=text("ID_PART_TABLE_TYPE"),
    )


def blkid_tags(path: str) -> Tags:
    """What `blkid` finds on a device itself, without its cache; nothing where it is not installed or can't tell."""
    try:
        finished = runner.run(["blkid", "-p", "-o", "export", path], _BLKID_SECONDS)
    except runner.CommandError:
        return Tags()
    return tags_of_blkid(finished.out) if finished.code == 0 else Tags()


def tags_of_blkid(output: str) -> Tags:
    """Tags from `blkid -p -o export`: lines `NAME=value`, unusual signs behind a backslash."""
    pairs = (line.partition("=") for line in output.split("\n"))
    found = {name: clean_or_none(_ESCAPED.sub(r"\1", value), _TEXT_LIMIT) for name, equals, value in pairs if equals}
    return Tags(
        fs_type=found.get("TYPE"),
        label=found.get("LABEL"),
        uuid=found.get("UUID"),
        part_uuid=found.get("PART_ENTRY_UUID"),
        table=found.get("PTTYPE"),
    )


def _unescape_hex(text: str) -> bytes:
    r"""Undo udev's encoding: `\x20` is a byte."""
    raw = text.encode("utf-8", "surrogateescape")
    return re.sub(rb"\\x([0-9a-fA-F]{2})", lambda match: bytes([int(match.group(1), 16)]), raw)
