"""Debian's kernel for the device: the file that U-Boot loads, the modules it needs, and an initial memory disk."""

from __future__ import annotations

import gzip
import shutil
import stat
import subprocess
import tempfile
from pathlib import Path
from typing import Final

from ..packages import RELEASE, digest, run
from ..places import BenchError, cache, exclusively, scratch
from . import module
from .debian import ARCHITECTURE, private_apt, unpack

_DEVICE: Final = Path(__file__).with_name("device")
_BENCH: Final = ("virtio_mmio", "virtio_console", "virtio_blk")
"""Drivers of the bench's own port, which is to work as long as the device does, and of the cache's door."""

_DISK: Final = ("mmc_block", "sdhci_pci", "ext4")


def packages() -> Path:
    """The directory with the kernel's package and a static busybox for the device."""
    target = cache() / f"debs-kernel-{digest(RELEASE, ARCHITECTURE)}"
    with exclusively(target.name):
        if not target.is_dir():
            with private_apt() as apt:
                apt.download(target, apt.behind(f"linux-image-{ARCHITECTURE}"), "busybox-static")
    return target


def busybox(place: Path) -> Path:
    """The device's static busybox, unpacked below ``place``."""
    unpack(packages(), "busybox-static", place)
    found = [path for path in (place / "bin/busybox", place / "usr/bin/busybox") if path.exists()]
    if not found:
        raise BenchError("busybox is not where its package used to have it")
    return found[0]


def install(root: Path) -> None:
    """Put kernel, modules and initial memory disk into a root file system."""
    with tempfile.TemporaryDirectory(prefix="moducop-kernel-", dir=scratch()) as work:
        unpacked = Path(work) / "package"
        unpack(packages(), "linux-image", unpacked)
        version = next((unpacked / "lib/modules").iterdir()).name
        run("depmod", "-b", unpacked, version)
        _copy_modules(unpacked, version, root)
        boot = root / "boot"
        with (unpacked / f"boot/vmlinuz-{version}").open("rb") as kernel, gzip.open(boot / "Image.gz", "wb", 6) as out:
            shutil.copyfileobj(kernel, out)
        _make_initrd(root, version, busybox(Path(work) / "busybox"), boot / "initrd")


def _names() -> list[str]:
    lines = (_DEVICE / "modules").read_text().splitlines()
    return [name for line in lines for name in line.split("#")[0].split()]


def _files(tree: Path, version: str, names: list[str] | tuple[str, ...]) -> list[Path]:
    """The files of modules and of what they need, in the order of loading; built-in ones have none."""
    found: dict[Path, None] = {}
    for name in names:
        told = run("modprobe", "-d", tree, "-S", version, "--show-depends", name)
        found |= {Path(line.split()[1]): None for line in told.splitlines() if line.startswith("insmod ")}
    return list(found)


def _copy_modules(unpacked: Path, version: str, root: Path) -> None:
    home = Path("lib/modules") / version
    for file in _files(unpacked, version, _names()):
        place = root / "usr" / file.relative_to(unpacked)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, place)
    for name in ("modules.builtin", "modules.builtin.modinfo", "modules.order"):
        shutil.copyfile(unpacked / home / name, root / "usr" / home / name)
    run("depmod", "-b", root, version)


def _make_initrd(root: Path, version: str, program: Path, target: Path) -> None:
    with tempfile.TemporaryDirectory(dir=target.parent) as work:
        tree = Path(work)
        for name in ("bin", "dev", "proc", "sys", "root", "modules"):
            (tree / name).mkdir()
        shutil.copy(program, tree / "bin/busybox")
        (tree / "bin/sh").symlink_to("busybox")
        loaded = [*_files(root, version, _BENCH), *_files(root, version, _DISK)]
        for number, file in enumerate(loaded, 10):
            shutil.copyfile(file, tree / "modules" / f"{number}-{file.name.split('-')[0].removesuffix('.ko')}.ko")
        shutil.copyfile(module.card_cache(version), tree / "card_cache.ko")
        start = tree / "init"
        shutil.copyfile(_DEVICE / "initrd-init", start)
        start.chmod(stat.S_IRWXU)
        names = "\n".join(str(path.relative_to(tree)) for path in sorted(tree.rglob("*")))
        packed = subprocess.run(
            ["cpio", "-o", "-H", "newc", "--quiet"], cwd=tree, input=names.encode(), capture_output=True, check=True
        ).stdout
    target.write_bytes(gzip.compress(packed, 6))
