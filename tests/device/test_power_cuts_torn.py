"""Power cuts with torn writes on the emulated device: a few, in a quarter of an hour; ``make power-cuts`` makes 100."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from tests.bench.qemu.cut_table import Table
from tests.bench.qemu.power_cuts import SEED, run

from .conftest import require_device

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

CUTS: Final = 5


@pytest.mark.short
def test_after_each_cut_what_the_console_says_is_so(tmp_path: Path, tell: Callable[[str, Sequence[str]], None]) -> None:
    require_device()
    table = Table(tmp_path / "power-cuts.md", SEED)
    run(table, range(1, CUTS + 1), SEED)
    tell(f"power cuts with torn writes, seed {SEED}", table.text().splitlines())
    assert [row.cells() for row in table.rows if row.faults] == []
    assert len(table.rows) == CUTS
