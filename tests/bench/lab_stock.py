"""What the lab's machines are made of, built once for a session: small releases, a disk, and what is laid over them."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import tempfile
from pathlib import Path
from typing import Final

from . import envblock, tree
from .image import disk_image
from .packages import run
from .partitions import MIB, Partition, write_partition_table
from .partitions import PARTITIONS as DEVICE_PARTITIONS
from .places import DEVICE
from .stand_in.fit import GONE, Client, fit, fit_modules

SLOT_SIZE: Final = 12 * MIB
"""Bytes of a slot's partition; the releases are smaller."""

_RELEASE_SIZE: Final = 8 * MIB

RELEASES: Final = {
    "2.6.0": tree.SLOT_A,
    "2.7.0": tree.SLOT_B,
    "2.8.0": tree.Release(
        "Moducop-CPU01_Standard-Image_v2.8.0.deadbee.20260301.0900", "cpu01-standard-v2.8.0.deadbee.20260301.0900"
    ),
    "9.9.9": tree.Release("Moducop-CPU01_Standard-Image_v9.9.9", "cpu01-standard-v9.9.9"),
}
"""The releases of the transcripts; 9.9.9 has no kernel."""

_DIRECTORIES: Final = (
    *("boot", "data", "dev", "etc", "mnt", "opt/moducop_tui/site", "opt/moducop_tui/source/moducop_tui", "proc"),
    *("root", "run", "sys", "tmp", "uboot", "usr", "var/cache", "var/lib", "var/spool", "var/volatile"),
)
_LINKS: Final = {
    "bin": "usr/bin",
    "lib": "usr/lib",
    "lib64": "usr/lib64",
    "sbin": "usr/sbin",
    "var/lib/mender": "/data/mender",
    "var/log": "volatile/log",
    "var/run": "/run",
    "var/tmp": "volatile/tmp",
}


def partitions() -> tuple[Partition, ...]:
    """The lab's disk: numbers, names and places as on the device, and everything small."""
    table = []
    start = DEVICE_PARTITIONS[0].start
    for known, size in zip(DEVICE_PARTITIONS, (4 * MIB, SLOT_SIZE, SLOT_SIZE, 64 * MIB), strict=True):
        table.append(Partition(known.number, known.label, start, size, bootable=known.bootable))
        start += size
    return tuple(table)


class Stock:
    """Builds in a directory of its own; each thing when it is first asked for."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.userland = disk_image()
        self.artifacts = place / "artifacts"
        """What is seen at /uboot inside."""
        self.artifacts.mkdir(parents=True)
        self._etc = place / "etc"
        _copy_etc(self.userland, self._etc)

    # -- releases and disks ------------------------------------------------------------------------------------

    def release(self, version: str) -> Path:
        """A slot's content: an ext4 of that release."""
        target = self.place / f"rootfs-{version}.ext4"
        if not target.exists():
            with tempfile.TemporaryDirectory(dir=self.place) as work:
                root = Path(work)
                self._make_root(root, version)
                if version == "9.9.9":
                    (root / "boot/Image").unlink()
                _make_ext4(target, root, _RELEASE_SIZE)
        return target

    def _make_root(self, root: Path, version: str) -> None:
        for name in _DIRECTORIES:
            (root / name).mkdir(parents=True, exist_ok=True)
        for name, target in _LINKS.items():
            (root / name).symlink_to(target)
        shutil.copytree(self._etc, root / "etc", dirs_exist_ok=True, symlinks=True)
        (root / "boot/Image").write_text("a kernel would be here\n")
        (root / "boot/imx8mm-verdin-nonwifi-cpu01.dtb").write_text("a device tree would be here\n")
        first = root / "usr/sbin/preinit"  # looked for by whoever asks whether the slot can boot; the image's own runs
        first.parent.mkdir(parents=True)
        first.write_text("#!/bin/sh\n")
        first.chmod(0o755)
        tree.stamp_release(root, RELEASES[version])

    def disk(self) -> Path:
        """A disk as from the factory: 2.6.0 in slot A, which boots, 2.7.0 in slot B."""
        target = self.place / "disk.img"
        if not target.exists():
            table = partitions()
            with target.open("wb") as handle:
                handle.truncate(table[-1].start + table[-1].size + MIB)
            write_partition_table(target, table)
            envblock.write_initial(target)
            with tempfile.TemporaryDirectory(dir=self.place) as work:
                data, boot = Path(work) / "data", Path(work) / "boot"
                _make_data(data)
                boot.mkdir()
                for number, content in ((1, boot), (4, data)):
                    file_system = Path(work) / f"p{number}"
                    _make_ext4(file_system, content, table[number - 1].size)
                    _lay(file_system, target, table[number - 1].start)
            _lay(self.release("2.6.0"), target, table[1].start)
            _lay(self.release("2.7.0"), target, table[2].start)
        return target

    def fitting(self, client: Client, app_module: str = "app-1") -> Path:
        """What is laid over the image's programs so that they are those of a device with that client."""
        target = self.place / f"fit-{client}-{app_module}"
        if not target.exists():
            if client == "go":
                fit_modules(target, app_module, ("app",))
            else:
                fit(target, client, app_module=app_module)
            finish_fitting(target, without_go=client != "go")
        return target


def finish_fitting(fitting: Path, *, without_go: bool = True) -> None:
    """Mark, as overlays do, what of the image is not there any more, and add what the lab has of its own."""
    systemctl = fitting / "usr/bin/systemctl"
    systemctl.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(DEVICE / "lab-systemctl", systemctl)
    for name in GONE if without_go else ():
        os.mknod(fitting / name, stat.S_IFCHR, os.makedev(0, 0))


def _copy_etc(image: Path, target: Path) -> None:
    """The image's /etc, read without leaving a mount behind however this ends."""
    offset = DEVICE_PARTITIONS[1].start
    script = 'mount -t ext4 -o "ro,noload,loop,offset=$3" "$1" /mnt && cp -a /mnt/etc "$2"'
    subprocess.run(
        ["unshare", "--mount", "sh", "-ec", script, "sh", image, target, str(offset)], check=True, capture_output=True
    )


def _make_data(data: Path) -> None:
    """The factory's data partition without the applications, whose Docker the lab does not have."""
    tree.make_data(data)
    shutil.rmtree(data / "mender-app")
    shutil.rmtree(data / "bench")


def _make_ext4(target: Path, content: Path, size: int) -> None:
    run("mke2fs", "-q", "-F", "-t", "ext4", "-m", "0", "-E", "root_owner=0:0", "-d", content, target, f"{size >> 10}k")


def _lay(source: Path, target: Path, offset: int) -> None:
    """Copy a file system into its partition of an image."""
    with source.open("rb") as reading, target.open("r+b") as writing:
        writing.seek(offset)
        shutil.copyfileobj(reading, writing, MIB)
