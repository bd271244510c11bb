"""Power cuts with torn writes on the emulated device; ``N`` of them, 5 unless told otherwise."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from tests.bench.qemu.cut_table import Table
from tests.bench.qemu.power_cuts import run

from .conftest import require_device

if TYPE_CHECKING:
    from pathlib import Path


def test_after_each_cut_what_the_console_says_is_so(tmp_path: Path) -> None:
    require_device()
    seed = int(os.environ.get("SEED", "20261123"))
    table = Table(tmp_path / "power-cuts.md", seed)
    run(table, range(1, int(os.environ.get("N", "5")) + 1), seed)
    print(table.text())
    assert [row.cells() for row in table.rows if row.faults] == []
