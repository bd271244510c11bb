"""What is to be done in a row to make it another one: which cells to write, where to erase, and what that costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from operator import ne

_STEP = 3
"""Bytes of the cursor's way over one cell."""
_MOVE = 4
"""Bytes of a short way over more: cells up to that many are cheaper written again than passed over."""
_STYLE = 4
"""Bytes of a typical change of style."""
_ERASE = 3
"""Bytes of EL."""
_ERASE_FIRST_FROM = 12
"""Bytes of a plan from which on it is worth asking whether an erased row is a better start."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a grid. `blanks` names for each style the one in which a blank looks the same."""

    characters: list[str]
    styles: list[int]
    blanks: Sequence[int]


@dataclass(frozen=True, slots=True)
class RowPlan:
    """Erase from a column on, write spans of cells (first, behind the last), erase from a column on."""

    spans: list[tuple[int, int]]
    cost: int
    """Bytes, estimated."""
    erase_first: int | None = None
    erase_last: int | None = None


def plan_row(new: Row, old: Row) -> RowPlan:
    """The cheapest plan for a row that differs."""
    wide = "" in new.characters or "" in old.characters
    changed = [
        x
        for x, (now, before, style, style_before) in enumerate(
            zip(new.characters, old.characters, new.styles, old.styles, strict=True)
        )
        if now != before or style != style_before
    ]
    if wide:
        changed = _whole(changed, new.characters, old.characters)
    blank_from = _blank_from(new)
    plan = _plan(changed, blank_from, new, old)
    if plan.cost < _ERASE_FIRST_FROM:
        return plan
    first = changed[0]
    written = [x for x in range(first, blank_from) if new.characters[x] != " " or new.styles[x]]
    spans = _spans(written, new)
    cost = _cost(spans, new) + _ERASE
    return RowPlan(spans, cost, erase_first=first) if cost < plan.cost else plan


def rough_cost(new: Row, old: Row) -> int:
    """About how many bytes a row that differs will take; a plan tells it better, and takes longer."""
    end = len("".join(new.characters).rstrip())
    cells: int = sum(map(ne, new.characters[:end], old.characters[:end]))
    restyled: int = 0 if cells else sum(map(ne, new.styles, old.styles))
    return _MOVE + cells + restyled


def _whole(changed: list[int], new: list[str], old: list[str]) -> list[int]:
    """The changed cells and the other halves of their wide characters, old or new: none is ever cut."""
    cells = set(changed)
    for cell in changed:
        x, end = cell, cell + 1
        while x and (new[x] == "" or old[x] == ""):
            x -= 1
        while end < len(new) and (new[end] == "" or old[end] == ""):
            end += 1
        cells.update(range(x, end))
    return sorted(cells)


def _plan(changed: list[int], blank_from: int, new: Row, old: Row) -> RowPlan:
    """Write what has changed, but erase a tail of plain blanks where that is shorter."""
    tail = next((index for index, x in enumerate(changed) if x >= blank_from), len(changed))
    erase = None
    if tail < len(changed) and changed[-1] - changed[tail] >= _ERASE:
        erase = changed[tail]
        while erase > blank_from and old.characters[erase] == "":
            erase -= 1
        if tail and blank_from - changed[tail - 1] <= _MOVE:
            erase = blank_from
        changed = changed[:tail]
    spans = _spans(changed, new)
    return RowPlan(spans, _cost(spans, new) + (0 if erase is None else _ERASE), erase_last=erase)


def _spans(cells: list[int], row: Row) -> list[tuple[int, int]]:
    """Cells in runs; what lies between two runs is written again where that is shorter than passing over it."""
    if not cells:
        return []
    spans: list[tuple[int, int]] = []
    start, end = cells[0], cells[0] + 1
    for x in cells[1:]:
        if x != end and not _is_better_written(row, start, end, x):
            spans.append((start, end))
            start = x
        end = x + 1
    return [*spans, (start, end)]


def _is_better_written(row: Row, start: int, end: int, x: int) -> bool:
    """Whether the cells from `end` to `x` - 1, behind a run from `start` on, take fewer bytes than the way over them.

    A change of style on the way is only for nothing where the run behind needs it too.
    """
    if x - end > (_STEP if x - end == 1 else _MOVE):
        return False
    inked = next((cell for cell in range(end - 1, start, -1) if row.characters[cell] != " "), start)
    pen = row.styles[inked]
    for cell in range(end, x):
        style = row.styles[cell]
        if style == pen or (row.characters[cell] == " " and style == row.blanks[pen]):
            continue
        if style != row.styles[x]:
            return False
        pen = style
    return True


def _cost(spans: list[tuple[int, int]], row: Row) -> int:
    cost = 0
    for start, end in spans:
        pairs = zip(row.characters[start:end], row.styles[start:end], strict=True)
        inks = [style for character, style in pairs if character != " "]
        cost += _MOVE + end - start + _STYLE * sum(map(ne, inks, inks[1:]))
    return cost


def _blank_from(row: Row) -> int:
    """The column from which on the row is nothing but plain blanks."""
    x = len(row.characters)
    while x and row.characters[x - 1] == " " and row.styles[x - 1] == 0:
        x -= 1
    return x
