"""Packages and sources of another processor's Debian, fetched without touching this machine's own apt."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ..packages import RELEASE, run, source_line
from ..places import BenchError, scratch

if TYPE_CHECKING:
    from collections.abc import Iterator

ARCHITECTURE: Final = "arm64"
"""Debian's name of the device's processor."""


class Apt:
    """Apt with lists and a cache of its own, in a directory that goes away."""

    def __init__(self, place: Path, release: str, kind: str) -> None:
        self._place = place
        for name in ("lists/partial", "cache/archives/partial", "found"):
            (place / name).mkdir(parents=True)
        (place / "status").touch()
        (place / "sources.list").write_text(source_line(release, kind))
        self._options = [
            *("-o", f"APT::Architecture={ARCHITECTURE}", "-o", f"APT::Architectures={ARCHITECTURE}"),
            *("-o", f"Dir::Etc::sourcelist={place}/sources.list", "-o", "Dir::Etc::sourceparts=/dev/null"),
            *("-o", f"Dir::State::lists={place}/lists", "-o", f"Dir::State::status={place}/status"),
            *("-o", f"Dir::Cache={place}/cache", "-o", "APT::Sandbox::User=root"),
        ]
        run("apt-get", *self._options, "update")

    def behind(self, name: str) -> str:
        """The package that a package without content of its own stands for."""
        for line in run("apt-cache", *self._options, "depends", name).splitlines():
            if line.strip().startswith("Depends: "):
                return line.split()[1]
        raise BenchError(f"Debian's package {name} for {ARCHITECTURE} depends on nothing")

    def download(self, target: Path, *names: str) -> None:
        """Fetch packages into a new directory ``target``, which is there only when all of them are."""
        self._fetch(target, "download", *names)

    def download_source(self, target: Path, name: str) -> Path:
        """Fetch the files of a source package, not unpacked; its description, which leads to the others."""
        self._fetch(target, "source", "--download-only", name)
        return next(target.glob("*.dsc"))

    def _fetch(self, target: Path, *command: str) -> None:
        found = self._place / "found"
        run("apt-get", *self._options, *command, cwd=found)
        partial = target.with_suffix(".part")
        shutil.rmtree(partial, ignore_errors=True)
        shutil.copytree(found, partial)
        partial.rename(target)


@contextmanager
def private_apt(kind: str = "deb", release: str = RELEASE) -> Iterator[Apt]:
    """Apt for the device's processor; ``kind`` of its source is ``deb`` or ``deb-src``."""
    with tempfile.TemporaryDirectory(prefix="moducop-apt-", dir=scratch()) as work:
        yield Apt(Path(work), release, kind)


def unpack(directory: Path, name: str, target: Path) -> None:
    """Unpack the package in ``directory`` whose file begins with ``name``."""
    files = sorted(directory.glob(f"{name}*.deb"))
    if not files:
        raise BenchError(f"no package {name} in {directory}")
    run("dpkg-deb", "-x", files[0], target)
