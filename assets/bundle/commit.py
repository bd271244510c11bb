"""What is built: the checkout's version, its commit, and the one time that every file of a bundle bears."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from assets.bundle.problem import BuildError, run

ROOT = Path(__file__).resolve().parents[2]
"""The checkout."""


@dataclass(frozen=True, slots=True)
class Commit:
    """`time` in seconds since 1970; `changed` when the checkout differs from the commit; `name` None outside of git."""

    version: str
    name: str | None
    changed: bool
    time: int


def this_commit(root: Path = ROOT) -> Commit:
    """The checkout as it stands. SOURCE_DATE_EPOCH takes the place of the commit's time. Raises BuildError."""
    version = _version(root)
    given = os.environ.get("SOURCE_DATE_EPOCH")
    if given is not None and not given.isdecimal():
        raise BuildError(f"SOURCE_DATE_EPOCH must be seconds since 1970, not '{given}'.")
    if not (root / ".git").exists():
        if given is None:
            raise BuildError("Outside of a git checkout SOURCE_DATE_EPOCH must say which time the files bear.")
        return Commit(version, None, changed=False, time=int(given))
    git = ("git", "-c", f"safe.directory={root}", "-C", root)
    name, time = run([*git, "log", "-1", "--format=%H %ct"]).split()
    changed = bool(run([*git, "status", "--porcelain", "--", "moducop_tui", "assets", "pyproject.toml"]).strip())
    return Commit(version, name, changed, int(given or time))


def _version(root: Path) -> str:
    for line in (root / "moducop_tui/__init__.py").read_text().splitlines():
        if line.startswith("__version__"):
            return line.split('"')[1]
    raise BuildError("moducop_tui/__init__.py does not say the version.")
