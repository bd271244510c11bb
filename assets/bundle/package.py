"""One package of those that a bundle is made of, as its manifest tells of it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Package:
    """`origin` is `debian`, `pypi` or `moducop-tui`; `source` the Debian source package and its version."""

    origin: str
    name: str
    version: str
    file: Path
    sha256: str
    source: str | None = None


def sha256(path: Path) -> str:
    """The digest of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
