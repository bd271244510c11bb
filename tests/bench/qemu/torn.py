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
import shutil
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from ..packages import run
from ..partitions import MIB, SECTOR
from . import writelog
from .medium import Kept, Medium
from .volatile import Cache

_DOOR_START: Final = 4 * MIB
"""Where the door lies on the disk: nothing is kept there. It is only knocked at, never opened."""


@dataclass(frozen=True, slots=True)
class Loss:
    """What a cut took: sectors that were in the cache, and how many of them do not hold what was written last."""

    cached: int
    lost: int
    flushes: int


@dataclass(frozen=True, slots=True)
class _State:
    """The disk of a saved device: what lasts of it, what lies in its cache, and QEMU's own view with the memory."""

    lasting: Kept
    cache: Cache
    layer: Path


class TornDisk:
    """The disk of one device, in its directory; ``chance`` decides what a cut leaves of the cache."""

    node: Final = "layer"

    def __init__(self, place: Path, below: Path, chance: random.Random) -> None:
        self.chance = chance
        self.losses: list[Loss] = []
        """What each cut took, oldest first."""
        self.medium = Medium(place / "lasting.img", below)
        self._place = place
        self._layer = place / "running.qcow2"
        self._log = place / "writes.log"
        self._cache = Cache(self.medium)
        self._states: dict[str, _State] = {}
        self._taken = 0
        """How many entries of the log the cache has taken already."""
        self._is_ready = False
        """Whether QEMU's layer lies there, brought back."""

    def plug(self) -> tuple[str, ...]:
        """QEMU's words. Whatever the device wrote before it went off in order is lasting by now."""
        if not self._is_ready:
            self._end_run(None)
            run("qemu-img", "create", "-q", "-f", "qcow2", "-b", self.medium.image, "-F", "raw", self._layer)
        self._is_ready = False
        self._log.write_bytes(b"")
        unflushed = {"no-flush": True}  # of the host's own caches, whose power stays
        running = {"driver": "file", "filename": str(self._layer), "cache": unflushed}
        log = {"driver": "file", "filename": str(self._log), "cache": unflushed}
        disk = {
            "driver": "blklogwrites",
            "node-name": "disk",
            "log-sector-size": SECTOR,
            "file": {"driver": "qcow2", "node-name": self.node, "file": running, "cache": unflushed},
            "log": {"driver": "raw", "file": log, "cache": unflushed},
        }
        door = {"driver": "raw", "node-name": "door", "file": "disk", "offset": _DOOR_START, "size": MIB}
        return (
            *("-blockdev", json.dumps(disk), "-blockdev", json.dumps(door)),
            *("-device", "virtio-blk-device,drive=door,share-rw=on"),
        )

    def cut(self) -> None:
        """Keep what is flushed, and of the rest what chance leaves."""
        self._end_run(self.chance)

    def keep(self, name: str) -> None:
        """Remember it as it is, while the device stands still: the medium, what lies in the cache, QEMU's view.

        What is flushed settles meanwhile below QEMU's layer, which has all of it and never looks.
        """
        self._take_log()
        layer = self._place / f"{name}.qcow2"
        shutil.copyfile(self._layer, layer)
        lasting = self.medium.keep(self._place / f"{name}.blocks")
        self._states[name] = _State(lasting, Cache(self.medium, self._cache), layer)

    def bring_back(self, name: str) -> None:
        """Be again as it was kept; only without power."""
        state = self._states[name]
        self.medium.go_back(state.lasting)
        self._cache = Cache(self.medium, state.cache)
        self._taken = 0
        shutil.copyfile(state.layer, self._layer)
        self._is_ready = True

    def close(self) -> None:
        """Take it away."""
        self.medium.close()
        kept = [path for state in self._states.values() for path in (state.layer, state.lasting.file)]
        for path in (self._layer, self._log, *kept):
            path.unlink(missing_ok=True)

    def _take_log(self) -> None:
        for entry in islice(writelog.entries(self._log), self._taken, None):
            self._cache.take(entry)
            self._taken += 1

    def _end_run(self, chance: random.Random | None) -> None:
        if not self._log.exists():
            return
        self._take_log()
        if chance is None:
            self._cache.settle()
        else:
            cached = len(self._cache)
            self.losses.append(Loss(cached, self._cache.tear(chance), self._cache.flushes))
        self._cache = Cache(self.medium)
        self._taken = 0
        self._log.unlink()
        self._layer.unlink()
