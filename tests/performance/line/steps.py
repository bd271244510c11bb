"""The walk: what a technician and a device do, step by step, and what each step costs."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from tests.performance.line.session import Cost, Session, Stage
from tests.performance.line.stage import OURS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.performance.line.terminals import Terminal

COMPLETE = "find  g go to"
"""Words of the key bar: when they stand, the frame stands."""
FIRST = "first full screen"
VALUE = "one value changed"
LOG_LINE = "one log line"
FLOW = "10 log lines/s, 30 s"
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
PLAN_OPENS, PLAN_CLOSES = "to a plan", "back from a plan"
HELP_CLOSES = "back from Help"
SCREEN_STEPS = (*(step for _, step in SCREENS), PLAN_OPENS, PLAN_CLOSES, HELP_CLOSES)
"""What fills the screen: a plan and the help have to be read whole."""
DIALOG = "dialog"
"""What a program of others opens over its screen, and closes again."""
OVER_OVERVIEW = (
    ("g", "go to, and away"),
    ("m", "menu, and away"),
    ("u", "unlock, and away"),
    ("i", "install, and away"),
    ("T", "terminal, and away"),
)
OVER_LOGS = (
    ("s", "log source, and away"),
    ("o", "boot, and away"),
    ("enter", "log entry, and away"),
    ("m", "menu on Logs, and away"),
)
OVER_APPS = (("g", "go to on Apps, and away"),)
DIALOG_STEPS = tuple(step for _, step in (*OVER_OVERVIEW, *OVER_APPS, *OVER_LOGS))
"""What is opened over a screen by a key and closed by Esc: the bytes of both."""
STEPS = (FIRST, VALUE, LOG_LINE, FLOW, *SCREEN_STEPS, *DIALOG_STEPS, IDLE)
FLOW_RATE, FLOW_SECONDS = 10, 30
_MARK_WITHIN = 7.0
_TRIES = 3
_CHANGES = ("fill /run 3", "fill /dev/shm 4", "fill /run 5")
"""Each elsewhere on the screen than the one before: the cursor does not wait there already."""

Costs = dict[str, Cost]
Part = Callable[[Stage, float, float], Costs]
"""A part of the walk: seconds of flow and of rest are given."""


def walk(
    terminal: Terminal,
    baud: int | None,
    *,
    driver: str = OURS,
    flow: float = FLOW_SECONDS,
    idle: float = 60.0,
    parts: Iterable[Part] | None = None,
) -> Costs:
    """Every step with the console, through our driver or the one that Textual ships; or only some parts of them."""
    with Stage(terminal, baud, driver=driver) as stage:
        costs: Costs = {FIRST: stage.cost(lambda: stage.console.wait_for(COMPLETE, 60.0))}
        for part in PARTS if parts is None else parts:
            costs |= part(stage, flow, idle)
        return costs


def screens(stage: Stage, flow: float, _: float) -> Costs:
    """A changed value, every screen once, a plan, the log. From Overview to Overview."""
    costs: Costs = {}
    changes = iter(_CHANGES)
    after_the_mark(stage)
    costs[VALUE] = median(lambda: stage.told(next(changes)))
    for key, step in SCREENS:
        costs[step] = stage.press(key)
        if key == "2":
            costs[PLAN_OPENS], costs[PLAN_CLOSES] = stage.press("s"), stage.press("escape")
        elif key == "5":
            costs[LOG_LINE] = median(lambda: stage.told("log 1"))
            costs[FLOW] = stage.told(f"flow {FLOW_RATE} {flow:g}", flow)
    stage.press("?")
    costs[HELP_CLOSES] = stage.press("escape")
    return costs


def dialogs(stage: Stage, _: float, idle: float) -> Costs:
    """What opens over Overview, Apps and Logs; then nothing happens. From Overview to Overview."""
    costs = _opened(stage, OVER_OVERVIEW)
    stage.press("4")
    costs |= _opened(stage, OVER_APPS)
    stage.press("5")
    costs |= _opened(stage, OVER_LOGS)
    stage.press("1")
    costs[IDLE] = minute(stage, idle)
    return costs


def _opened(stage: Stage, dialogs: Iterable[tuple[str, str]]) -> Costs:
    return {step: together(stage.press(key), stage.press("escape")) for key, step in dialogs}


def together(*costs: Cost) -> Cost:
    """Several steps as one."""
    endless = any(one.endless for one in costs)
    return Cost(sum(one.sent for one in costs), sum(one.seconds for one in costs), endless)


def after_the_mark(session: Session) -> None:
    """Wait until the mark that shows that readings come has turned: it will not again in the next seconds."""
    before, until = len(session.console.raw), time.monotonic() + _MARK_WITHIN
    while len(session.console.raw) == before and time.monotonic() < until:
        session.watch(0.05)
    session.quiet(0.2)


def median(measure: Callable[[], Cost]) -> Cost:
    """The median of several tries: now and then one falls together with the mark that shows that readings come."""
    tries = [measure() for _ in range(_TRIES)]
    middle = statistics.median_low(one.sent for one in tries)
    return next(one for one in tries if one.sent == middle)


def minute(session: Session, seconds: float) -> Cost:
    """A minute in which nothing happens, from the bytes of `seconds`."""
    cost = session.cost(lambda: None, seconds, quiet=None)
    return replace(cost, sent=round(cost.sent * 60.0 / seconds))


PARTS: tuple[Part, ...] = (screens, dialogs)
