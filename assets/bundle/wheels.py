"""Wheels: those of PyPI whose bytes the lock file names, and our own, built from the checkout."""

from __future__ import annotations

import re
import sys
import tempfile
import zipfile
from pathlib import Path

from assets.bundle.architectures import Architecture
from assets.bundle.commit import ROOT, Commit
from assets.bundle.package import Package, sha256
from assets.bundle.problem import BuildError, run

LOCK = Path(__file__).parent / "wheels.lock"
"""Names, versions and digests, as pip takes them."""
PYTHON = "3.11"
_LINE = re.compile(r"^(?P<name>[a-z0-9-]+)==(?P<version>\S+)(?P<hashes>( --hash=sha256:[0-9a-f]{64})+)$")


def locked(text: str) -> dict[str, tuple[str, frozenset[str]]]:
    """The wheels of a lock file: version and digests by name. Raises BuildError for a line of another form."""
    found = {}
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        parts = _LINE.match(line)
        if parts is None:
            raise BuildError(f"{LOCK.name} has a line that is no locked wheel: {line}")
        found[parts["name"]] = (parts["version"], frozenset(re.findall(r"sha256:(\w+)", parts["hashes"])))
    return found


def fetch(architecture: Architecture, place: Path) -> list[Package]:
    """The locked wheels for one architecture; `place` is kept between builds. Raises BuildError."""
    wanted = locked(LOCK.read_text())
    directory = place / f"wheels-{architecture.name}"
    directory.mkdir(parents=True, exist_ok=True)
    found = _matching(wanted, directory)
    if len(found) < len(wanted):
        for_it = [word for platform in architecture.wheels for word in ("--platform", platform)]
        run(
            [*(sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "download"),
             *("--no-deps", "--require-hashes", "--only-binary=:all:", "--python-version", PYTHON),
             *for_it, "--dest", directory, "--requirement", LOCK],
        )  # fmt: skip
        found = _matching(wanted, directory)
    missing = wanted.keys() - {one.name for one in found}
    if missing:
        raise BuildError(f"No locked wheel for {architecture.name} was found of {', '.join(sorted(missing))}.")
    return sorted(found, key=lambda one: one.name)


def _matching(wanted: dict[str, tuple[str, frozenset[str]]], directory: Path) -> list[Package]:
    """The wheels of a directory whose bytes are the locked ones."""
    found = []
    for file in sorted(directory.glob("*.whl")):
        name = normal(file.name.split("-")[0])
        version, hashes = wanted.get(name, ("", frozenset()))
        digest = sha256(file)
        if digest in hashes:
            found.append(Package("pypi", name, version, file, digest))
    return found


def normal(name: str) -> str:
    """A project's name as PyPI writes it when it compares names."""
    return re.sub(r"[-_.]+", "-", name).lower()


def build_own(commit: Commit, place: Path) -> Package:
    """The wheel of this checkout, every file of which bears the commit's time."""
    with tempfile.TemporaryDirectory(dir=place) as work:
        run(
            [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", work],
            directory=ROOT,
            environment={"SOURCE_DATE_EPOCH": str(commit.time)},
        )
        built = next(Path(work).glob("*.whl"))
        target = place / built.name
        built.replace(target)
    return Package("moducop-tui", "moducop-tui", commit.version, target, sha256(target))


def unpack(wheel: Package, place: Path) -> None:
    """Lay a wheel's modules into a directory. Of what it says of itself only METADATA and its licences are taken."""
    with zipfile.ZipFile(wheel.file) as packed:
        for name in packed.namelist():
            parts = Path(name).parts
            if parts[0].endswith(".data"):
                raise BuildError(
                    f"{wheel.file.name} has files for other places ({name}), which a bundle does not know."
                )
            about_itself = parts[0].endswith(".dist-info")
            if name.endswith("/") or (about_itself and not (parts[-1] == "METADATA" or is_licence(parts))):
                continue
            packed.extract(name, place)


def is_licence(parts: tuple[str, ...]) -> bool:
    """Whether a file of a wheel's `.dist-info` is a licence or a notice that goes with one."""
    return parts[1] == "licenses" or parts[-1].upper().startswith(("LICEN", "COPYING", "NOTICE", "AUTHORS"))
