"""A payload larger than the device's memory is checked in a few megabytes; no artifact fills the console's."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.performance.artifact_memory import growth_of, peak_of_verifying
from tests.unit.actions_artifact.hostile_artifacts import HOSTILE

_LIMIT = 64 << 10
"""KiB, of which Python itself takes a third."""
_GROWTH = 40 << 10
"""KiB: the console takes some 58 MiB at rest, and is to stay below 100."""


@pytest.mark.parametrize(("size", "compression"), [(2 << 30, "none"), (1 << 30, "gzip"), (1 << 28, "xz")])
def test_memory_does_not_grow_with_the_payload(size: int, compression: str) -> None:
    small, large = peak_of_verifying(1 << 20, compression), peak_of_verifying(size, compression)
    assert large < _LIMIT
    assert large - small < 16 << 10


@pytest.mark.parametrize("name", list(HOSTILE))
def test_no_artifact_fills_the_memory_of_the_console(tmp_path: Path, name: str) -> None:
    path = tmp_path / "x.mender"
    path.write_bytes(HOSTILE[name]())
    looked, verified = growth_of(path)
    assert looked < _GROWTH
    assert verified < _GROWTH
