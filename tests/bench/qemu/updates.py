"""What comes on sticks: a third version, one that boots and then hangs, and another version of an application."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from .. import tree
from ..artifacts import write_rootfs_artifact
from ..lab_artifacts import write_app_artifact
from ..packages import digest
from ..partitions import MIB
from ..places import BENCH, cache, exclusively, scratch
from . import image, system

if TYPE_CHECKING:
    from collections.abc import Callable

APP: Final = "nginx-demo"
"""The application of which there are other versions."""

_CONTAINERS: Final = (
    *("usr/bin/dockerd", "usr/bin/docker", "usr/bin/docker-proxy", "usr/bin/containerd", "usr/bin/runc"),
    *("usr/sbin/dockerd", "usr/sbin/docker-proxy", "usr/sbin/runc", "usr/bin/containerd-shim-runc-v2"),
    *("usr/libexec/docker", "lib/systemd/system/docker.service", "lib/systemd/system/docker.socket"),
    *("lib/systemd/system/containerd.service", "etc/systemd/system/bench-apps.service"),
)
"""Most of an image is the container engine; what hangs before it would start needs none, nor who cuts the power."""

_PACKAGING: Final = (
    *("usr/bin/perl", "usr/bin/perl5.36.0", "usr/lib/apt", "var/lib/dpkg", "usr/share/zoneinfo"),
    *("usr/lib/aarch64-linux-gnu/xtables", "usr/lib/aarch64-linux-gnu/perl-base"),
)
"""What Debian would install packages with, time zones and firewalls."""

_BLOCK: Final = 4096


def good_update() -> Path:
    """The artifact of version 2.8.0, a whole image."""
    return _cached("good", lambda root: tree.stamp_release(root, system.SLOT_C), system.SLOT_C)


def lean_update() -> Path:
    """The artifact of version 2.8.0 without its container engine: a third of the bytes, and half of the start."""

    def change(root: Path) -> None:
        tree.stamp_release(root, system.SLOT_C)
        system.drop(root, (*_CONTAINERS, *_PACKAGING))

    return _cached("lean", change, system.SLOT_C)


def broken_update() -> Path:
    """The artifact of version 2.8.1, which boots and then hangs before anybody can log in."""

    def change(root: Path) -> None:
        tree.stamp_release(root, system.BROKEN)
        system.enable(root, "hang.service", "sysinit.target")
        system.drop(root, _CONTAINERS)

    return _cached("broken", change, system.BROKEN)


def app_update(version: str) -> Path:
    """The artifact of a version of the application; its images are on the device already."""
    compose = (BENCH / f"device/apps/{APP}/docker-compose.yml").read_text()
    target = cache() / f"update-app-{version}-{digest(compose, Path(__file__).read_bytes())}.mender"
    with exclusively("update-app"):
        if not target.exists():
            for old in cache().glob(f"update-app-{version}-*.mender"):
                old.unlink()
            partial = target.with_suffix(".part")
            write_app_artifact(partial, APP, version, compose.replace("interval: 1s", "interval: 30s"), image=False)
            partial.rename(target)
    return target


def _cached(kind: str, change: Callable[[Path], None], release: tree.Release) -> Path:
    target = cache() / f"update-{kind}-{digest(image.key(), Path(__file__).read_bytes())}.mender"
    with exclusively(f"update-{kind}"):
        if not target.exists():
            for old in cache().glob(f"update-{kind}-*.mender"):
                old.unlink()
            _write(target, change, release)
    return target


def _size(root: Path) -> int:
    """Bytes of a file system that a root just fits into: each one costs time in an update."""
    files = [path.lstat() for path in root.rglob("*")]
    blocks = {one.st_ino: -(-one.st_size // _BLOCK) + 1 for one in files}
    return (sum(blocks.values()) * _BLOCK // MIB * 107 // 100 + 12) * MIB


def _write(target: Path, change: Callable[[Path], None], release: tree.Release) -> None:
    with tempfile.TemporaryDirectory(prefix="moducop-update-", dir=scratch()) as work:
        root = Path(work) / "root"
        system.unpack_root(root)
        change(root)
        payload = Path(work) / "payload.ext4"
        system.make_filesystem(payload, root, label="rootfs", size=_size(root))
        partial = Path(work) / "update.mender"
        write_rootfs_artifact(partial, name=release.artifact, payload=payload)
        shutil.copyfile(partial, target.with_suffix(".part"))
        target.with_suffix(".part").rename(target)
