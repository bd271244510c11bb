"""Gathers the licences of all that a bundle carries, one directory a package."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from assets.bundle.commit import ROOT
from assets.bundle.interpreter import SITE
from assets.bundle.package import Package
from assets.bundle.problem import BuildError
from assets.bundle.wheels import is_licence, normal

PLACE = "licences"


def gather(packages: Sequence[Package], unpacked: Path, target: Path) -> None:
    """Fill `target`/licences from Debian's unpacked packages, from the wheels in `target`, and from the checkout."""
    for package in packages:
        place = target / PLACE / package.name
        place.mkdir(parents=True)
        match package.origin:
            case "debian":
                shutil.copyfile(_copyright(unpacked, package.name), place / "copyright")
            case "pypi":
                _take(target, package.name, place)
            case _:
                shutil.copyfile(ROOT / "LICENSE", place / "LICENSE")
                _take(target, package.name, place)


def _copyright(unpacked: Path, name: str) -> Path:
    """Debian's file about a package's authors and licences. Its directory may be a link to another package's."""
    found = unpacked / "usr/share/doc" / name / "copyright"
    if not found.exists():
        raise BuildError(f"Debian's package {name} has no file about its licence.")
    return found


def _take(target: Path, name: str, place: Path) -> None:
    """Move a wheel's own licences there; where it has none, what its METADATA says is all there is, and stays."""
    for about in sorted((target / SITE).glob("*.dist-info")):
        if normal(about.name.split("-")[0]) != name:
            continue
        for path in sorted(about.rglob("*")):
            inside = path.relative_to(about.parent)
            if path.is_file() and path.name != "METADATA" and is_licence(inside.parts):
                path.replace(place / path.name)
        if not any(place.iterdir()):
            shutil.copyfile(about / "METADATA", place / "METADATA")
        shutil.rmtree(about / "licenses", ignore_errors=True)
