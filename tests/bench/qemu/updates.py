"""What comes on sticks: a third version, one that boots and then hangs, and another version of an application."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from .. import tree
from ..artifacts import write_rootfs_artifact
from ..packages import digest
from ..partitions import MIB
from ..places import cache, exclusively, scratch
from . import image, system

if TYPE_CHECKING:
    from collections.abc import Callable

_CONTAINERS: Final = (
    *("usr/bin/dockerd", "usr/bin/docker", "usr/bin/docker-proxy", "usr/bin/containerd", "usr/bin/runc"),
    *("usr/sbin/dockerd", "usr/sbin/docker-proxy", "usr/sbin/runc", "usr/bin/containerd-shim-runc-v2"),
    *("usr/libexec/docker", "lib/systemd/system/docker.service", "lib/systemd/system/docker.socket"),
    *("lib/systemd/system/containerd.service", "etc/systemd/system/bench-apps.service"),
)
"""Most of an image is the container engine; what hangs before it would start needs none, nor who cuts the power."""


def good_update() -> Path:
    """The artifact of version 2.8.0, a whole image."""
    return _cached("good", lambda root: tree.stamp_release(root, system.SLOT_C), system.SLOT_C)


def lean_update() -> Path:
    """The artifact of version 2.8.0 without its container engine: a quarter of the bytes, and half of the start."""

    def change(root: Path) -> None:
        tree.stamp_release(root, system.SLOT_C)
        _drop_containers(root)

    return _cached("lean", change, system.SLOT_C)


def broken_update() -> Path:
    """The artifact of version 2.8.1, which boots and then hangs before anybody can log in."""

    def change(root: Path) -> None:
        tree.stamp_release(root, system.BROKEN)
        system.enable(root, "hang.service", "sysinit.target")
        _drop_containers(root)

    return _cached("broken", change, system.BROKEN)


def _drop_containers(root: Path) -> None:
    for name in _CONTAINERS:
        path = root / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def _cached(kind: str, change: Callable[[Path], None], release: tree.Release) -> Path:
    target = cache() / f"update-{kind}-{digest(image.key(), Path(__file__).read_bytes())}.mender"
    with exclusively(f"update-{kind}"):
        if not target.exists():
            for old in cache().glob(f"update-{kind}-*.mender"):
                old.unlink()
            _write(target, change, release)
    return target


def _write(target: Path, change: Callable[[Path], None], release: tree.Release) -> None:
    with tempfile.TemporaryDirectory(prefix="moducop-update-", dir=scratch()) as work:
        root = Path(work) / "root"
        system.unpack_root(root)
        change(root)
        payload = Path(work) / "payload.ext4"
        content = sum(path.lstat().st_size for path in root.rglob("*") if path.is_file() and not path.is_symlink())
        size = (content * 115 // 100 // MIB + 16) * MIB
        system.make_filesystem(payload, root, label="rootfs", size=size)
        partial = Path(work) / "update.mender"
        write_rootfs_artifact(partial, name=release.artifact, payload=payload)
        shutil.copyfile(partial, target.with_suffix(".part"))
        target.with_suffix(".part").rename(target)
