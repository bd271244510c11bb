"""A small box over a page: ASCII border, no tint, so that only its own cells change."""

from __future__ import annotations

from collections.abc import Sequence

from moducop_tui.roles import Role
from moducop_tui.text import Line, Span, cells, cut, fit_line, line, line_cells, merged, slice_line


def box(title: str, rows: Sequence[Line], width: int, note: Line = ()) -> list[Line]:
    """Rows in a border of `+`, `-` and `|`, `width` cells wide in all; the note stands in the lower border."""
    inner = max(1, width - 4)
    shown = cut(title, inner)
    top = line(Span("+-", Role.RULE), Span(shown, Role.TITLE), Span("-" * (width - 3 - cells(shown)) + "+", Role.RULE))
    below = fit_line(note, min(inner, line_cells(note))) if note else ()
    bottom = line(Span("+-", Role.RULE), *below, Span("-" * (width - 3 - line_cells(below)) + "+", Role.RULE))
    left, right = Span("| ", Role.RULE), Span(" |", Role.RULE)
    return [top, *(merged((left, *fit_line(row, inner), right)) for row in rows), bottom]


def overlaid(page: Sequence[Line], above: Sequence[Line], width: int, *, at_right: bool = False) -> list[Line]:
    """The box in the middle of the page, or at its right edge, where pages are emptiest."""
    if not above:
        return list(page)
    box_width = line_cells(above[0])
    left = max(0, width - box_width)
    left = left if at_right else left // 2
    first = max(0, (len(page) - len(above)) // 2)
    rows = list(page)
    for index, row in enumerate(above):
        at = first + index
        if at >= len(rows):
            break
        before = fit_line(slice_line(rows[at], 0, left), left)
        after = slice_line(rows[at], left + box_width, width)
        rows[at] = fit_line(merged((*before, *row, *after)), width)
    return rows
