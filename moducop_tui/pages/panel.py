"""A panel: a rule with a title, then what one topic says; or why it says nothing, or how old it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from moducop_tui.bars import rule
from moducop_tui.model.reading import Reading
from moducop_tui.roles import STALE_MARK, Role, mark
from moducop_tui.text import Line, Span, cells, fit, indent, line, wrap
from moducop_tui.units import coarse, text_of

Value = TypeVar("Value")
_SIGNS = {"x": Role.BAD, " ": Role.DIM}


def panel(
    title: str,
    reading: Reading[Value],
    now: float,
    width: int,
    draw: Callable[[Value], list[Line]],
    *,
    note: Callable[[Value], Line] | None = None,
    error_rows: int = 2,
    calm: bool = False,
) -> list[Line]:
    """The panel of one topic. `note` is what the rule says at its right end while the value is fresh.

    `calm` says without alarm why there is nothing: where nobody expects the thing.
    """
    value = reading.value
    if value is None:
        return [rule(title, width), *nothing(reading, width, error_rows, calm=calm)]
    if reading.error is not None:
        head = rule(title, width, stale_note(reading, now))
        return [head, *why(reading.error, width, 1, STALE_MARK), *draw(value)]
    return [rule(title, width, note(value) if note else ()), *draw(value)]


def nothing(reading: Reading[Value], width: int, rows: int = 2, *, calm: bool = False) -> list[Line]:
    """What stands in place of a value that never came."""
    if reading.error is None:
        return [line("  ", Span("Not read yet.", Role.DIM))]
    return why(reading.error, width, rows, " " if calm else "x")


def why(sentence: str, width: int, rows: int, sign: str = "x") -> list[Line]:
    """An error's sentence with its mark, in at most `rows` rows."""
    role = _SIGNS.get(sign, Role.WARN)
    parts = wrap(sentence, width - 2)
    if len(parts) > rows:
        parts = [*parts[: rows - 1], " ".join(parts[rows - 1 :])]
    return [
        line(Span(f"{sign if index == 0 else ' '} ", role), Span(part, role)) for index, part in enumerate(parts[:rows])
    ]


def stale_note(reading: Reading[Value], now: float) -> Line:
    """`~ 30 s old`, for the rule of a panel that could not be renewed."""
    return (Span(f"{STALE_MARK} {coarse(reading.age(now))} old", Role.WARN),)


def marked(role: Role, *parts: str | Span) -> Line:
    """A row with the mark of its role in the first column."""
    return line(Span(f"{mark(role)} ", role), *parts)


def fact(name: str, value: object, role: Role = Role.TEXT, columns: int = 18) -> Line:
    """`  name              value`: one fact a row, with the mark of its role."""
    return marked(role, Span(fit(name, columns), Role.DIM), " ", Span(text_of(value), role))


def wrapped_fact(name: str, value: str, width: int, role: Role = Role.TEXT, columns: int = 18) -> list[Line]:
    """A fact whose value may take several rows. A long name gets up to half of the width before it is cut."""
    columns = max(columns, min(cells(name), width // 2))
    rows = wrap(value, width - columns - 3)
    below = (line(" " * (columns + 3), Span(row, role)) for row in rows[1:])
    return [fact(name, rows[0], role, columns), *below]


def sentence(text: str, width: int, role: Role = Role.TEXT) -> list[Line]:
    """A sentence over as many rows as it needs, its mark on the first."""
    rows = wrap(text, width - 2)
    return [
        marked(role, Span(row, role)) if index == 0 else indent(line(Span(row, role)), 2)
        for index, row in enumerate(rows)
    ]
