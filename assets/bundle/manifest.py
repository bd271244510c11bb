"""What a bundle says of itself: every package with its version and digest, and the digest of every file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from assets.bundle.architectures import Architecture
from assets.bundle.commit import Commit
from assets.bundle.elf import demanded_glibc
from assets.bundle.package import Package, sha256

MANIFEST = "manifest.json"
SUMS = "SHA256SUMS"
FACTS = "bundle.txt"
"""The few facts that the installer, a shell script, needs: one `NAME=value` a line, `EXECUTABLE` for each program."""
_BLOCK = 4096
_ENTRY = 12
"""Bytes of a directory's entry beside its name, at most: ext4 rounds the whole up to a multiple of four."""


def write(packages: Sequence[Package], architecture: Architecture, commit: Commit, target: Path) -> None:
    """Write the manifest, the facts and, last, the digests of all files into a finished tree."""
    glibc = ".".join(map(str, demanded_glibc(target)))
    about = {
        "product": "moducop-tui",
        "version": commit.version,
        "commit": commit.name,
        "changed_since_commit": commit.changed,
        "time": commit.time,
        "architecture": architecture.name,
        "glibc": glibc,
        "packages": [_told(one) for one in packages],
    }
    (target / MANIFEST).write_text(json.dumps(about, indent=1) + "\n")
    facts = {"VERSION": commit.version, "ARCHITECTURE": architecture.name, "GLIBC": glibc, "SIZE": _kibibytes(target)}
    told = [*facts.items(), *(("EXECUTABLE", path.relative_to(target)) for path in files(target) if _is_program(path))]
    (target / FACTS).write_text("".join(f"{name}={value}\n" for name, value in told))
    lines = [f"{sha256(path)}  {path.relative_to(target)}\n" for path in files(target)]
    (target / SUMS).write_text("".join(lines))


def files(root: Path) -> list[Path]:
    """All files of a tree in the order of their paths."""
    return sorted(path for path in root.rglob("*") if path.is_file())


def _is_program(path: Path) -> bool:
    return bool(path.stat().st_mode & 0o100)


def _kibibytes(root: Path) -> int:
    """The room that a tree takes on a file system with blocks of 4 KiB.

    A directory's is told by the names in it: what the file system says of its size depends on where they came to lie.
    """
    return sum(-(-_bytes(path) // _BLOCK) for path in root.rglob("*")) * _BLOCK // 1024


def _bytes(path: Path) -> int:
    return sum(_ENTRY + len(one.name) for one in path.iterdir()) if path.is_dir() else path.stat().st_size


def _told(package: Package) -> dict[str, str]:
    told = {"name": package.name, "version": package.version, "origin": package.origin, "sha256": package.sha256}
    return {**told, "source": package.source} if package.source else told
