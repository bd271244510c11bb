"""``python -m tests.bench.qemu.power_cuts``: cut an emulated device's power N times, and tell what was there then.

``N=100`` and ``SEED=20261123`` in the environment; the table goes to ``$MODUCOP_ARTIFACTS/power-cuts.md`` or ``dist``.
"""

from __future__ import annotations

import os
import random
import sys
from pathlib import Path

from ..places import REPOSITORY, BenchError
from . import cuts, readiness, updates
from .device import Device
from .equipped import EquippedDisk
from .torn import TornDisk


def run(count: int, seed: int, target: Path) -> list[cuts.Row]:
    """Make that many cuts, one after the other; the table grows on the disk as they are made."""
    chance = random.Random(seed)
    rows: list[cuts.Row] = []
    equipped = EquippedDisk({"update.mender": updates.lean_update()}, without_containers=True)
    try:
        with Device(lambda place: TornDisk(place, equipped.image, chance)) as device:
            disk = device.disk
            assert isinstance(disk, TornDisk)
            cutter = cuts.PowerCuts(device, disk, chance)
            device.start()
            for number in range(1, count + 1):
                row = cutter.cut(number, cuts.ACTIONS[(number - 1) % len(cuts.ACTIONS)])
                print("  ".join(row.cells()), flush=True)
                rows.append(row)
                cuts.write_table(target, rows, seed)
    finally:
        equipped.close()
    return rows


def main() -> int:
    """Cut, and fail when anything that the console said was not so."""
    reason = readiness.missing()
    if reason is not None:
        print(f"power cuts: the emulated device cannot run here: {reason}", file=sys.stderr)
        return 1
    count, seed = int(os.environ.get("N", "100")), int(os.environ.get("SEED", "20261123"))
    target = Path(os.environ.get("MODUCOP_ARTIFACTS", REPOSITORY / "dist")) / "power-cuts.md"
    try:
        rows = run(count, seed, target)
    except BenchError as error:
        print(f"power cuts: {error}", file=sys.stderr)
        return 1
    bad = [row for row in rows if row.faults]
    print(f"{len(rows) - len(bad)} of {len(rows)} as they must be; {target}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
