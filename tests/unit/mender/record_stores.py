"""Makes the recorded stores with the real LMDB library: `pip install lmdb`, then run it in this directory.

Stores whose name begins with `go34` were written by Debian's mender-client 3.4.0 itself (`show-artifact`, `install` and
`commit` of a `directory` artifact); the values of the others are those of the real C++ clients.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import lmdb

HERE = Path(__file__).parent / "recorded"
VERSION = "cpu01-standard-v2.7.0.40ee657.20260218.1208"
CHECKSUM = "f13ead66b62e4e1390099643c32f357451b661dc1d1861f66e14181ea13e462e"
PROVIDES = {"rootfs-image.version": VERSION, "rootfs-image.checksum": CHECKSUM}
CLEARS = ["artifact_group", "rootfs_image_checksum", "rootfs-image.*"]


def state(version: int, in_state: str | None = None) -> bytes:
    """A `standalone-state` as 4.0 (1) and 5.1 (2) write it."""
    value: dict[str, object] = {"Version": version, "ArtifactName": VERSION, "ArtifactGroup": ""}
    value |= {"PayloadTypes": ["rootfs-image"], "ArtifactTypeInfoProvides": PROVIDES, "ArtifactClearsProvides": CLEARS}
    if in_state is not None:
        value |= {"InState": in_state, "Failed": False, "RolledBack": False}
    return json.dumps(value, separators=(",", ":")).encode()


Steps = list[dict[bytes, bytes | None]]
"""Transactions one after the other: what each writes, None for what it deletes."""

STORES: dict[str, Steps] = {
    "cpp40-pending": [{b"artifact-name": b"unknown"}, {b"standalone-state": state(1)}],
    "cpp51-pending": [
        {b"artifact-name": b"unknown"},
        {b"standalone-state": state(2, "ArtifactInstall_Enter")},
        {b"standalone-state": state(2, "Before_ArtifactCommit_Enter")},
    ],
    "cpp51-committed": [
        {b"artifact-name": b"unknown", b"standalone-state": state(2, "Before_ArtifactCommit_Enter")},
        {
            b"artifact-name": VERSION.encode(),
            b"artifact-provides": json.dumps(PROVIDES, separators=(",", ":")).encode(),
            b"standalone-state": None,
        },
    ],
    "trailing-nul": [{b"artifact-name\0": b"gpx-logger-1.4.0\0", b"standalone-state\0": state(1) + b"\0"}],
    "deployment": [{b"artifact-name": b"x"}, {b"state": b'{"Version":2,"Name":"update-store"}'}],
    "large": [{b"artifact-name": b"x", b"artifact-provides": b'{"big":"' + b"y" * 20000 + b'"}'}],
    "many": [dict[bytes, bytes | None]({b"key-%04d" % number: b"value %d" % number * 3 for number in range(600)})],
    "deep": [{bytes([65 + number // 2, 65 + number % 2]) * 250: str(number).encode() for number in range(50)}],
    "deleted": [
        {b"key-%03d" % number: b"z" * 100 for number in range(120)},
        {b"key-%03d" % number: None for number in range(120) if number % 3},
    ],
}


def write(path: Path, steps: Steps) -> None:
    """Play the transactions into a fresh store."""
    with lmdb.open(str(path), subdir=False, lock=False, map_size=1 << 20) as environment:
        for step in steps:
            with environment.begin(write=True) as transaction:
                for key, value in step.items():
                    put: Callable[..., object] = transaction.put
                    transaction.delete(key) if value is None else put(key, value)


if __name__ == "__main__":
    for name, steps in STORES.items():
        target = HERE / f"{name}.store"
        target.unlink(missing_ok=True)
        write(target, steps)
