"""Small real ext4 file systems, made by mke2fs without root, and an image's two identity files."""

from __future__ import annotations

import subprocess
from pathlib import Path

OLD = "v2.6.0.f457f6d.20260210.1540"
NEW = "v2.7.0.40ee657.20260218.1208"


def make_tree(tree: Path, version: str | None) -> Path:
    """A root file system of that version; None: one that says nothing of itself."""
    (tree / "etc/mender").mkdir(parents=True)
    if version is not None:
        lines = f"Ci4Rail ModuCop 4.0 (scarthgap) \\n \\l\nModucop-CPU01_Standard-Image_{version}\n\n"
        (tree / "etc/issue").write_text(lines)
        (tree / "etc/mender/artifact_info").write_text(f"artifact_name=cpu01-standard-{version}\n")
    return tree


def make_image(image: Path, tree: Path, *options: str, size: str = "2M", kind: str = "ext4") -> Path:
    """A file system in a file, filled from a directory."""
    image.unlink(missing_ok=True)
    command = ["mke2fs", "-q", "-F", "-t", kind, *options, "-d", str(tree), str(image), size]
    subprocess.run(command, check=True, capture_output=True)
    return image
