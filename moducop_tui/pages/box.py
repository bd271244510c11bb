"""A small box over a page, as a drawer that was pulled out of the right edge, where pages are emptiest.

On a slow line a box costs twice: what it shows, and what it has covered once it closes. So it has no tint, which would
draw the whole page again; no right border, because the rest of a row is erased in three bytes; and a frame in the
terminal's own ink, because a coloured border is two changes of colour in every row.
"""

from __future__ import annotations

from collections.abc import Sequence

from moducop_tui.roles import Role
from moducop_tui.text import Line, Span, cells, cut, fit_line, line, line_cells, merged, slice_line

BORDER = 2
"""Columns of the border at the left and the blank behind it."""
EDGES = 2
"""Rows of title and note."""


def box(
    title: str, rows: Sequence[Line], width: int, note: Line = (), *, lower: int | None = None, typed: str | None = None
) -> list[Line]:
    """Rows in a border of `+`, `-` and `|`, `width` cells wide in all; the note stands in the lower border.

    What is `typed` to choose from the rows stands behind the title: in a row of its own it would cost one. With the row
    of number `lower` something else begins: the border says so, in no byte more.
    """
    inner = max(1, width - 2 * BORDER)
    name = cut(title, inner)
    asked = () if typed is None else typed_field(" /", typed, inner - cells(name))
    top = _edge(line(Span(name, Role.TITLE), *asked), width)
    bottom = _edge(fit_line(note, min(inner, line_cells(note))) if note else (), width)
    borders = (Span("+-" if number == lower else "| ", Role.EDGE) for number in range(len(rows)))
    shown = (merged((border, *fit_line(row, width - BORDER))) for border, row in zip(borders, rows, strict=True))
    return [top, *shown, bottom]


def _edge(words: Line, width: int) -> Line:
    return line(Span("+-", Role.EDGE), *words, Span("-" * (width - BORDER - line_cells(words)), Role.EDGE))


def overlaid(page: Sequence[Line], above: Sequence[Line], width: int) -> list[Line]:
    """The box at the right edge of the page, half-way down."""
    if not above:
        return list(page)
    left = max(0, width - line_cells(above[0]))
    first = max(0, (len(page) - len(above)) // 2)
    rows = list(page)
    for index, row in enumerate(above[: len(page) - first]):
        before = fit_line(slice_line(rows[first + index], 0, left), left)
        rows[first + index] = fit_line(merged((*before, *row)), width)
    return rows


def typed_field(asking: str, typed: str, width: int) -> Line:
    """What is typed behind what asks for it; of a long text its end is seen."""
    room = max(1, width - cells(asking) - 2)
    start = len(typed)
    while start and (room := room - cells(typed[start - 1])) >= 0:
        start -= 1
    return line(f"{asking} ", typed[start:], Span(" ", Role.CURSOR))
