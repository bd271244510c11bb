"""What the console may send over a serial line, step by step; and never more than Textual's own driver would send.

Bytes are counted at the other end of a pseudo-terminal. They are the same on a slow machine and on a fast one; how long
anything takes is not judged here. The whole table: `make bench-line`.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from tests.performance.line.stage import OURS, STOCK
from tests.performance.line.steps import FLOW, STEPS, walk
from tests.performance.line.table import AIMED_AT, AIMS, Aim
from tests.performance.line.terminals import FORCED, RATES, TERMINALS

if TYPE_CHECKING:
    from tests.performance.line.steps import Costs

BAUD = 115200
PROFILES = (*TERMINALS, *FORCED)
FLOW_SECONDS = 3.0
IDLE_SECONDS = 15.0


@pytest.fixture(scope="module")
def costs() -> dict[tuple[str, str], Costs]:
    """The walk on every kind of terminal, through our driver and the stock one, all at the same time."""
    with ThreadPoolExecutor(len(PROFILES)) as pool:
        walks = {
            (terminal.name, driver): pool.submit(
                walk, terminal, BAUD if driver == OURS else None, driver=driver, flow=FLOW_SECONDS, idle=IDLE_SECONDS
            )
            for terminal in PROFILES
            for driver in (OURS, STOCK)
        }
        return {key: future.result() for key, future in walks.items()}


@pytest.mark.parametrize("aim", AIMS, ids=lambda aim: aim.words)
def test_a_step_stays_within_its_budget(costs: dict[tuple[str, str], Costs], aim: Aim) -> None:
    assert sum(costs[AIMED_AT, OURS][step].sent for step in aim.steps) <= aim.most


@pytest.mark.parametrize("terminal", [one.name for one in PROFILES])
@pytest.mark.parametrize("step", STEPS)
def test_no_step_on_any_profile_sends_more_than_stock_textual(
    costs: dict[tuple[str, str], Costs], terminal: str, step: str
) -> None:
    assert costs[terminal, OURS][step].sent <= costs[terminal, STOCK][step].sent


@pytest.mark.parametrize("terminal", [one.name for one in PROFILES])
def test_ten_log_lines_a_second_leave_most_of_the_line_free(costs: dict[tuple[str, str], Costs], terminal: str) -> None:
    assert costs[terminal, OURS][FLOW].sent <= RATES[BAUD] * FLOW_SECONDS / 9
