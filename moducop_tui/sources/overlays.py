"""Overlay mounts: their directories from the mount options, and where what is written to them is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from moducop_tui.model.storage import UpperHome
from moducop_tui.sources.mount_choice import AUTOMOUNT, MEMORY_TYPES, is_container_place, is_container_upper
from moducop_tui.sources.mounts import Mount, mount_at, unescape

DATA = "/data"
"""Where a ModuCop mounts its data partition (device facts 6)."""
_LOWER_KEYS = frozenset({"lowerdir", "lowerdir+", "datadir+"})


@dataclass(frozen=True, slots=True)
class OverlayDirectories:
    """What an overlay was mounted with; raw paths. `upper` and `work` are None where it can't be written."""

    lower: tuple[str, ...]
    upper: str | None
    work: str | None


def overlay_directories(mount: Mount) -> OverlayDirectories:
    r"""The directories of an overlay mount.

    The kernel shows each path as it was given, with the giver's own backslash before a colon or comma, and then
    octally escaped: `a:b` stands as `a\134:b`, `a,b` as `a\134\054b` (seen on Linux 6.18). Mounted by the newer
    interface each lower directory is an option of its own, `lowerdir+`.
    """
    lower: list[str] = []
    upper: str | None = None
    work: str | None = None
    for option in mount.super_options:
        key, _, raw = option.partition("=")
        value = unescape(raw)
        if key in _LOWER_KEYS:
            lower.extend(split_lower(value) if key == "lowerdir" else [value])
        elif key == "upperdir":
            upper = _plain(value)
        elif key == "workdir":
            work = _plain(value)
    return OverlayDirectories(tuple(lower), upper, work)


def split_lower(value: str) -> list[str]:
    """Lower directories, topmost first: separated by `:`, a colon of a name behind a backslash."""
    parts = [""]
    characters = iter(value)
    for character in characters:
        if character == "\\":
            parts[-1] += next(characters, "\\")
        elif character == ":":
            parts.append("")
        else:
            parts[-1] += character
    return [part for part in parts if part]


def _plain(value: str) -> str:
    """A single path without the giver's backslashes."""
    characters = iter(value)
    return "".join(next(characters, "\\") if character == "\\" else character for character in characters)


def device_overlays(visible: Sequence[Mount]) -> tuple[Mount, ...]:
    """The overlays of the device itself, without those of containers."""
    overlays = (mount for mount in visible if mount.fs_type == "overlay" and not is_container_place(mount.mount_point))
    return tuple(
        m for m in overlays if m.mount_point == "/" or not is_container_upper(overlay_directories(m).upper or "")
    )


def upper_mount(mounts: Sequence[Mount], upper: str) -> Mount | None:
    """The mount that holds an upper directory; None when its path is relative to nobody knows what."""
    return mount_at(mounts, upper) if upper.startswith("/") else None


def upper_home(holder: Mount | None, mounts: Sequence[Mount]) -> UpperHome:
    """Where an upper directory lives, by the mount that holds it. A /data that is in memory itself keeps nothing.

    `mounts` is the whole table, as for `mount_at`.
    """
    if holder is None or holder.fs_type == AUTOMOUNT:
        return UpperHome.UNKNOWN
    if holder.fs_type in MEMORY_TYPES:
        return UpperHome.TMPFS
    data = mount_at(mounts, DATA)
    if data is not None and data.mount_point == DATA and data.device == holder.device:
        return UpperHome.DATA
    return UpperHome.OTHER
