"""Puts together a Python that works wherever its directory lies: Debian's files in another order."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from assets.bundle import debian, elf
from assets.bundle.architectures import Architecture
from assets.bundle.contents import INTERPRETER, LIBRARIES, PACKAGES, is_left_out
from assets.bundle.package import Package
from assets.bundle.problem import BuildError

BINARY = "bin/python3"
LIBRARY = "lib"
STANDARD = f"lib/{INTERPRETER}"
SITE = f"{STANDARD}/dist-packages"
"""Where Debian's Python looks for packages, below its prefix."""
_DYNAMIC = f"{STANDARD}/lib-dynload"


def fetch(architecture: Architecture, place: Path) -> list[Package]:
    """Debian's packages for one architecture; `place` is kept between builds. Raises BuildError."""
    archive = debian.Archive(architecture, place)
    archive.update()
    return archive.fetch(PACKAGES)


def assemble(packages: Sequence[Package], architecture: Architecture, unpacked: Path, target: Path) -> None:
    """Fill `target` with a Python; `unpacked` is an empty directory that holds the packages' files afterwards."""
    debian.unpack(packages, unpacked)
    (target / "bin").mkdir(parents=True)
    (target / LIBRARY).mkdir()
    shutil.copyfile(unpacked / "usr/bin" / INTERPRETER, target / BINARY)
    (target / BINARY).chmod(0o755)
    for name in LIBRARIES:
        shutil.copyfile(_library(unpacked, architecture, name), target / LIBRARY / name)
    _copy_modules(unpacked / "usr/lib" / INTERPRETER, target / STANDARD)
    _copy_modules(unpacked / "usr/lib/python3/dist-packages/systemd", target / SITE / "systemd", everything=True)
    _connect(target)


def _library(unpacked: Path, architecture: Architecture, name: str) -> Path:
    """A library's file, which Debian has below /lib or /usr/lib, behind a link."""
    for directory in ("lib", "usr/lib"):
        found = unpacked / directory / architecture.libraries / name
        if found.exists():
            return found
    raise BuildError(f"Debian's packages have no {name} for {architecture.name}.")


def _copy_modules(source: Path, target: Path, *, everything: bool = False) -> None:
    for path in sorted(source.rglob("*")):
        inside = path.relative_to(source)
        # A link leads out of the package, to the machine's own settings.
        if path.is_symlink() or not path.is_file() or "__pycache__" in inside.parts:
            continue
        if everything and "test" in inside.parts:
            continue
        if everything or not is_left_out(str(inside)):
            (target / inside).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target / inside)


def _connect(target: Path) -> None:
    """Have all that asks for a carried library find it in the tree."""
    for path in elf.elf_files(target):
        if set(elf.read(path).needed) & set(LIBRARIES):
            elf.look_in(path, target / LIBRARY)
