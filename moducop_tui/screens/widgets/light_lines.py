"""Rules and borders of ASCII as light lines. What has no lines gets ASCII back: the terminal's own driver sees to it.

Only what is in role RULE or EDGE is taken for a line; a minus in a log entry stays a minus.
"""

from __future__ import annotations

from collections.abc import Sequence

from moducop_tui.roles import Role
from moducop_tui.text import Line, Span, cells

_FRAMES = (Role.RULE, Role.EDGE)
_STRAIGHT = str.maketrans("-|", "─│")
_CORNERS = {
    "ud": "│", "lr": "─", "dr": "┌", "dl": "┐", "ur": "└", "ul": "┘", "udr": "├", "udl": "┤", "dlr": "┬", "ulr": "┴",
    "udlr": "┼",
}  # fmt: skip
"""By the sides on which a line goes on: up, down, left, right."""


def light_lines(rows: Sequence[Line]) -> list[Line]:
    """The same rows with their frames drawn by lines; no cell moves."""
    return [_lit(rows, y) if any(span.role in _FRAMES for span in row) else row for y, row in enumerate(rows)]


def _lit(rows: Sequence[Line], y: int) -> Line:
    spans: list[Span] = []
    column = 0
    for span in rows[y]:
        spans.append(_lit_span(rows, y, column, span) if span.role in _FRAMES else span)
        column += cells(span.text)
    return tuple(spans)


def _lit_span(rows: Sequence[Line], y: int, column: int, span: Span) -> Span:
    text = span.text
    if "+" in text:
        text = "".join(_corner(rows, y, x) if one == "+" else one for x, one in enumerate(text, start=column))
    return Span(text.translate(_STRAIGHT), span.role)


def _corner(rows: Sequence[Line], y: int, x: int) -> str:
    sides = (
        ("u", _rule_at(rows, y - 1, x) in "|+"),
        ("d", _rule_at(rows, y + 1, x) in "|+"),
        ("l", _rule_at(rows, y, x - 1) in "-+"),
        ("r", _rule_at(rows, y, x + 1) in "-+"),
    )
    return _CORNERS.get("".join(side for side, goes_on in sides if goes_on), "+")


def _rule_at(rows: Sequence[Line], y: int, x: int) -> str:
    """The character of a frame in that cell; a blank where there is none."""
    if not 0 <= y < len(rows) or x < 0:
        return " "
    column = 0
    for span in rows[y]:
        width = cells(span.text)
        if x < column + width:
            return span.text[x - column] if span.role in _FRAMES else " "
        column += width
    return " "
