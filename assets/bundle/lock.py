"""Writes the lock file anew: `python -m assets.bundle.lock`. The one place where versions of wheels are chosen.

A pure wheel is taken where there is one, so that both architectures carry the same bytes.
"""

from __future__ import annotations

import json
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Any

from assets.bundle.architectures import ALL, Architecture
from assets.bundle.commit import ROOT
from assets.bundle.problem import BuildError, run
from assets.bundle.wheels import LOCK, PYTHON, normal

_HEAD = """\
# The wheels that a bundle carries, by digest. `python -m assets.bundle.lock` writes this file.
# The journal's binding is not here: Debian has it compiled for its Python, PyPI has only its source.
"""


def main() -> int:
    """Ask PyPI for the newest versions that fit what the project demands, and write them down."""
    wanted: list[str] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    try:
        LOCK.write_text(_HEAD + "".join(f"{line}\n" for line in _lines(wanted)))
    except BuildError as error:
        sys.stderr.write(f"bundle: {error}\n")
        return 1
    return 0


def _lines(wanted: list[str]) -> list[str]:
    by_architecture = [_resolved(wanted, one) for one in ALL]
    versions = [{name: version for name, (version, _) in found.items()} for found in by_architecture]
    if any(one != versions[0] for one in versions):
        raise BuildError(f"PyPI has different versions for {' and '.join(one.name for one in ALL)}.")
    lines = []
    for name, version in sorted(versions[0].items()):
        pure = _pure(name, version)
        digests = {pure} if pure else {found[name][1] for found in by_architecture}
        lines.append(" ".join([f"{name}=={version}", *(f"--hash=sha256:{digest}" for digest in sorted(digests))]))
    return lines


def _resolved(wanted: list[str], architecture: Architecture) -> dict[str, tuple[str, str]]:
    """Version and digest by name of all that is needed on an architecture."""
    platforms = [word for platform in architecture.wheels for word in ("--platform", platform)]
    return _report([*platforms, *wanted])


def _pure(name: str, version: str) -> str | None:
    """The digest of a wheel that fits every architecture, if there is one."""
    try:
        return _report(["--no-deps", "--platform", "any", "--abi", "none", f"{name}=={version}"])[name][1]
    except BuildError:
        return None


def _report(words: list[str]) -> dict[str, tuple[str, str]]:
    with tempfile.TemporaryDirectory() as work:
        report = Path(work) / "report.json"
        run(
            [*(sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "install", "--dry-run"),
             *("--ignore-installed", "--only-binary=:all:", "--python-version", PYTHON),
             *("--target", work, "--report", report), *words],
        )  # fmt: skip
        told: dict[str, Any] = json.loads(report.read_text())
    return {
        normal(one["metadata"]["name"]): (
            one["metadata"]["version"],
            one["download_info"]["archive_info"]["hashes"]["sha256"],
        )
        for one in told["install"]
    }


if __name__ == "__main__":
    sys.exit(main())
