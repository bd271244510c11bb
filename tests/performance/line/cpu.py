"""CPU time of the console while the journal grows, through our driver and through Textual's own."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from tests.performance.line.session import Stage
from tests.performance.line.stage import OURS, STOCK
from tests.performance.line.steps import COMPLETE
from tests.performance.line.terminals import TERMINALS
from tests.performance.measure import cpu_seconds

if TYPE_CHECKING:
    from collections.abc import Iterator

RATES = (0, 1, 10, 100, 1000)
"""Log lines a second."""
AIMED_AT, AIM = 10, 0.05
"""The share of a core at most at so many log lines a second."""
_SECONDS = 20.0


def report(seconds: float = _SECONDS) -> Iterator[str]:
    """Shares of one core, by log lines a second."""
    yield ""
    yield "CPU, % of a core of this machine, Logs following, 115200 baud, vt220"
    yield f"{'log lines/s':24}{'ours':>8}{'stock':>8}"
    for rate in RATES:
        ours = share(rate, seconds)
        aim = f"  aim: {AIM:.0%} at most  {'met' if ours <= AIM else 'MISSED'}" if rate == AIMED_AT else ""
        yield f"{rate:<24}{ours * 100:8.1f}{share(rate, seconds, STOCK) * 100:8.1f}{aim}"


def share(rate: int, seconds: float, driver: str = OURS) -> float:
    """CPU seconds a second while so many log lines come."""
    terminal = next(one for one in TERMINALS if one.name == "vt220")
    with Stage(terminal, 115200, driver=driver) as stage:
        stage.console.wait_for(COMPLETE, 30.0)
        stage.press("5")
        if rate:
            stage.tell(f"flow {rate} {seconds + 10}")
        stage.watch(2.0)
        process = stage.console.process()
        used, began = cpu_seconds(process), time.monotonic()
        stage.watch(seconds)
        return (cpu_seconds(process) - used) / (time.monotonic() - began)
