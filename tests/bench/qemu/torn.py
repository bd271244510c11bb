"""A disk with the volatile cache of an eMMC: at a power cut what was not flushed is there, or not, sector by sector.

What it models: a write that the device's kernel was told of as done lies in the cache until the kernel flushes it. At
a cut each sector that was written since the last flush holds, by chance, what it held at that flush or any one of the
things that were written to it since: writes get lost, change places and are torn between two sectors. Never within
one, since a flash page is written whole; and what was flushed stays. What U-Boot writes, and what is written before the
kernel's first flush, lasts at once: nobody has switched the cache on by then.
"""

from __future__ import annotations

import json
import random
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from ..image import copy_sparse
from ..packages import run
from ..partitions import MIB, SECTOR
from . import writelog

_DOOR_START: Final = 4 * MIB
"""Where the door lies on the disk: nothing is kept there. It is only knocked at, never opened."""


@dataclass(frozen=True, slots=True)
class Loss:
    """What a cut took: sectors that were in the cache, and how many of them do not hold what was written last."""

    cached: int
    lost: int
    flushes: int


class TornDisk:
    """The disk of one device, in its directory; ``chance`` decides what a cut leaves of the cache."""

    def __init__(self, place: Path, below: Path, chance: random.Random) -> None:
        self._lasting = place / "lasting.img"
        self._layer = place / "running.qcow2"
        self._log = place / "writes.log"
        self._chance = chance
        self.losses: list[Loss] = []
        """What each cut took, oldest first."""
        copy_sparse(below, self._lasting)

    def plug(self) -> tuple[str, ...]:
        """QEMU's words. Whatever the device wrote before it went off in order is lasting by now."""
        self._apply(None)
        run("qemu-img", "create", "-q", "-f", "qcow2", "-b", self._lasting, "-F", "raw", self._layer)
        self._log.write_bytes(b"")
        unflushed = {"no-flush": True}  # of the host's own caches, whose power stays
        running = {"driver": "file", "filename": str(self._layer), "cache": unflushed}
        log = {"driver": "file", "filename": str(self._log), "cache": unflushed}
        disk = {
            "driver": "blklogwrites",
            "node-name": "disk",
            "log-sector-size": SECTOR,
            "file": {"driver": "qcow2", "file": running, "cache": unflushed},
            "log": {"driver": "raw", "file": log, "cache": unflushed},
        }
        door = {"driver": "raw", "node-name": "door", "file": "disk", "offset": _DOOR_START, "size": MIB}
        return (
            *("-blockdev", json.dumps(disk), "-blockdev", json.dumps(door)),
            *("-device", "virtio-blk-device,drive=door,share-rw=on"),
        )

    def cut(self) -> None:
        """Keep what is flushed, and of the rest what chance leaves."""
        self._apply(self._chance)

    def close(self) -> None:
        """Take it away."""
        for path in (self._lasting, self._layer, self._log):
            path.unlink(missing_ok=True)

    def _apply(self, chance: random.Random | None) -> None:
        if not self._log.exists():
            return
        with self._lasting.open("r+b") as disk:
            cached: dict[int, list[bytes]] = defaultdict(list)
            flushes = 0
            for entry in writelog.entries(self._log):
                if entry.flush:
                    flushes += 1
                    _settle(disk, cached)
                if flushes == 0 or entry.lasting or chance is None:
                    disk.seek(entry.offset)
                    disk.write(entry.data)
                    continue
                for at in range(0, len(entry.data), SECTOR):
                    cached[entry.offset + at].append(entry.data[at : at + SECTOR])
            if chance is not None:
                self.losses.append(Loss(len(cached), _tear(disk, cached, chance), flushes))
        self._log.unlink()
        self._layer.unlink()


def _settle(disk: BinaryIO, cached: dict[int, list[bytes]]) -> None:
    for offset in sorted(cached):
        disk.seek(offset)
        disk.write(cached[offset][-1])
    cached.clear()


def _tear(disk: BinaryIO, cached: dict[int, list[bytes]], chance: random.Random) -> int:
    """Let each sector hold one of the things that it held; how many do not hold the newest."""
    lost = 0
    for offset in sorted(cached):
        versions = cached[offset]
        kept = chance.randint(0, len(versions))  # 0: what it held before them
        if kept:
            disk.seek(offset)
            disk.write(versions[kept - 1])
        lost += kept < len(versions)
    return lost
