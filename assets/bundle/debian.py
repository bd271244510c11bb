"""Downloads Debian's packages for any architecture, through an apt whose state is its own.

The machine's own lists, cache and packages stay as they are. What apt fetches is verified by Debian's signatures.
"""

from __future__ import annotations

import shlex
import time
from collections.abc import Sequence
from pathlib import Path

from assets.bundle.architectures import Architecture
from assets.bundle.package import Package, sha256
from assets.bundle.problem import BuildError, run

RELEASE = "bookworm"
"""Debian 12, whose Python is 3.11."""
_FRESH = 600
"""Seconds for which lists are not asked for again: the bundles of one release are made of the same packages."""
_KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")


class Archive:
    """Debian's archive as one architecture sees it. `place` is a directory that is kept between builds."""

    def __init__(self, architecture: Architecture, place: Path) -> None:
        self._place = place / f"apt-{architecture.debian}"
        for name in ("state/lists/partial", "cache/archives/partial", "packages", "nothing"):
            (self._place / name).mkdir(parents=True, exist_ok=True)
        (self._place / "sources.list").write_text(_sources())
        # A file of its own, because a machine's own configuration may add architectures, which no option takes away.
        configuration = self._place / "apt.conf"
        configuration.write_text(_configuration(architecture, self._place))
        self._environment = {"APT_CONFIG": str(configuration)}

    def update(self) -> None:
        """Have the lists of a few minutes ago at most, signatures checked. Raises BuildError."""
        stamp = self._place / "updated"
        if not stamp.exists() or not 0 <= time.time() - stamp.stat().st_mtime < _FRESH:
            self._apt("update")
            stamp.touch()

    def fetch(self, names: Sequence[str]) -> list[Package]:
        """The newest versions of packages, without what they depend on. Raises BuildError."""
        # Of files that lie where it stands apt tells nothing.
        told = self._apt("download", "--print-uris", *names, directory="nothing")
        digests = {}
        for line in told.splitlines():
            _, name, _, digest = shlex.split(line)
            digests[self._place / "packages" / name] = digest.removeprefix("SHA256:")
        missing = [file for file, digest in digests.items() if not _is(file, digest)]
        if missing:
            self._apt("download", *(file.name.split("_")[0] for file in missing))
        return [_package(file, digest) for file, digest in digests.items()]

    def _apt(self, *words: str, directory: str = "packages") -> str:
        return run(["apt-get", "-q", "-q", *words], directory=self._place / directory, environment=self._environment)


def _is(file: Path, digest: str) -> bool:
    return file.exists() and sha256(file) == digest


def _package(file: Path, digest: str) -> Package:
    if not _is(file, digest):
        raise BuildError(f"{file.name} has changed in the archive while it was fetched. Build again.")
    told = run(["dpkg-deb", "-f", file, "Package", "Version", "Source"])
    fields = dict(line.split(": ", 1) for line in told.splitlines())
    return Package("debian", fields["Package"], fields["Version"], file, digest, _source(fields))


def _source(fields: dict[str, str]) -> str:
    """Name and version of the source package, such as `python3.11 3.11.2-6+deb12u6`."""
    name, _, version = fields.get("Source", fields["Package"]).partition(" ")
    return f"{name} {version.strip('()') or fields['Version']}"


def _configuration(architecture: Architecture, place: Path) -> str:
    return f"""\
#clear APT::Architectures;
APT::Architecture "{architecture.debian}";
APT::Architectures {{ "{architecture.debian}"; }};
APT::Sandbox::User "root";
Acquire::Languages "none";
Dir::State "{place}/state";
Dir::State::status "/dev/null";
Dir::Cache "{place}/cache";
Dir::Etc::sourcelist "{place}/sources.list";
Dir::Etc::sourceparts "/dev/null";
"""


def _sources() -> str:
    """Debian's archives at the places where this machine takes its own packages from."""
    wanted = ("--format", "$(LABEL) $(REPO_URI)", "Identifier: Packages", "Origin: Debian", "Component: main")
    places = {label: place for label, _, place in (line.partition(" ") for line in _lines("indextargets", *wanted))}
    if not {"Debian", "Debian-Security"} <= places.keys():
        raise BuildError(
            "This machine's apt knows not both of Debian's archives, the release's and that of its security updates. "
            "Run apt-get update, or build on Debian."
        )
    key = f"[signed-by={_KEYRING}] " if _KEYRING.exists() else ""
    suites = (("Debian", RELEASE), ("Debian", f"{RELEASE}-updates"), ("Debian-Security", f"{RELEASE}-security"))
    return "".join(f"deb {key}{places[label]} {suite} main\n" for label, suite in suites)


def _lines(*words: str) -> list[str]:
    return [line for line in run(["apt-get", *words]).splitlines() if line]


def unpack(packages: Sequence[Package], place: Path) -> None:
    """Lay the files of packages into a directory, as dpkg would below `/`; no script of theirs runs."""
    for package in packages:
        run(["dpkg-deb", "-x", package.file, place])
