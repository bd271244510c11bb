"""What the console may send over a serial line, step by step; and never more than Textual's own driver would send.

Bytes are counted at the other end of a pseudo-terminal. They are the same on a slow machine and on a fast one; how long
anything takes is not judged here. The whole table: `make bench-line`.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from tests.performance.line.hostile import TOWERS
from tests.performance.line.session import Stage
from tests.performance.line.stage import OURS, STOCK
from tests.performance.line.steps import COMPLETE, FLOW, LOG_LINE, PARTS, STEPS, walk
from tests.performance.line.table import AIMED_AT, AIMS, Aim
from tests.performance.line.terminals import FORCED, RATES, TERMINALS, Terminal

if TYPE_CHECKING:
    from tests.performance.line.steps import Costs

BAUD = 115200
PROFILES = (*TERMINALS, *FORCED)
STOCK_ON = tuple(one for one in TERMINALS if one.name in ("vt220", "xterm-256color"))
"""Our screens name the eight colours that every terminal has, and Textual's driver knows no other difference: what it
sends is the same on all of them, so two stand for all. The whole table has it for each."""
FLOW_SECONDS = 3.0
IDLE_SECONDS = 15.0
HOSTILE_ON = (Terminal("vt220", utf8=False), Terminal("vt220, UTF-8", utf8=True))
"""One that is sent ASCII, and one that is sent every letter."""

Walks = dict[tuple[str, str], "Costs"]


@pytest.fixture(scope="module")
def costs() -> Walks:
    """The walk on every kind of terminal, through our driver and the stock one, its parts and all at the same time."""
    walks = [*((one, OURS, BAUD) for one in PROFILES), *((one, STOCK, None) for one in STOCK_ON)]
    jobs = [(*one, part) for part in PARTS for one in walks]
    with ThreadPoolExecutor(len(jobs)) as pool:
        futures = [
            pool.submit(walk, terminal, baud, driver=driver, flow=FLOW_SECONDS, idle=IDLE_SECONDS, parts=[part])
            for terminal, driver, baud, part in jobs
        ]
        measured: Walks = {}
        for (terminal, driver, _, _), future in zip(jobs, futures, strict=True):
            measured.setdefault((terminal.name, driver), {}).update(future.result())
        return measured


@pytest.mark.parametrize("aim", AIMS, ids=lambda aim: aim.words)
def test_a_step_stays_within_its_budget(costs: Walks, aim: Aim) -> None:
    assert costs[AIMED_AT, OURS][aim.step].sent <= aim.most


@pytest.mark.parametrize("terminal", [one.name for one in PROFILES])
@pytest.mark.parametrize("step", STEPS)
def test_no_step_on_any_profile_sends_more_than_stock_textual(costs: Walks, terminal: str, step: str) -> None:
    stock = min(costs[one.name, STOCK][step].sent for one in STOCK_ON)
    assert costs[terminal, OURS][step].sent <= stock


@pytest.mark.parametrize("terminal", HOSTILE_ON, ids=lambda one: one.name)
def test_lines_that_are_made_to_be_dear_cost_no_more_than_others(terminal: Terminal) -> None:
    most = {aim.step: aim.most for aim in AIMS}
    with Stage(terminal, BAUD, hostile=True) as stage:
        stage.console.wait_for(COMPLETE, 60.0)
        stage.quiet()
        assert stage.press("5").sent <= most["to Logs"]
        *lines, _ = sorted(stage.told("log 1").sent for _ in TOWERS)  # one may come with the mark that readings come
        assert max(lines) <= most[LOG_LINE]


@pytest.mark.parametrize("terminal", [one.name for one in PROFILES])
def test_ten_log_lines_a_second_leave_most_of_the_line_free(costs: Walks, terminal: str) -> None:
    assert costs[terminal, OURS][FLOW].sent <= RATES[BAUD] * FLOW_SECONDS / 9
