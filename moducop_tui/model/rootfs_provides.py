"""Under which name provides say which root file system they are of: it differs between the generations of images."""

from __future__ import annotations

from collections.abc import Mapping

PLAIN = "rootfs-image.version"
"""Of payload type `rootfs-image`, and of what an image has from the factory (device facts 2.5)."""
BOOTFIT = "rootfs-image.bootfit-rootfs.version"
"""What `mender-artifact write module-image -T bootfit-rootfs` writes. It clears only what begins like it, so the
factory's plain one stays beside it and is out of date from the first update on."""


def rootfs_version_in(provides: Mapping[str, str]) -> str | None:
    """The version of the root file system; None where the provides are of something else."""
    return provides.get(BOOTFIT) or provides.get(PLAIN)


def rootfs_version_key(provides: Mapping[str, str], modules: tuple[str, ...]) -> str:
    """The name under which a device's memory has it, or will: by what it has, else by its update modules."""
    if BOOTFIT in provides or ("bootfit-rootfs" in modules and "rootfs-image" not in modules):
        return BOOTFIT
    return PLAIN
