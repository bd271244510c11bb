"""File systems, overlays and tmpfs: what is writable, where it is kept and how full it is. All sizes in bytes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class FileSystem:
    """One mounted file system. Usage that could not be read is None, never zero, with the reason in `error`."""

    mount_point: str
    source: str
    fs_type: str
    read_only: bool
    total: int | None = None
    used: int | None = None
    available: int | None = None
    """Bytes that a process without privileges can still write."""
    inodes_total: int | None = None
    inodes_used: int | None = None
    growth: float | None = None
    """Bytes per second by which `used` has grown over the last minutes; None before two readings."""
    error: str | None = None

    @property
    def share(self) -> float | None:
        """Used share, 0 to 1, of what can be used, as `df` counts it."""
        if self.used is None or self.available is None or self.used + self.available == 0:
            return None
        return self.used / (self.used + self.available)

    @property
    def inode_share(self) -> float | None:
        """Used share of inodes, 0 to 1; None where the file system counts none."""
        if not self.inodes_total or self.inodes_used is None:
            return None
        return self.inodes_used / self.inodes_total


class UpperHome(StrEnum):
    """Where an overlay's upper directory lives, so whether what is written there survives a reboot."""

    DATA = "data"
    """On the data partition: survives reboots, shared by both slots."""
    TMPFS = "tmpfs"
    """In memory: gone at the next reboot."""
    OTHER = "other"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class UpperContent:
    """What an upper directory holds, counted by walking it.

    `whiteouts` hide files of the lower layer (character device 0:0).

    `complete` is False when the walk was cut at its limit: the numbers are then 'at least'.
    """

    files: int
    directories: int
    whiteouts: int
    size: int
    """Bytes as allocated on the file system of the upper directory."""
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Overlay:
    """One overlay mount and its directories (kernel document Documentation/filesystems/overlayfs.rst)."""

    mount_point: str
    lower: tuple[str, ...]
    upper: str | None
    work: str | None
    upper_home: UpperHome
    upper_device: str | None
    content: UpperContent | None = None
    content_error: str | None = None
    is_closed: bool = False
    """This user may not look at the upper directory: where it lives and what it holds is not known, nor that it is
    missing."""

    @property
    def survives_reboot(self) -> bool | None:
        """Whether what is written here is there after a reboot; None when it can't be known."""
        if self.upper_home is UpperHome.DATA:
            return True
        return False if self.upper_home is UpperHome.TMPFS else None


@dataclass(frozen=True, slots=True)
class Storage:
    """All mounts that matter, and where the layout differs from what the ModuCop's concept promises.

    `deviations` are sentences, such as "/etc is not an overlay: changes to it are lost or impossible."
    """

    file_systems: tuple[FileSystem, ...]
    """Real file systems and tmpfs, without overlays and without the kernel's own (proc, sysfs, cgroup...)."""
    overlays: tuple[Overlay, ...]
    deviations: tuple[str, ...]

    def at(self, mount_point: str) -> FileSystem | None:
        """The file system mounted exactly there."""
        return next((fs for fs in self.file_systems if fs.mount_point == mount_point), None)

    @property
    def tmpfs(self) -> tuple[FileSystem, ...]:
        """The file systems that live in memory."""
        return tuple(fs for fs in self.file_systems if fs.fs_type == "tmpfs")
