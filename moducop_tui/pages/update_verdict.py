"""The evidence of the verdict after an update: expected against booted, how the device fares, why it came back."""

from __future__ import annotations

from moducop_tui.model.fares import Comparison
from moducop_tui.model.update_verdict import Standing, UpdateVerdict
from moducop_tui.pages.panel import marked, sentence
from moducop_tui.roles import UNKNOWN, Role
from moducop_tui.text import Line, Span, fit, folded, line, line_cells
from moducop_tui.units import coarse, text_of

_NAME = 9
_INDENTATION = 2 + _NAME + 1
_TWO_COLUMNS = 76
"""Width from which two comparisons stand side by side, where both are short."""


def update_verdict_rows(verdict: UpdateVerdict, width: int) -> list[Line]:
    """The evidence under the verdict's sentence: expected and booted, what is compared with before, and why."""
    rows = [*_slots(verdict, width), *_paired([_comparison(one) for one in verdict.comparisons], width)]
    for why in verdict.why:
        rows += sentence(why, width, Role.TEXT)
    if verdict.kept_ago is not None and verdict.comparisons:
        rows.append(line(" " * _INDENTATION, Span(f"before: {coarse(verdict.kept_ago)} ago", Role.DIM)))
    return rows


def _slots(verdict: UpdateVerdict, width: int) -> list[Line]:
    """What was expected in which slot, and what is booted."""
    expected = _fact("expected", f"{verdict.expected_slot or ' '}  {text_of(verdict.expected)}", Role.TEXT)
    if verdict.standing is Standing.APP_WAITS:
        return [*folded(expected, width, _INDENTATION)]
    if verdict.same:
        booted = _fact("booted", f"{verdict.booted_slot or UNKNOWN}  the same", Role.OK)
    else:
        role = Role.WARN if verdict.same is False else Role.TEXT
        booted = _fact("booted", f"{verdict.booted_slot or UNKNOWN}  {text_of(verdict.booted)}", role)
    return [row for one in (expected, booted) for row in folded(one, width, _INDENTATION)]


def _comparison(one: Comparison) -> Line:
    before = "" if one.before is None else f" (before: {'same' if one.before == one.now else one.before})"
    role = Role.WARN if one.worse else Role.TEXT
    return line(*_fact(one.what, one.now, role), Span(before, Role.DIM))


def _fact(name: str, value: str, role: Role) -> Line:
    return marked(role, Span(fit(name, _NAME), Role.DIM), " ", Span(value, role))


def _paired(rows: list[Line], width: int) -> list[Line]:
    """Two short facts in one row where there is room: all of it has to stand on 24 rows with the ways out."""
    half = width // 2
    found: list[Line] = []
    waiting: Line | None = None
    for row in rows:
        if waiting is not None and line_cells(row) <= width - half:
            found.append((*waiting, Span(" " * (half - line_cells(waiting))), *row))
            waiting = None
            continue
        found += [waiting] if waiting is not None else []
        waiting = row if width >= _TWO_COLUMNS and line_cells(row) < half else None
        found += folded(row, width, _INDENTATION) if waiting is None else []
    return [*found, *([waiting] if waiting is not None else [])]
