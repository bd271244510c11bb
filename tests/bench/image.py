"""Builds the disk image of the virtual ModuCop, once for each change of what goes into it."""

from __future__ import annotations

import shutil
import tempfile
import time
from pathlib import Path
from typing import Final

from . import envblock, partitions, tree
from .packages import compose_package, digest, root_tar, run
from .places import BENCH, DEVICE, cache, exclusively, scratch

_KEPT: Final = 3
"""How many images stay in the cache (1 GiB each): other checkouts may have built theirs from other files."""

_IN_USE_S: Final = 600
"""Seconds for which an image that was asked for is kept in any case: it may be being copied."""


def disk_image() -> Path:
    """The pristine image in the cache; machines run on copies of it."""
    target = cache() / f"disk-{_key()}.img"
    if not target.exists():
        compose = compose_package()
        root = root_tar() if compose else root_tar("docker-compose")
        with exclusively("disk"):
            if not target.exists():
                _build(target, root, compose)
    target.touch()
    return target


def _key() -> str:
    """A digest of the bench's own files that shape the image; a change of any of them builds it anew."""
    shaping = [BENCH / f"{name}.py" for name in ("image", "tree", "partitions", "envblock", "packages")]
    shaping += sorted(path for path in DEVICE.rglob("*") if path.is_file())
    return digest(*(part for path in shaping for part in (path.name, path.read_bytes())))


def _build(target: Path, root: Path, compose: Path | None) -> None:
    _drop_unused()
    with tempfile.TemporaryDirectory(prefix="moducop-image-", dir=scratch()) as work:
        tree_a = Path(work) / "root"
        tree_a.mkdir()
        run("tar", "-C", tree_a, "--exclude=./dev/*", "-xf", root)
        _add_compose(tree_a, compose)
        tree.make_device_nodes(tree_a)
        tree.finish_root(tree_a)
        data = Path(work) / "data"
        tree.make_data(data)
        boot = Path(work) / "boot"
        boot.mkdir()
        (boot / "boot.scr").write_text("a boot script would be here\n")
        image = Path(work) / "disk.img"
        with image.open("wb") as handle:
            handle.truncate(partitions.DISK_SIZE)
        partitions.write_partition_table(image)
        envblock.write_initial(image)
        part = partitions.PARTITIONS
        _make_filesystem(image, part[0], boot)
        tree.stamp_release(tree_a, tree.SLOT_A)
        _make_filesystem(image, part[1], tree_a)
        tree.stamp_release(tree_a, tree.SLOT_B)
        _make_filesystem(image, part[2], tree_a)
        _make_filesystem(image, part[3], data)
        copy_sparse(image, target.with_suffix(".part"))
        target.with_suffix(".part").rename(target)


def _add_compose(root: Path, compose: Path | None) -> None:
    if compose is None:  # the release's own is version 1, which Docker does not know as a command of its own
        plugin = root / "usr/libexec/docker/cli-plugins/docker-compose"
        plugin.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(DEVICE / "compose-plugin", plugin)
        return
    with tempfile.TemporaryDirectory(dir=root.parent) as unpacked:
        run("dpkg-deb", "-x", compose, unpacked)
        shutil.copytree(Path(unpacked) / "usr/libexec", root / "usr/libexec", dirs_exist_ok=True)
        shutil.copytree(Path(unpacked) / "usr/bin", root / "usr/bin", dirs_exist_ok=True, symlinks=True)


def _make_filesystem(image: Path, partition: partitions.Partition, content: Path) -> None:
    """Fill one partition of the image from a directory; nothing is mounted for it."""
    place = f"offset={partition.start},root_owner=0:0,lazy_itable_init=1"
    size = f"{partition.size // 1024}k"
    run("mke2fs", "-q", "-F", "-t", "ext4", "-m", "0", "-L", partition.label, "-E", place, "-d", content, image, size)


def copy_sparse(source: Path, target: Path) -> None:
    """Copy an image without filling its holes, and without copying at all where the file system can share blocks."""
    run("cp", "--sparse=always", "--reflink=auto", source, target)


def _drop_unused() -> None:
    last_used = {image: image.stat().st_mtime for image in cache().glob("disk-*.img")}
    for image in sorted(last_used, key=last_used.__getitem__, reverse=True)[_KEPT - 1 :]:
        if last_used[image] < time.time() - _IN_USE_S:
            image.unlink(missing_ok=True)
