"""A payload larger than the device's memory is checked in a few megabytes."""

from __future__ import annotations

import pytest

from tests.performance.artifact_memory import peak_of_verifying

_LIMIT = 64 << 10
"""KiB, of which Python itself takes a third."""


@pytest.mark.parametrize(("size", "compression"), [(2 << 30, "none"), (1 << 30, "gzip")])
def test_memory_does_not_grow_with_the_payload(size: int, compression: str) -> None:
    small, large = peak_of_verifying(1 << 20, compression), peak_of_verifying(size, compression)
    assert large < _LIMIT
    assert large - small < 16 << 10
