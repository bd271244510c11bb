"""Noise typed at every screen, list and plan ends nothing and orders nothing, not even from an unlocked console.

A million bytes of it: `python -m tests.performance.line noise`.
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from itertools import product

import pytest

from tests.performance.line.noise import CHUNK, MODES, PLACES, Outcome, at_place

CASES = tuple(product(MODES, PLACES))
BYTES = 2 * CHUNK + 1
"""Some of each kind of noise but the slowest."""
SIDE_BY_SIDE = 4


@pytest.fixture(scope="module")
def outcomes() -> dict[tuple[str, tuple[str, ...]], Future[Outcome]]:
    """Some noise at every place."""
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        return {case: pool.submit(at_place, *case, BYTES) for case in CASES}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{'-'.join(case[1])}, {case[0]}")
def test_noise_ends_nothing_and_orders_nothing(
    outcomes: dict[tuple[str, tuple[str, ...]], Future[Outcome]], case: tuple[str, tuple[str, ...]]
) -> None:
    outcome = outcomes[case].result()
    assert outcome.problems == []
    assert outcome.typed >= BYTES
