"""Finds the block of rows that has moved up or down between two screens, so that the terminal can move it itself."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from moducop_tui.terminal.grid import Grid

_MOST_DISTANCES = 3
FEWEST_ROWS = 3
"""A region of fewer rows costs more to set up than it saves."""


@dataclass(frozen=True, slots=True)
class Scroll:
    """Rows `top` to `bottom` - 1 move up by `lines`, down when negative."""

    top: int
    bottom: int
    lines: int


def find_scroll(front: Grid, back: Grid) -> Scroll | None:
    """The largest block of rows of `front` that `back` shows elsewhere; None when there is none worth the sequence."""
    now = _row_texts(back)
    before = _row_texts(front)
    changed = [y for y in range(back.height) if now[y] != before[y]]
    if len(changed) < FEWEST_ROWS:
        return None
    places: dict[str, list[int]] = {}
    for y, text in enumerate(before):
        if text.strip():
            places.setdefault(text, []).append(y)
    votes = Counter(place - y for y in changed for place in places.get(now[y], ()) if place != y)
    best: tuple[int, Scroll] | None = None
    for distance, _ in votes.most_common(_MOST_DISTANCES):
        rows, scroll = _longest_run(before, now, distance)
        if best is None or rows > best[0]:
            best = rows, scroll
    return best[1] if best and best[0] >= FEWEST_ROWS else None


def _row_texts(grid: Grid) -> list[str]:
    # Without the last columns: a scroll bar there stays where it is while the text beside it moves.
    return ["".join(row[:-2]) for row in grid.characters]


def _longest_run(before: list[str], now: list[str], distance: int) -> tuple[int, Scroll]:
    """The longest run of rows that stood `distance` rows lower in `before`, and the region that moves them."""
    longest = start = length = 0
    for y in range(len(now) + 1):
        if y < len(now) and 0 <= y + distance < len(before) and now[y] == before[y + distance]:
            length += 1
            if length > longest:
                longest, start = length, y - length + 1
        else:
            length = 0
    if distance > 0:
        return longest, Scroll(start, start + longest + distance, distance)
    return longest, Scroll(start + distance, start + longest, distance)
