"""The programs that tests may use: those of Debian's own base and of the packages that this checkout's lists name.

What else is installed on a machine is there by chance, and not on the next one. So tests run with a PATH that leads to
a directory of links to what the lists bring, made from the package database (dpkg-query(1), deb-control(5)). A program
that no list brings is then missing on every machine, not only on a bare one.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
_LISTS: Final = (
    ".ci/apt-packages.txt",
    ".ci/apt-packages-bundle.txt",
    "tests/bench/apt-packages.txt",
    "tests/bench/qemu/apt-packages.txt",
)
_BEFORE_US: Final = frozenset({"git", "make", "python3"})
"""What the README asks of a machine; `.ci/setup` adds the rest."""
_PLACES: Final = ("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin")
_DATABASE: Final = Path("/var/lib/dpkg")
_FIELDS: Final = "${Package}\t${Essential}\t${Priority}\t${Provides}\t${Pre-Depends}, ${Depends}\t${db:Status-Status}\n"


@dataclass(frozen=True, slots=True)
class Package:
    """An installed package. `needs` has a tuple of alternatives for each thing that it depends on."""

    name: str
    base: bool
    provides: frozenset[str]
    needs: tuple[tuple[str, ...], ...]


def parse_packages(answer: str) -> dict[str, Package]:
    """The installed packages by name, from `dpkg-query --showformat` with our fields."""
    packages: dict[str, Package] = {}
    for line in answer.splitlines():
        name, essential, priority, provides, needs, status = line.split("\t")
        if status == "installed":
            base = essential == "yes" or priority == "required"
            wanted = tuple(_names(part, "|") for part in needs.split(",") if part.strip())
            packages[name] = Package(name, base, frozenset(_names(provides, ",")), wanted)
    return packages


def brought(packages: dict[str, Package], named: frozenset[str]) -> frozenset[str]:
    """The base, the named packages, and what they depend on: what apt installs without recommended packages."""
    providers: dict[str, list[str]] = {}
    for package in packages.values():
        for provided in package.provides:
            providers.setdefault(provided, []).append(package.name)
    open_ones = [package.name for package in packages.values() if package.base] + sorted(named & packages.keys())
    found: set[str] = set()
    while open_ones:
        name = open_ones.pop()
        if name not in found:
            found.add(name)
            for alternatives in packages[name].needs:
                open_ones += _chosen(alternatives, packages, providers)
    return frozenset(found)


def _chosen(alternatives: tuple[str, ...], packages: dict[str, Package], providers: dict[str, list[str]]) -> list[str]:
    for name in alternatives:
        if name in packages:
            return [name]
        if name in providers:
            return providers[name]
    return []


def listed(root: Path = ROOT) -> frozenset[str]:
    """The packages that our lists name."""
    texts = [(root / name).read_text() for name in _LISTS]
    return frozenset(word for text in texts for line in text.splitlines() for word in line.partition("#")[0].split())


def programs() -> Path | None:
    """A directory with links to the programs that tests may use; None where there is no package database.

    It is made once for each state of the database and of the lists, and kept in this checkout.
    """
    if not (_DATABASE / "status").is_file() or shutil.which("dpkg-query") is None:
        return None
    named = listed() | _BEFORE_US
    state = f"{(_DATABASE / 'status').stat().st_mtime_ns} {sorted(named)} {Path(__file__).stat().st_mtime_ns}"
    digest = hashlib.sha256(state.encode()).hexdigest()[:16]
    place = ROOT / ".cache" / f"programs-{digest}"
    if not place.is_dir():
        _make(place, named)
    return place


def _make(place: Path, named: frozenset[str]) -> None:
    """Several processes may make it at once; the first that is done counts."""
    answer = subprocess.run(
        ["dpkg-query", "--show", f"--showformat={_FIELDS}"], capture_output=True, text=True, check=True
    ).stdout
    files = _files(brought(parse_packages(answer), named))
    place.parent.mkdir(exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=f"{place.name}.", dir=place.parent))
    for directory in _PLACES:
        for program in sorted(Path(directory).iterdir()) if Path(directory).is_dir() else ():
            link = made / program.name
            if not link.is_symlink() and _real(program) in files:
                link.symlink_to(program)
    made.chmod(0o755)
    try:
        made.rename(place)
    except OSError:
        shutil.rmtree(made, ignore_errors=True)


def _files(names: frozenset[str]) -> frozenset[str]:
    """All files of these packages, by their real places. A list is named NAME.list or NAME:ARCHITECTURE.list."""
    found: set[str] = set()
    for list_file in (_DATABASE / "info").glob("*.list"):
        if list_file.name.removesuffix(".list").partition(":")[0] in names:
            found.update(_real(Path(line)) for line in list_file.read_text().splitlines() if "bin/" in line)
    return frozenset(found)


def _real(path: Path) -> str:
    return os.path.realpath(path)


def _names(text: str, between: str) -> tuple[str, ...]:
    """Package names without versions and architectures: `libc6:any (>= 2.36)` is `libc6`."""
    parts = (re.sub(r"[(:\[<].*", "", part).strip() for part in text.split(between))
    return tuple(part for part in parts if part)
