"""Bars and rules, drawn in ASCII; rules become lines where the terminal has them (screens/widgets/light_lines.py)."""

from __future__ import annotations

from moducop_tui.model.problems_storage import FULL, NEARLY_FULL
from moducop_tui.roles import UNKNOWN, Role
from moducop_tui.text import Line, Span, cells, cut, fit_line, line, line_cells


def fill_role(share: float | None) -> Role:
    """How well a file system of this fill is."""
    if share is None:
        return Role.DIM
    if share >= FULL:
        return Role.BAD
    return Role.WARN if share >= NEARLY_FULL else Role.OK


def bar(share: float | None, width: int) -> Line:
    """`[#########...........]` in exactly `width` cells. What is not empty has one `#`, what is not full one `.`."""
    inner = max(1, width - 2)
    if share is None:
        return line("[", Span(UNKNOWN * inner, Role.DIM), "]")
    filled = round(share * inner)
    if share > 0:
        filled = max(1, filled)
    if share < 1:
        filled = min(inner - 1, filled)
    filled = min(max(0, filled), inner)
    return line("[", Span("#" * filled, fill_role(share)), Span("." * (inner - filled), Role.DIM), "]")


def progress_bar(share: float, width: int) -> Line:
    """`[#########...........]` of something that shall become full: no fill of it is bad."""
    inner = max(1, width - 2)
    filled = min(inner, max(0, int(share * inner)))
    return line("[", Span("#" * filled, Role.TITLE), Span("." * (inner - filled), Role.DIM), "]")


def rule(title: str, width: int, note: Line = ()) -> Line:
    """`--Slots---------- note --`: the head of a panel, in exactly `width` cells. The note is kept before the title."""
    right: Line = ()
    if note and line_cells(note) + 8 <= width:
        right = (Span(" "), *note, Span(" --", Role.RULE))
    room = width - line_cells(right)
    shown = cut(title, max(0, room - 3))
    dashes = room - 2 - cells(shown)
    return fit_line(
        line(Span("--", Role.RULE), Span(shown, Role.TITLE), Span("-" * max(0, dashes), Role.RULE), *right), width
    )
