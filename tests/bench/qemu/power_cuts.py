"""``python -m tests.bench.qemu.power_cuts``: cut an emulated device's power N times, and tell what was there then.

In the environment: ``N=100``, ``SEED=20261123``, ``FROM=1``; with another ``FROM`` an earlier run is gone on with. The
table goes to ``$MODUCOP_ARTIFACTS/power-cuts.md`` or ``dist``. Each cut depends on the seed and its number alone.
``STEADY=0`` is quicker where the host has two cores to spare: see ``Board``.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from random import Random
from typing import Final

from ..places import REPOSITORY, BenchError
from . import readiness, updates
from .app_witness import AppWitness
from .cut_table import Row, Table
from .cuts import PowerCuts
from .device import Device
from .equipped import EquippedDisk
from .slot_witness import SlotWitness
from .stages import BEGINNINGS, Stages
from .torn import TornDisk

ACTIONS: Final = tuple(BEGINNINGS)

SEED: Final = 20261123

_DEFAULTS: Final = {"N": "100", "SEED": str(SEED), "FROM": "1"}


class Bench:
    """Two devices, one without a container engine, which starts in half the time; one at a time has power."""

    def __init__(self, *, steady: bool) -> None:
        self._steady = steady
        self._open = ExitStack()
        self._cuts: dict[bool, PowerCuts] = {}

    def cut(self, number: int, seed: int) -> Row:
        """The cut of that number."""
        action = ACTIONS[(number - 1) % len(ACTIONS)]
        with_apps = BEGINNINGS[action].with_apps
        if with_apps not in self._cuts:
            self._cuts[with_apps] = self._make(with_apps=with_apps)
        return self._cuts[with_apps].cut(number, action, seed)

    def _make(self, *, with_apps: bool) -> PowerCuts:
        files = {"update.mender": updates.lean_update()}
        if with_apps:
            files = {"app-before.mender": updates.app_update("8f249b9"), "app.mender": updates.app_update("a895c3c")}
        equipped = EquippedDisk(files, without_containers=not with_apps)
        self._open.callback(equipped.close)
        device = self._open.enter_context(
            Device(lambda place: TornDisk(place, equipped.image, Random(0)), steady=self._steady)
        )
        disk = device.disk
        assert isinstance(disk, TornDisk)
        slots = SlotWitness(disk.medium, updates.lean_update())
        return PowerCuts(Stages(device, with_apps=with_apps), slots, AppWitness(device) if with_apps else None)

    def close(self) -> None:
        """Take both away."""
        self._open.close()


def run(table: Table, numbers: Iterable[int], seed: int, *, steady: bool = True) -> None:
    """Make these cuts, one after the other; the table grows on the disk as they are made."""
    bench = Bench(steady=steady)
    try:
        for number in numbers:
            began = time.monotonic()
            row = bench.cut(number, seed)
            print("  ".join(row.cells()), f" ({time.monotonic() - began:.0f} s)", flush=True)
            table.add(row)
    finally:
        bench.close()


def main() -> int:
    """Cut, and fail when anything that the console said was not so."""
    reason = readiness.missing()
    if reason is not None:
        print(f"power cuts: the emulated device cannot run here: {reason}", file=sys.stderr)
        return 1
    count, seed, first = (int(os.environ.get(name, text)) for name, text in _DEFAULTS.items())
    table = Table(Path(os.environ.get("MODUCOP_ARTIFACTS", REPOSITORY / "dist")) / "power-cuts.md", seed)
    try:
        table.take_up(first)
        run(table, range(first, count + 1), seed, steady=os.environ.get("STEADY") != "0")
    except BenchError as error:
        print(f"power cuts: {error}", file=sys.stderr)
        return 1
    bad = [row for row in table.rows if row.faults]
    print(f"{len(table.rows) - len(bad)} of {len(table.rows)} as they must be; {table.target}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
