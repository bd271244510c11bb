"""The volatile cache of a disk: what was written and not flushed yet, sector by sector, with all its versions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..partitions import SECTOR

if TYPE_CHECKING:
    import random

    from .medium import Medium
    from .writelog import Write


class Cache:
    """Takes what is written to a disk, in order, and hands it on to its medium when it is flushed.

    Nothing is held back before the first flush: nobody has switched the cache on by then.
    """

    def __init__(self, medium: Medium, before: Cache | None = None) -> None:
        """As empty, or holding what another cache held ``before``."""
        self._medium = medium
        self._held: dict[int, list[bytes]] = {}
        self.flushes = 0
        if before is not None:
            self._held = {sector: list(versions) for sector, versions in before._held.items()}
            self.flushes = before.flushes

    def __len__(self) -> int:
        """How many sectors are held."""
        return len(self._held)

    def take(self, entry: Write) -> None:
        """One entry of the log of writes."""
        if entry.flush:
            self.flushes += 1
            self.settle()
        sectors = range(entry.offset, entry.offset + len(entry.data), SECTOR)
        if self.flushes == 0 or entry.lasting:
            self._medium.write(entry.offset, entry.data)
            for sector in sectors:
                self._held.pop(sector, None)
            return
        for sector in sectors:
            at = sector - entry.offset
            self._held.setdefault(sector, []).append(entry.data[at : at + SECTOR])

    def settle(self) -> None:
        """Make the newest of everything last."""
        start = 0
        run: list[bytes] = []
        for sector in sorted(self._held):
            if run and sector != start + len(run) * SECTOR:
                self._medium.write(start, b"".join(run))
                run = []
            if not run:
                start = sector
            run.append(self._held[sector][-1])
        if run:
            self._medium.write(start, b"".join(run))
        self._held.clear()

    def tear(self, chance: random.Random) -> int:
        """Leave each sector with one of the things that it held; how many do not hold the newest."""
        lost = 0
        for sector in sorted(self._held):
            versions = self._held[sector]
            left = chance.randint(0, len(versions))  # 0: what it held before them
            if left:
                self._medium.write(sector, versions[left - 1])
            lost += left < len(versions)
        self._held.clear()
        return lost
