"""Which mounts matter to a person: not the kernel's own, not those that the container engine makes by the dozen."""

from __future__ import annotations

import re
from collections.abc import Iterable

from moducop_tui.sources.mounts import Mount, is_within

MEMORY_TYPES = frozenset({"tmpfs", "ramfs"})
AUTOMOUNT = "autofs"
"""Stands where a file system will be mounted at the first access; keeps nothing itself (systemd.automount(5))."""
KERNEL_TYPES = frozenset(
    {AUTOMOUNT, "binder", "binfmt_misc", "bpf", "cgroup", "cgroup2", "configfs", "debugfs", "devpts", "devtmpfs"}
    | {"efivarfs", "fusectl", "hugetlbfs", "mqueue", "nfsd", "nsfs", "proc", "pstore", "ramfs", "resctrl"}
    | {"rpc_pipefs", "securityfs", "selinuxfs", "smackfs", "sysfs", "tracefs"}
)
_NETWORK_TYPES = frozenset(
    {"9p", "afs", "ceph", "cifs", "coda", "fuse", "glusterfs", "ncpfs", "nfs", "nfs4", "orangefs", "smb3", "smbfs"}
    | {"virtiofs"}
)
_SHARED_MEMORY = "/dev/shm"  # noqa: S108  a place to look at, no file of ours
_KERNEL_PLACES = (
    "/proc",
    "/sys",
    *(f"/run/{name}" for name in ("credentials", "docker", "host", "netns", "systemd", "user")),
)
_CONTAINER_PLACE = re.compile(
    r"/(overlay2|overlay|overlayfs|vfs|aufs|btrfs|fuse-overlayfs)/[^/]+/(merged|rootfs)$"  # storage drivers
    r"|/rootfs/[^/]+/[0-9a-f]{64}$"  # Docker with containerd's snapshots
    r"|/io\.containerd\.[^/]+/"
    r"|/overlay-containers/"  # Podman
    r"|/containers/[0-9a-f]{64}/"
    r"|/(netns|user|pid|ipc|uts)/[^/]*$"
)
_CONTAINER_UPPER = re.compile(r"/(overlay2|overlay|fuse-overlayfs)/[^/]+/diff$|/snapshots/\d+/fs$")


def is_container_place(path: str) -> bool:
    """Whether a mount point is one of those that a container engine makes for each container."""
    return _CONTAINER_PLACE.search(path) is not None


def is_container_upper(path: str) -> bool:
    """Whether an upper directory is that of a container, not one of the device's overlays."""
    return _CONTAINER_UPPER.search(path) is not None


def is_network(mount: Mount) -> bool:
    """Whether asking for its usage can hang for as long as another machine or program keeps silent."""
    return mount.fs_type in _NETWORK_TYPES or mount.fs_type.startswith("fuse.")


def matters(mount: Mount) -> bool:
    """Whether a mount is a real file system or a tmpfs that somebody fills; overlays are shown by themselves."""
    point = mount.mount_point
    if mount.fs_type in KERNEL_TYPES or mount.fs_type == "overlay" or is_container_place(point):
        return False
    if any(is_within(point, place) for place in _KERNEL_PLACES):
        return False
    return point == _SHARED_MEMORY or not is_within(point, "/dev")


def chosen(mounts: Iterable[Mount]) -> tuple[Mount, ...]:
    """The mounts that matter, each file system once, in the order of the table.

    A bind mount shows a file system, or a single file of it, again at another place and with the same numbers. The
    mount of its whole stands for it, and before all others the root.
    """
    best: dict[str, Mount] = {}
    for mount in mounts:
        if not matters(mount):
            continue
        known = best.get(mount.device)
        if known is None or (mount.root == "/" and known.root != "/" and known.mount_point != "/"):
            best[mount.device] = mount
    return tuple(best.values())
