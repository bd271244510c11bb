"""Text in roles, measured in terminal cells: the only material that pages are made of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from moducop_tui.roles import Role

CUT = ".."
"""Stands where text was cut off."""


class Span(NamedTuple):
    """A run of text in one role."""

    text: str
    role: Role = Role.TEXT


Line = tuple[Span, ...]
"""One row of the screen, from left to right."""


def line(*parts: str | Span) -> Line:
    """A line of spans; plain strings are spans in role TEXT, empty ones are left out."""
    spans = (Span(part) if isinstance(part, str) else part for part in parts)
    return tuple(span for span in spans if span.text)


def plain(spans: Iterable[Span]) -> str:
    """The text of a line without its roles."""
    return "".join(span.text for span in spans)


def cells(text: str) -> int:
    """How many terminal cells a text takes: not its length where it has wide or combining characters."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def line_cells(spans: Iterable[Span]) -> int:
    """How many terminal cells a line takes."""
    return sum(cells(span.text) for span in spans)


def crop(text: str, width: int) -> str:
    """The beginning of a text in at most `width` cells, without a sign that it was cut."""
    if text.isascii():
        return text[: max(0, width)]
    if cells(text) <= width:
        return text
    from rich.cells import set_cell_size

    return set_cell_size(text, max(0, width))


def cut(text: str, width: int) -> str:
    """A text in at most `width` cells; what is cut off is marked with `..`."""
    if cells(text) <= width:
        return text
    if width <= len(CUT):
        return crop(text, width)
    return crop(text, width - len(CUT)) + CUT


def fit(text: str, width: int) -> str:
    """A text in exactly `width` cells: cut with a mark, or filled with blanks on the right."""
    shown = cut(text, width)
    return shown + " " * (width - cells(shown))


def fit_right(text: str, width: int) -> str:
    """A text in exactly `width` cells, flush right."""
    shown = cut(text, width)
    return " " * (width - cells(shown)) + shown


def cut_line(spans: Line, width: int) -> Line:
    """A line in at most `width` cells; the span in which it is cut carries the mark."""
    if line_cells(spans) <= width:
        return spans
    room = max(0, width - len(CUT)) if width > len(CUT) else max(0, width)
    kept: list[Span] = []
    role = Role.TEXT
    for span in spans:
        role = span.role
        shown = crop(span.text, room)
        if shown:
            kept.append(Span(shown, role))
        room -= cells(shown)
        if room <= 0 or shown != span.text:
            break
    missing = width - line_cells(kept)
    mark = CUT if width > len(CUT) else ""
    return line(*kept, Span((mark + " " * missing)[:missing], role))


def slice_line(spans: Line, start: int, end: int) -> Line:
    """The cells from `start` up to `end` of a line. A wide character that is cut in two leaves a blank."""
    kept: list[Span] = []
    column = 0
    for span in spans:
        wide = cells(span.text)
        first, last = max(start - column, 0), min(end - column, wide)
        if first < last:
            kept.append(Span(_slice(span.text, first, last), span.role))
        column += wide
    return line(*kept)


def _slice(text: str, first: int, last: int) -> str:
    if text.isascii():
        return text[first:last]
    shown = ""
    column = 0
    for character in text:
        wide = cells(character)
        if column >= first and column + wide <= last:
            shown += character
        elif column < last and column + wide > first:
            shown += " " * (min(last, column + wide) - max(first, column))
        column += wide
    return shown


def fit_line(spans: Line, width: int) -> Line:
    """A line in exactly `width` cells. Neighbours in one role become one span, so that equal pictures are equal."""
    shown = cut_line(spans, width)
    missing = width - line_cells(shown)
    return merged((*shown, Span(" " * missing)))


def merged(spans: Iterable[Span]) -> Line:
    """The same line with neighbours of one role joined and empty spans left out."""
    result: list[Span] = []
    for span in spans:
        if not span.text:
            continue
        if result and result[-1].role is span.role:
            result[-1] = Span(result[-1].text + span.text, span.role)
        else:
            result.append(span)
    return tuple(result)


def spread(left: Line, right: Line, width: int) -> Line:
    """A line in exactly `width` cells with one part flush left and one flush right; the left one gives way."""
    right_cells = line_cells(right)
    if right_cells >= width:
        return fit_line(right, width)
    return merged((*fit_line(left, width - right_cells), *right))


