"""A kernel module for the device, which gives the emulated card the volatile cache of an eMMC."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import Final

from ..packages import digest, run
from ..places import BenchError, cache, exclusively, scratch
from .debian import private_apt, unpack

_SOURCE: Final = Path(__file__).with_name("module") / "card_cache.c"


def card_cache(version: str) -> Path:
    """The module for a version of Debian's kernel, built once; seconds."""
    target = cache() / f"card_cache-{digest(version, _SOURCE.read_bytes(), Path(__file__).read_bytes())}.ko"
    with exclusively("card_cache"):
        if not target.exists():
            with tempfile.TemporaryDirectory(prefix="moducop-module-", dir=scratch()) as work:
                _build(Path(work), version, target)
    return target


def _build(place: Path, version: str, target: Path) -> None:
    common = version.rsplit("-", 1)[0] + "-common"
    with private_apt() as apt:
        apt.download(place / "packages", f"linux-headers-{version}", f"linux-headers-{common}")
    tree = place / "tree"
    for name in (version, common):
        unpack(place / "packages", f"linux-headers-{name}", tree)
    headers = tree / "usr/src" / f"linux-headers-{version}"
    _point(headers, tree, common)
    own = place / "module"
    own.mkdir()
    shutil.copy(_SOURCE, own)
    (own / "Kbuild").write_text(f"obj-m := {_SOURCE.stem}.o\n")
    settings = ("ARCH=arm64", "CROSS_COMPILE=aarch64-linux-gnu-")
    run("make", "-s", "-C", headers, f"M={own}", *settings, "modules", env={"PATH": os.environ["PATH"]})
    run("aarch64-linux-gnu-strip", "--strip-debug", own / f"{_SOURCE.stem}.ko")
    shutil.copyfile(own / f"{_SOURCE.stem}.ko", target.with_suffix(".part"))
    target.with_suffix(".part").rename(target)


def _point(headers: Path, tree: Path, common: str) -> None:
    """The package believes itself installed, and its tools to be programs of the device."""
    makefile = headers / "Makefile"
    makefile.write_text(makefile.read_text().replace("/usr/src/", f"{tree}/usr/src/"))
    tools = sorted(Path("/usr/lib").glob("linux-kbuild-6.1*"))
    if not tools or not (tree / "usr/src" / f"linux-headers-{common}").is_dir():
        raise BenchError("no linux-kbuild-6.1 on this machine, or the kernel's headers are packed otherwise now")
    (tree / "usr/lib").mkdir()
    (tree / "usr/lib/linux-kbuild-6.1").symlink_to(tools[-1])
