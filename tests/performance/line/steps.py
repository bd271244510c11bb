"""The walk: what a technician and a device do, step by step, and what each step costs."""

from __future__ import annotations

import statistics
from dataclasses import replace
from typing import TYPE_CHECKING

from tests.performance.line.session import Cost, Session, Stage
from tests.performance.line.stage import OURS

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.performance.line.terminals import Terminal

COMPLETE = "find  g go to"
"""Words of the key bar: when they stand, the frame stands."""
FIRST = "first full screen"
VALUE = "one value changed"
LOG_LINE = "one log line"
FLOW = "10 log lines/s, 30 s"
DIALOG_OPENS = "dialog opens"
DIALOG_CLOSES = "dialog closes"
MENU_OPENS = "menu opens"
MENU_CLOSES = "menu closes"
IDLE = "one idle minute"
SCREENS = (
    ("2", "to Slots"),
    ("3", "to Storage"),
    ("4", "to Apps"),
    ("5", "to Logs"),
    ("6", "to System"),
    ("p", "to Problems"),
    ("h", "to History"),
    ("a", "to At work"),
    ("v", "to Verdict"),
    ("?", "to Help"),
    ("1", "to Overview"),
)
SCREEN_STEPS = tuple(step for _, step in SCREENS)
STEPS = (FIRST, VALUE, LOG_LINE, FLOW, *SCREEN_STEPS, DIALOG_OPENS, DIALOG_CLOSES, MENU_OPENS, MENU_CLOSES, IDLE)
FLOW_RATE, FLOW_SECONDS = 10, 30
_TRIES = 3

Costs = dict[str, Cost]


def walk(
    terminal: Terminal, baud: int | None, *, driver: str = OURS, flow: float = FLOW_SECONDS, idle: float = 60.0
) -> Costs:
    """Every step with the console, through our driver or the one that Textual ships."""
    with Stage(terminal, baud, driver=driver) as stage:
        costs: Costs = {FIRST: stage.cost(lambda: stage.console.wait_for(COMPLETE, 60.0))}
        shares = iter(range(3, 3 + _TRIES))
        costs[VALUE] = median(lambda: stage.told(f"fill /run {next(shares)}"))
        for key, step in SCREENS:
            costs[step] = stage.press(key)
            if key == "5":
                costs[LOG_LINE] = median(lambda: stage.told("log 1"))
                costs[FLOW] = stage.told(f"flow {FLOW_RATE} {flow:g}", flow)
        costs[DIALOG_OPENS] = stage.press("g")
        costs[DIALOG_CLOSES] = stage.press("escape")
        costs[MENU_OPENS] = stage.press("m")
        costs[MENU_CLOSES] = stage.press("escape")
        costs[IDLE] = minute(stage, idle)
        return costs


def median(measure: Callable[[], Cost]) -> Cost:
    """The median of several tries: now and then one falls together with the mark that shows that readings come."""
    tries = [measure() for _ in range(_TRIES)]
    middle = statistics.median_low(one.sent for one in tries)
    return next(one for one in tries if one.sent == middle)


def minute(session: Session, seconds: float) -> Cost:
    """A minute in which nothing happens, from the bytes of `seconds`."""
    cost = session.cost(lambda: None, seconds, quiet=None)
    return replace(cost, sent=round(cost.sent * 60.0 / seconds))
