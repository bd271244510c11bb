"""A line that is lost, in every way that it can be: nothing is left of the console, and the terminal is as it was.

Two hundred times each: `python -m tests.performance.line hangups`.
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from tests.performance.line.hangups import KINDS, Kind, lose_once

Outcome = tuple[list[str], float, float]


@pytest.fixture(scope="module")
def outcomes() -> dict[str, Future[Outcome]]:
    """One loss of each kind, side by side: one of them takes a minute."""
    with ThreadPoolExecutor(len(KINDS)) as pool:
        return {kind.name: pool.submit(lose_once, kind) for kind in KINDS}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_lost_line_leaves_nothing_behind(outcomes: dict[str, Future[Outcome]], kind: Kind) -> None:
    problems, _, _ = outcomes[kind.name].result()
    assert problems == []
