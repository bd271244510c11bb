"""How a stick is mounted so that nothing on it can do harm: the commands, as plans show them and hands run them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from moducop_tui.model.foreign import clean
from moducop_tui.model.media import Stick

SAFE = ("ro", "nosuid", "nodev", "noexec")
"""Options of every mount of a stick."""


@dataclass(frozen=True, slots=True)
class Driver:
    """What reads a file system: the kernel's name for it, and its own options, with commas between them."""

    name: str
    options: str


_EXT = Driver("ext4", "noload,errors=continue,nowarn_on_error")
_DRIVERS: Mapping[str, Driver] = MappingProxyType(
    {
        "ext2": _EXT,
        "ext3": _EXT,
        "ext4": _EXT,
        "vfat": Driver("vfat", "utf8,errors=continue"),
        "exfat": Driver("exfat", "errors=continue"),
    }
)
"""By file system. What is done about an error is never left to the medium: ext4's superblock may ask for a panic.

Of ext4 it may ask in two places (tune2fs -e, tune2fs -E mount_opts), and a stick whose next block is damaged is all
that it takes; what a mount is told wins over both (Documentation/admin-guide/ext4.rst). On a read-only mount there is
nothing that would have to be stopped by an error, so it goes on and the reader gets the error. A journal, be it the
file system's own or on another device, is not looked at: its replay would write. FAT (Documentation/filesystems/
vfat.rst) and exFAT (fs/exfat/super.c) have no such wish on the medium; they are told the same, whatever the kernel was
built with. No other file system is mounted: XFS, f2fs, NTFS, ISO 9660 and UDF are refused.
"""

Commands = tuple[tuple[str, ...], ...]


def mount_commands(stick: Stick, directory: str) -> Commands:
    """The commands, one after the other; none where its file system can't be read here.

    Where somebody else has it mounted, who may write to it, it is seen from a second place, read-only there.
    """
    elsewhere = mounted_elsewhere(stick, directory)
    if elsewhere is not None:
        options = ",".join(("remount", "bind", *SAFE))
        return (("mount", "--bind", elsewhere, directory), ("mount", "-o", options, directory))
    known = _DRIVERS.get(stick.fs_type or "")
    if known is None:
        return ()
    options = ",".join((*SAFE, known.options))
    return (("mount", "-t", known.name, "-o", options, stick.device, directory),)


def driver_of(file_system: str) -> Driver | None:
    """How a file system of that name is mounted; None where that is not done."""
    return _DRIVERS.get(file_system)


def mounted_elsewhere(stick: Stick, directory: str) -> str | None:
    """Where somebody else has it mounted; None when nobody has."""
    return next((place for place in stick.mount_points if place != directory), None)


def why_not_mountable(stick: Stick) -> str:
    """Why there are no commands, as the end of a sentence."""
    held = f"it holds {clean(stick.fs_type, 20)}" if stick.fs_type else "what file system it holds is not known"
    return f"{held}; use one with FAT, exFAT or ext4"
