"""What is to be done in a row to make it another one: which cells to write, where to erase, and what that costs."""

from __future__ import annotations

from dataclasses import dataclass

_MOVE = 4
"""Bytes of a short cursor movement: cells up to that many are cheaper written again than passed over."""
_STYLE = 4
"""Bytes of a typical change of style."""
_ERASE = 3
"""Bytes of EL."""
_ERASE_FIRST_FROM = 12
"""Changed cells from which on it is worth asking whether an erased row is a better start."""


@dataclass(frozen=True, slots=True)
class RowPlan:
    """Erase from a column on, write spans of cells (first, behind the last), erase from a column on."""

    spans: list[tuple[int, int]]
    cost: int
    """Bytes, estimated."""
    erase_first: int | None = None
    erase_last: int | None = None


def plan_row(new: list[str], new_styles: list[int], old: list[str], old_styles: list[int]) -> RowPlan:
    """The cheapest plan for a row that differs."""
    changed = [
        x
        for x, (now, style, before, style_before) in enumerate(zip(new, new_styles, old, old_styles, strict=True))
        if now != before or style != style_before
    ]
    blank_from = _blank_from(new, new_styles)
    plan = _plan(changed, blank_from, new, new_styles, old)
    if plan.cost < _ERASE_FIRST_FROM:
        return plan
    first = changed[0]
    while first and (new[first] == "" or old[first] == ""):
        first -= 1
    written = [x for x in range(first, blank_from) if new[x] != " " or new_styles[x]]
    spans = _spans(written, new, new_styles, new)
    cost = _cost(spans, new_styles) + _ERASE
    return RowPlan(spans, cost, erase_first=first) if cost < plan.cost else plan


def _plan(changed: list[int], blank_from: int, new: list[str], new_styles: list[int], old: list[str]) -> RowPlan:
    """Write what has changed, but erase a tail of plain blanks where that is shorter."""
    tail = next((index for index, x in enumerate(changed) if x >= blank_from), len(changed))
    erase = None
    if tail < len(changed) and changed[-1] - changed[tail] >= _ERASE:
        erase = changed[tail]
        while erase > blank_from and old[erase] == "":
            erase -= 1
        if tail and blank_from - changed[tail - 1] <= _MOVE:
            erase = blank_from
        changed = changed[:tail]
    spans = _spans(changed, new, new_styles, old)
    return RowPlan(spans, _cost(spans, new_styles) + (0 if erase is None else _ERASE), erase_last=erase)


def _spans(changed: list[int], new: list[str], new_styles: list[int], old: list[str]) -> list[tuple[int, int]]:
    """Changed cells in runs; cells between two runs are written again where that is shorter than passing over them."""
    spans: list[tuple[int, int]] = []
    for cell in changed:
        x, end = cell, cell + 1
        # No wide character, old or new, is cut in half.
        while x and (new[x] == "" or old[x] == ""):
            x -= 1
        while end < len(new) and (new[end] == "" or old[end] == ""):
            end += 1
        if spans and x - spans[-1][1] <= _MOVE and _gap_cost(new_styles, spans[-1][1], x) <= _MOVE:
            spans[-1] = spans[-1][0], max(end, spans[-1][1])
        else:
            spans.append((x, end))
    return spans


def _gap_cost(styles: list[int], start: int, end: int) -> int:
    """Bytes of writing cells `start` to `end` - 1 again, above those for passing over them in the same style."""
    before, after = styles[start - 1], styles[end]
    changes = sum(styles[x] != styles[x - 1] for x in range(start, end + 1)) - (before != after)
    return end - start + _STYLE * changes


def _cost(spans: list[tuple[int, int]], styles: list[int]) -> int:
    cells = sum(end - x for x, end in spans)
    changes = sum(len(set(styles[x:end])) for x, end in spans)
    return cells + _MOVE * len(spans) + _STYLE * max(0, changes - 1)


def _blank_from(characters: list[str], styles: list[int]) -> int:
    """The column from which on the row is nothing but plain blanks."""
    x = len(characters)
    while x and characters[x - 1] == " " and styles[x - 1] == 0:
        x -= 1
    return x
