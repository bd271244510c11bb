"""`python -m assets.bundle`: the bundles for aarch64 and x86_64, or for those that are named, into dist/."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from assets.bundle import architectures
from assets.bundle.build import build
from assets.bundle.commit import ROOT, this_commit
from assets.bundle.package import sha256
from assets.bundle.problem import BuildError


def main(argv: Sequence[str] | None = None) -> int:
    """Build, say what was built with its size and digest, and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m assets.bundle", description=__doc__)
    parser.add_argument("architectures", nargs="*", metavar="ARCHITECTURE", help="aarch64, x86_64 (both)")
    parser.add_argument("--directory", type=Path, default=ROOT / "dist", help="where the files go (dist)")
    arguments = parser.parse_args(argv)
    try:
        wanted = [architectures.named(name) for name in arguments.architectures] or architectures.ALL
        commit = this_commit()
        for architecture in wanted:
            built = build(architecture, commit, arguments.directory, lambda text: _say(f"bundle: {text}"))
            _say(f"bundle: {built}  {built.stat().st_size / 1e6:.1f} MB  sha256 {sha256(built)}")
    except BuildError as error:
        _say(f"bundle: {error}")
        return 1
    return 0


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")


if __name__ == "__main__":
    sys.exit(main())
