"""What stops a build, in a sentence, and the one way in which a build runs a tool."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

_TOLD = 15
"""Last lines of a tool that are shown when it fails."""


class BuildError(Exception):
    """A bundle that can't be built; its text is a sentence."""


def run(
    argv: Sequence[str | Path], *, directory: Path | None = None, environment: Mapping[str, str] | None = None
) -> str:
    """Run a tool to its end and return what it printed. Raises BuildError, with the tool's last lines."""
    full = {**os.environ, "LC_ALL": "C.UTF-8", **(environment or {})}
    try:
        done = subprocess.run(
            list(map(str, argv)), cwd=directory, env=full, capture_output=True, text=True, errors="replace", check=False
        )
    except FileNotFoundError as error:
        raise BuildError(f"{argv[0]} is not installed. `.ci/setup bundle` installs what a build needs.") from error
    if done.returncode:
        tail = "\n".join((done.stdout + done.stderr).splitlines()[-_TOLD:])
        raise BuildError(f"{' '.join(map(str, argv[:4]))} failed with {done.returncode}:\n{tail}")
    return done.stdout
