"""Mender artifacts, written by the real tool."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from .packages import run
from .tree import DEVICE_TYPE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def rootfs_artifact(
    place: Path, *, name: str, files: Mapping[str, str], device_type: str = DEVICE_TYPE, mebibytes: int = 16
) -> Path:
    """An artifact in the directory ``place`` whose payload is a small ext4 with these files; its path."""
    target = place / f"{name}.mender"
    with tempfile.TemporaryDirectory(dir=place) as work:
        tree = Path(work) / "tree"
        tree.mkdir()
        for path, text in files.items():
            file = tree / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        payload = Path(work) / "payload.ext4"
        run("mke2fs", "-q", "-F", "-t", "ext4", "-L", "payload", "-d", tree, payload, f"{mebibytes}M")
        write_rootfs_artifact(target, name=name, payload=payload, device_type=device_type)
    return target


def write_rootfs_artifact(
    target: Path, *, name: str, payload: Path, device_type: str = DEVICE_TYPE, options: Sequence[str | Path] = ()
) -> None:
    """An artifact of a whole file system image; ``options`` are more of ``mender-artifact``'s own."""
    named = ("-t", device_type, "-n", name, "-f", payload, "-o", target)
    run("mender-artifact", "write", "rootfs-image", *named, *options)
