"""How a stick is mounted so that nothing on it can do harm: the commands, as plans show them and hands run them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from moducop_tui.model.foreign import clean
from moducop_tui.model.media import Stick

SAFE = ("ro", "nosuid", "nodev", "noexec")
"""Options of every mount of a stick."""
_EXT = ("ext4", "noload")
_DRIVERS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {"ext2": _EXT, "ext3": _EXT, "ext4": _EXT, "vfat": ("vfat", "utf8"), "exfat": ("exfat", "")}
)
"""Driver and option by file system: a journal is not replayed, which would write; FAT's names are read as UTF-8."""

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
    driver, extra = known
    options = ",".join(option for option in (*SAFE, extra) if option)
    return (("mount", "-t", driver, "-o", options, stick.device, directory),)


def mounted_elsewhere(stick: Stick, directory: str) -> str | None:
    """Where somebody else has it mounted; None when nobody has."""
    return next((place for place in stick.mount_points if place != directory), None)


def why_not_mountable(stick: Stick) -> str:
    """Why there are no commands, as the end of a sentence."""
    held = f"it holds {clean(stick.fs_type, 20)}" if stick.fs_type else "what file system it holds is not known"
    return f"{held}; use one with FAT, exFAT or ext4"
