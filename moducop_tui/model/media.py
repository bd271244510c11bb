"""Removable media that come and go."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stick:
    """A removable partition or unpartitioned disk. `size` in bytes; `mount_points` where it is mounted already."""

    device: str
    label: str | None
    fs_type: str | None
    size: int | None
    vendor: str | None
    model: str | None
    mount_points: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Media:
    """The sticks that are plugged in now, in the order of their device names."""

    sticks: tuple[Stick, ...]
