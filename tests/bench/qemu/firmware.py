"""U-Boot, built from Debian's source with the environment and the boot rule of a ModuCop."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import Final

from ..packages import digest, run
from ..places import BenchError, cache, exclusively, scratch
from . import bootenv
from .debian import private_apt

_OWN: Final = Path(__file__).with_name("firmware_files")
_SOURCE: Final = "u-boot"
_BOARD: Final = Path("include/configs/qemu-arm.h")


def uboot() -> Path:
    """The firmware's file, built once for each change of its configuration; about a minute."""
    config = (_OWN / "uboot.config").read_text()
    target = cache() / f"u-boot-{digest(config, bootenv.as_text(), Path(__file__).read_bytes())}.bin"
    with exclusively("u-boot"):
        if not target.exists():
            _build(target)
    return target


def boot_script(target: Path) -> None:
    """Write the boot script of p1 in U-Boot's own format."""
    run("mkimage", "-A", "arm64", "-T", "script", "-C", "none", "-d", _OWN / "boot.cmd", target)


def _build(target: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="moducop-u-boot-", dir=scratch()) as work:
        with private_apt("deb-src") as apt:
            version = apt.download_source(Path(work) / "source", _SOURCE)
        source = Path(work) / "u-boot"
        run("dpkg-source", "-x", version, source)
        (source / "moducop-environment.txt").write_text(bootenv.as_text())
        _find_the_disk_early(source / _BOARD)
        # The machine's own compiler wrappers must not see the settings of a caller's build.
        settings = {"PATH": os.environ["PATH"], "ARCH": "arm", "CROSS_COMPILE": "aarch64-linux-gnu-"}
        run("make", "-s", "qemu_arm64_defconfig", cwd=source, env=settings)
        run("scripts/kconfig/merge_config.sh", "-m", ".config", _OWN / "uboot.config", cwd=source, env=settings)
        run("make", "-s", "olddefconfig", cwd=source, env=settings)
        _compare(source / ".config")
        run("make", "-s", f"-j{os.cpu_count()}", "u-boot.bin", cwd=source, env=settings)
        shutil.copyfile(source / "u-boot.bin", target.with_suffix(".part"))
        target.with_suffix(".part").rename(target)


def _find_the_disk_early(board: Path) -> None:
    """The environment is read before U-Boot would look at PCI, where this board has its disk."""
    text = board.read_text()
    changed = text.replace("#endif /* __CONFIG_H */", "#define CONFIG_SYS_EARLY_PCI_INIT\n\n#endif /* __CONFIG_H */")
    if changed == text:
        raise BenchError("U-Boot's board file is another one than this was written for")
    board.write_text(changed)


def _compare(config: Path) -> None:
    """A setting that U-Boot's own rules dropped without a word would give a device with another boot rule."""
    taken = set(config.read_text().splitlines())
    wanted = [line for line in (_OWN / "uboot.config").read_text().splitlines() if line.startswith("CONFIG_")]
    lost = [line for line in wanted if line not in taken]
    if lost:
        raise BenchError(f"U-Boot did not take {', '.join(lost)}")
