"""The measurements as text: one table a terminal, then what was aimed at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.performance.line.peers import PAGE
from tests.performance.line.stage import OURS, STOCK
from tests.performance.line.steps import (
    DIALOG,
    DIALOG_STEPS,
    FIRST,
    IDLE,
    LOG_LINE,
    SCREEN_STEPS,
    STEPS,
    VALUE,
)
from tests.performance.line.terminals import RATES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tests.performance.line.session import Cost
    from tests.performance.line.steps import Costs

AIMED_AT = "vt220"
_WIDTH = 24


@dataclass(frozen=True, slots=True)
class Cell:
    """What was measured together: a program on a terminal behind a line of that speed."""

    program: str
    terminal: str
    baud: int


Measured = dict[Cell, "Costs"]


@dataclass(frozen=True, slots=True)
class Aim:
    """Bytes at most for a step."""

    words: str
    most: int
    step: str


AIMS = (
    Aim("first full Overview", 2500, FIRST),
    Aim("one value", 20, VALUE),
    Aim("a log line", 130, LOG_LINE),
    *(Aim(f"switch {step}", 2000, step) for step in SCREEN_STEPS),
    *(Aim(step, 1000, step) for step in DIALOG_STEPS),
    Aim("idle minute", 400, IDLE),
)


def lines(measured: Mapping[Cell, Costs]) -> Iterator[str]:
    """The whole report."""
    for terminal in unique(cell.terminal for cell in measured):
        yield from _terminal(terminal, measured)
    yield from aims(measured)
    yield from against_stock(measured)


def unique(names: Iterator[str]) -> list[str]:
    """Names in the order in which they came first."""
    return list(dict.fromkeys(names))


def _terminal(terminal: str, measured: Mapping[Cell, Costs]) -> Iterator[str]:
    bauds = sorted({cell.baud for cell in measured}, reverse=True)
    programs = unique(cell.program for cell in measured if cell.terminal == terminal)
    yield ""
    yield f"TERM={terminal}, 80x24: bytes, and seconds of line at {' and '.join(map(str, bauds))} baud"
    yield f"{'':{_WIDTH}}" + "".join(f"{program:>26}" for program in programs)
    for step in (*STEPS, DIALOG, PAGE):
        costs = [[measured.get(Cell(program, terminal, baud), {}).get(step) for baud in bauds] for program in programs]
        if any(cost for row in costs for cost in row):
            yield f"{step:{_WIDTH}}" + "".join(f"{_cost(row, bauds):>26}" for row in costs)


def _cost(row: Sequence[Cost | None], bauds: Sequence[int]) -> str:
    first = next((cost for cost in row if cost is not None), None)
    if first is None:
        return "-"
    seconds = [_seconds(cost, baud) for cost, baud in zip(row, bauds, strict=True)]
    return f"{first.sent:>8}" + "".join(f"{one:>8}" for one in seconds)


def _seconds(cost: Cost | None, baud: int) -> str:
    if cost is None:
        return "-"
    return f"{'>' if cost.endless else ''}{cost.sent / RATES[baud]:.2f}"


def aims(measured: Mapping[Cell, Costs]) -> Iterator[str]:
    """What was aimed at on a vt220, and what came of it."""
    found = [costs for cell, costs in measured.items() if cell.program == OURS and cell.terminal == AIMED_AT]
    if not found:
        return
    yield ""
    yield f"Aims on a {AIMED_AT}"
    for aim in AIMS:
        sent = max(costs[aim.step].sent for costs in found)
        yield f"  {aim.words:{_WIDTH}}{sent:>7} B, at most {aim.most:>5}  {'met' if sent <= aim.most else 'MISSED'}"


def against_stock(measured: Mapping[Cell, Costs]) -> Iterator[str]:
    """Every step on every terminal where ours is not better than Textual's own driver."""
    yield ""
    worse = []
    for cell, costs in measured.items():
        stock = measured.get(Cell(STOCK, cell.terminal, cell.baud)) if cell.program == OURS else None
        if stock:
            worse += [
                f"  {cell.terminal} {cell.baud} {step}: {cost.sent} B, stock {stock[step].sent} B"
                for step, cost in costs.items()
                if cost.sent > stock[step].sent
            ]
    yield "More bytes than stock Textual:" if worse else "Never more bytes than stock Textual, on any terminal."
    yield from worse
