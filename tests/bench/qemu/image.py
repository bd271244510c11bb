"""The disk of the emulated device as it leaves the factory, built once for each change of what goes into it."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Final

from .. import tree
from ..envblock import encode
from ..image import copy_sparse
from ..packages import digest
from ..partitions import ENV_OFFSETS, MIB, PARTITIONS, write_partition_table
from ..places import cache, exclusively, scratch
from . import bootenv, firmware, kernel, system
from .root import compose_package, root_tar

CARD_SIZE: Final = 4096 * MIB
"""An SD card of QEMU has a power of two; what is behind the last partition stays empty."""

_KEPT: Final = 2
_IN_USE_S: Final = 600


def key() -> str:
    """A digest of everything that shapes the image; a change of any of it builds it anew."""
    names = (root_tar().name, compose_package().name, kernel.packages().name)
    return digest(*names, *(part for path in system.shaping_files() for part in (path.name, path.read_bytes())))


def factory_disk() -> Path:
    """The pristine disk in the cache, with 2.6.0 in A and 2.7.0 in B; machines run on layers above it."""
    target = cache() / f"device-{key()}.img"
    with exclusively("device"):
        if not target.exists():
            _build(target)
    target.touch()
    return target


def _build(target: Path) -> None:
    _drop_unused()
    with tempfile.TemporaryDirectory(prefix="moducop-device-", dir=scratch()) as work:
        place = Path(work)
        root = place / "root"
        system.unpack_root(root)
        boot = place / "boot"
        boot.mkdir()
        firmware.boot_script(boot / "boot.scr")
        data = place / "data"
        tree.make_data(data, kernel.busybox(place / "busybox"))
        _calm(data)
        image = place / "disk.img"
        with image.open("wb") as handle:
            handle.truncate(CARD_SIZE)
        write_partition_table(image)
        _write_environment(image)
        _fill(image, 0, boot)
        for number, release in ((1, tree.SLOT_A), (2, tree.SLOT_B)):
            tree.stamp_release(root, release)
            _fill(image, number, root)
        _fill(image, 3, data)
        copy_sparse(image, target.with_suffix(".part"))
        target.with_suffix(".part").rename(target)


def _calm(data: Path) -> None:
    """A look at an application's health each second, as the bench has it, would be all that this device does."""
    for compose in (data / "mender-app").rglob("docker-compose.yml"):
        compose.write_text(compose.read_text().replace("interval: 1s", "interval: 30s"))


def _fill(image: Path, index: int, content: Path) -> None:
    part = PARTITIONS[index]
    system.make_filesystem(image, content, label=part.label, size=part.size, offset=part.start)


def _write_environment(image: Path) -> None:
    with image.open("r+b") as handle:
        for counter, offset in enumerate(ENV_OFFSETS, 1):
            handle.seek(offset)
            handle.write(encode(bootenv.VARIABLES, counter))


def _drop_unused() -> None:
    last_used = {image: image.stat().st_mtime for image in cache().glob("device-*.img")}
    for image in sorted(last_used, key=last_used.__getitem__, reverse=True)[_KEPT - 1 :]:
        if last_used[image] < time.time() - _IN_USE_S:
            image.unlink(missing_ok=True)
