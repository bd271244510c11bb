"""A terminal's screen as a picture: every word stands at the place of its cell, whatever font the reader has."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from typing import Final

from pyte.screens import Char

_CELL_WIDTH: Final = 8.4
_CELL_HEIGHT: Final = 17
_MARGIN: Final = 12
_PAPER: Final = "#101418"
_INK: Final = "#c8ccd0"
_COLOURS: Final = {
    "default": _INK,
    "black": "#101418",
    "red": "#e05f65",
    "green": "#7fc180",
    "brown": "#e0b35f",
    "blue": "#6fa0e0",
    "magenta": "#c08fd0",
    "cyan": "#6fc0c8",
    "white": "#e8ecf0",
}
_WORD: Final = re.compile(r"\S+")
Look = tuple[str, str, bool]
"""Ink, paper and boldness of a cell."""


def picture(rows: Sequence[Sequence[Char]], title: str) -> str:
    """The screen as an SVG document."""
    width = round(len(rows[0]) * _CELL_WIDTH + 2 * _MARGIN)
    height = len(rows) * _CELL_HEIGHT + 2 * _MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
        f' role="img" aria-label="{escape(title)}">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{width}" height="{height}" rx="6" fill="{_PAPER}"/>',
        '<g font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" font-size="14">',
    ]
    for y, row in enumerate(rows):
        parts += _row(row, y)
    return "\n".join([*parts, "</g>", "</svg>", ""])


def _row(row: Sequence[Char], y: int) -> list[str]:
    parts: list[str] = []
    start = 0
    while start < len(row):
        look, end = _look(row[start]), start + 1
        while end < len(row) and _look(row[end]) == look:
            end += 1
        parts += _run("".join(cell.data for cell in row[start:end]), start, y, look)
        start = end
    return parts


def _look(cell: Char) -> Look:
    ink, paper = _colour(cell.fg, _INK), _colour(cell.bg, _PAPER)
    return (paper, ink, bool(cell.bold)) if cell.reverse else (ink, paper, bool(cell.bold))


def _colour(name: str, default: str) -> str:
    if name == "default":
        return default
    known = _COLOURS.get(name.removeprefix("bright"))
    return known or f"#{name}"


def _run(text: str, x: int, y: int, look: Look) -> list[str]:
    ink, paper, bold = look
    top = _MARGIN + y * _CELL_HEIGHT
    parts = []
    if paper != _PAPER:
        left, width = _MARGIN + x * _CELL_WIDTH, len(text) * _CELL_WIDTH
        parts.append(f'<rect x="{left:.1f}" y="{top}" width="{width:.1f}" height="{_CELL_HEIGHT}" fill="{paper}"/>')
    weight = ' font-weight="bold"' if bold else ""
    for word in _WORD.finditer(text):
        left, width = _MARGIN + (x + word.start()) * _CELL_WIDTH, len(word.group()) * _CELL_WIDTH
        parts.append(
            f'<text x="{left:.1f}" y="{top + 13}" textLength="{width:.1f}" fill="{ink}"{weight}>'
            f"{escape(word.group())}</text>"
        )
    return parts
