"""The directory that an update module works in (transcripts misc40 e, misc51 e)."""

from __future__ import annotations

import os
import shutil

from . import places
from .artifact import Header
from .memory import Memory


def make_tree(header: Header, memory: Memory) -> None:
    """A new one in the place of whatever was there, also of another client's that is still at work (cpp51 L)."""
    remove_tree()
    provides = memory.provides()
    files = {
        "version": b"3\n",
        "current_artifact_name": provides.get("artifact_name", "").encode() + b"\n",
        "current_artifact_group": provides.get("artifact_group", "").encode() + b"\n",
        "current_device_type": places.DEVICE_TYPE.read_text().removeprefix("device_type=").encode(),
        "header/artifact_name": header.name.encode() + b"\n",
        "header/artifact_group": header.group.encode() + b"\n",
        "header/payload_type": (header.payload_type or "").encode() + b"\n",
        **{f"header/{name}": content for name, content in header.files.items()},
    }
    ensure_tree()
    for name, content in files.items():
        path = places.TREE / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)


def ensure_tree() -> None:
    """A module that is called after a reboot finds its directories, even when they were lost."""
    (places.TREE / "tmp").mkdir(parents=True, exist_ok=True)


def remove_tree() -> None:
    """Nothing of the update stays but the directories above (transcript cpp51 A)."""
    shutil.rmtree(places.TREE, ignore_errors=True)


def make_stream(name: str) -> str:
    """A fifo in the tree; its path there."""
    path = places.TREE / name
    path.parent.mkdir(exist_ok=True)
    path.unlink(missing_ok=True)
    os.mkfifo(path, 0o600)
    return name
