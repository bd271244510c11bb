"""What compiled files demand of the device, read with readelf, which knows every architecture."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from assets.bundle.problem import run

_MAGIC = b"\x7fELF"


@dataclass(frozen=True, slots=True)
class Elf:
    """`needed` are the libraries it asks for; `runpath` where it looks first; `versions` what it wants of glibc."""

    machine: str
    soname: str | None
    needed: tuple[str, ...]
    runpath: str | None
    rpath: str | None
    interpreter: str | None
    versions: frozenset[tuple[int, ...]]

    @property
    def glibc(self) -> tuple[int, ...]:
        """The oldest glibc that it works with, such as (2, 36)."""
        return max(self.versions, default=(2, 0))


def is_elf(path: Path) -> bool:
    """Whether a file is a compiled program or library."""
    if path.is_symlink() or not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(len(_MAGIC)) == _MAGIC


def elf_files(root: Path) -> list[Path]:
    """All compiled files of a tree, sorted."""
    return sorted(path for path in root.rglob("*") if is_elf(path))


def read(path: Path) -> Elf:
    """The facts of a compiled file. Raises BuildError."""
    told = run(["readelf", "--wide", "--file-header", "--dynamic", "--program-headers", "--version-info", path])
    machine = re.search(r"^\s*Machine:\s*(.*)$", told, re.MULTILINE)
    return Elf(
        machine=machine[1] if machine else "",
        soname=_one(r"\(SONAME\).*\[(.*)\]", told),
        needed=tuple(re.findall(r"\(NEEDED\).*\[(.*)\]", told)),
        runpath=_one(r"\(RUNPATH\).*\[(.*)\]", told),
        rpath=_one(r"\(RPATH\).*\[(.*)\]", told),
        interpreter=_one(r"Requesting program interpreter: (.*)\]", told),
        versions=frozenset(tuple(map(int, one.split("."))) for one in re.findall(r"Name: GLIBC_([0-9.]+)", told)),
    )


def _one(pattern: str, text: str) -> str | None:
    found = re.search(pattern, text)
    return found[1] if found else None


def demanded_glibc(root: Path) -> tuple[int, ...]:
    """The oldest glibc that everything in a tree works with. Raises BuildError."""
    return max((read(path).glibc for path in elf_files(root)), default=(2, 0))


def look_in(path: Path, libraries: Path) -> None:
    """Have a compiled file find libraries in a directory of the same tree, wherever the tree lies. Raises BuildError.

    RUNPATH, not RPATH: it does not reach over to what the device's own libraries load. And never LD_LIBRARY_PATH, which
    every command that the console runs would inherit.
    """
    steps = os.path.relpath(libraries, path.parent)
    run(["patchelf", "--set-rpath", "$ORIGIN" if steps == "." else f"$ORIGIN/{steps}", path])