def highlighted(spans: Line, pattern: re.Pattern[str], role: Role) -> Line:
    """The same line with everything that the pattern finds in another role."""
    shown: list[Span] = []
    for span in spans:
        end = 0
        for match in pattern.finditer(span.text):
            if match.end() == match.start():
                continue
            shown += [Span(span.text[end : match.start()], span.role), Span(match.group(), role)]
            end = match.end()
        shown.append(Span(span.text[end:], span.role))
    return merged(shown)


def in_role(spans: Line, role: Role) -> Line:
    """The same text, all of it in one role."""
    return line(Span(plain(spans), role))


def indent(spans: Line, columns: int) -> Line:
    """A line moved to the right."""
    return line(" " * columns, *spans)


def wrap(text: str, width: int) -> list[str]:
    """A text broken at blanks into rows of at most `width` cells; a word that is longer is broken anywhere."""
    width = max(1, width)
    rows: list[str] = []
    row = ""
    for word in text.split(" "):
        candidate = f"{row} {word}" if row else word
        if _fits(candidate, width):
            row = candidate
            continue
        if row:
            rows.append(row)
        *full, row = _broken(word, width)
        rows += full
    if row or not rows:
        rows.append(row)
    return rows


def _broken(word: str, width: int) -> list[str]:
    """A word in pieces of at most `width` cells; every character is looked at once."""
    pieces: list[str] = []
    start = 0
    while (end := _head_end(word, width, start)) < len(word):
        pieces.append(word[start:end])
        start = end
    return [*pieces, word[start:]]


def _fits(text: str, width: int) -> bool:
    """Whether a text takes at most `width` cells; what lies behind them is not looked at."""
    if text.isascii():
        return len(text) <= width
    return _head_end(text, width) == len(text) and cells(text) <= width


def _head(text: str, width: int) -> str:
    """The longest beginning of whole characters in at most `width` cells, at least one character."""
    return text[: _head_end(text, width)]


def _head_end(text: str, width: int, start: int = 0) -> int:
    """Where the longest piece from `start` on ends that takes at most `width` cells, at least one character."""
    if text.isascii():
        return min(len(text), start + width)
    end, room = start, width
    while end < len(text):
        room -= cells(text[end])
        if room < 0:
            break
        end += 1
    return min(len(text), max(start + 1, end))


def folded(spans: Line, width: int, indentation: int = 0) -> list[Line]:
    """A line broken at blanks into rows of at most `width` cells, the later ones indented; roles are kept."""
    rows: list[Line] = []
    rest = spans
    while True:
        room = max(1, width - indentation if rows else width)
        text = plain(rest)
        if _fits(text, room):
            return [*rows, indent(rest, indentation) if rows else rest]
        end = _break(text, room)
        here, rest = _divided(rest, end, len(text) - len(text[end:].lstrip(" ")))
        rows.append(indent(here, indentation) if rows else here)


def _break(text: str, width: int) -> int:
    """After how many characters a text is broken: behind the last word that fits, else where the row ends."""
    head = _head(text, width)
    if text[len(head) : len(head) + 1] == " ":
        return len(head)
    words = head.rfind(" ")
    return words if head[: max(0, words)].strip() else len(head)


def _divided(spans: Line, end: int, start: int) -> tuple[Line, Line]:
    """The first `end` characters of a line, and what begins at character `start`."""
    before: list[Span] = []
    after: list[Span] = []
    column = 0
    for span in spans:
        before.append(Span(span.text[: max(0, end - column)], span.role))
        after.append(Span(span.text[max(0, start - column) :], span.role))
        column += len(span.text)
    return line(*before), line(*after)


def flow(items: Sequence[Line], width: int, gap: int = 2) -> list[Line]:
    """Items one behind the other, as many a row as fit; an item that is wider than a row is cut."""
    rows: list[Line] = []
    row: Line = ()
    for item in items:
        if row and line_cells(row) + gap + line_cells(item) <= width:
            row = (*row, Span(" " * gap), *item)
            continue
        if row:
            rows.append(row)
        row = cut_line(item, width)
    if row:
        rows.append(row)
    return rows


def beside(left: Sequence[Line], right: Sequence[Line], left_width: int, gap: int = 2) -> list[Line]:
    """Two panels side by side, the left one in exactly `left_width` cells; the shorter one is filled with blanks."""
    rows: list[Line] = []
    for index in range(max(len(left), len(right))):
        first = left[index] if index < len(left) else ()
        second = right[index] if index < len(right) else ()
        rows.append(merged((*fit_line(first, left_width), Span(" " * gap), *second)))
    return rows
