"""A plan before it runs: what will happen, whether it may, and each step with its exact command."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from moducop_tui.bars import rule
from moducop_tui.model.plan import Fact, Met, Plan, Power, Precondition, Step, Weight
from moducop_tui.roles import Role
from moducop_tui.text import Line, Span, cells, fit, folded, indent, line, line_cells, spread, wrap

_MARGIN = 5
"""Columns of the mark or the number in front of a condition or a step."""
_FACT_COLUMN = 12
_READING_COLUMN = 46
"""Columns at most from which on the readings stand, where words and reading fit one row."""
_SIGNS: Mapping[Met, tuple[str, Role]] = {
    Met.YES: ("ok", Role.OK),
    Met.DOUBT: ("!", Role.WARN),
    Met.NO: ("x", Role.BAD),
}
_WEIGHT_WORDS: Mapping[Weight, str] = {
    Weight.LIGHT: "plan",
    Weight.INTERRUPTS: "plan: interrupts service",
    Weight.BOOTS: "plan: changes what boots",
}
_BETWEEN = re.compile(r"\W+")


def plan_body(plan: Plan, width: int, room: int | None = None) -> list[Line]:
    """All rows of the plan; what stops it, and what is in doubt, comes first.

    Where `room` rows do not hold all of it, what is simply so comes last: the steps are what has to be read.
    """
    rows = [rule(plan.title, width, line(Span(_WEIGHT_WORDS[plan.weight], Role.DIM)))]
    rows += [line(" ", part) for sentence in plan.summary for part in wrap(sentence, width - 2)]
    column = _reading_column(plan.preconditions, width)
    by_weight = {
        met: [row for one in plan.preconditions if one.met is met for row in _condition(one, column, width)]
        for met in (Met.NO, Met.DOUBT, Met.YES)
    }
    facts = [row for one in plan.facts for row in _fact(one, width)]
    doubts, well = [*by_weight[Met.NO], *by_weight[Met.DOUBT]], by_weight[Met.YES]
    steps = [row for number, step in enumerate(plan.steps, start=1) for row in _step(number, step, width)]
    after = [line(" ", part) for sentence in plan.afterwards for part in wrap(sentence, width - 2)]
    whole = [*rows, *_sections(facts, [*doubts, *well], steps, after)]
    if room is None or len(whole) <= room or not steps:
        return whole
    return [*rows, *_sections(doubts, facts, steps, after, well)]


def _sections(*sections: list[Line]) -> list[Line]:
    """Each that has rows, behind an empty row."""
    return [row for section in sections if section for row in [(), *section]]


def looking_body(title: str, words: str, width: int) -> list[Line]:
    """What stands in place of the plan while the device is being looked at for it."""
    head = rule(title, width, line(Span("looking", Role.DIM)))
    return [head, *(line(" ", part) for part in wrap(words, width - 2))]


def failed_body(title: str, sentence: str, width: int) -> list[Line]:
    """Why there is no plan."""
    head = rule(title, width, line(Span("no plan", Role.BAD)))
    return [head, *_below(sentence, width, Role.BAD, sign="x")]


def _reading_column(conditions: tuple[Precondition, ...], width: int) -> int:
    """Where all readings can stand one below the other: behind the longest words, and with room for the longest."""
    fitting = [one for one in conditions if _MARGIN + cells(one.words) + 3 + cells(one.reading) < width]
    behind = max((_MARGIN + cells(one.words) + 3 for one in fitting), default=0)
    before = min((width - 1 - cells(one.reading) for one in fitting), default=_READING_COLUMN)
    return max(behind, min(before, _READING_COLUMN))


def _condition(one: Precondition, column: int, width: int) -> list[Line]:
    """`ok  nothing pending in Mender      standalone-state absent`; what is not met says what to do."""
    sign, role = _SIGNS[one.met]
    if one.met is not Met.YES and one.remedy is not None and _says(one.remedy, one.reading):
        one = replace(one, reading="")  # its sentence says the same
    head = line(" ", Span(fit(sign, _MARGIN - 1), role), Span(one.words, Role.TEXT if one.met is Met.YES else role))
    start = column if column + cells(one.reading) < width else line_cells(head) + 2
    if line_cells(head) + 2 <= start and start + cells(one.reading) < width:
        rows = [line(*head, " " * (start - line_cells(head)), Span(one.reading, Role.DIM))]
    else:
        rows = [*folded(head, width, _MARGIN), *(_below(one.reading, width, Role.DIM) if one.reading else [])]
    if one.met is Met.YES:
        return rows
    rows += _below(one.remedy, width, role) if one.remedy else []
    if one.met is Met.NO and one.override is not None:
        rows += _below("It can be overridden: the word is asked for below.", width, Role.WARN, sign="!")
    return rows


def _says(sentence: str, reading: str) -> bool:
    """Whether a sentence has the words of a reading; one that is a plain `no` is said by whatever stands below it."""
    return reading == "no" or f" {_words(reading)} " in f" {_words(sentence)} "


def _words(text: str) -> str:
    """A text's words with a blank between, without what stands around them."""
    return _BETWEEN.sub(" ", text).strip()


def _fact(one: Fact, width: int) -> list[Line]:
    """`payload     rootfs-image, gzip, 22 MB in all`."""
    head = line(" ", Span(fit(one.words, _FACT_COLUMN), Role.DIM))
    return folded(line(*head, one.text), width, line_cells(head))


def _step(number: int, step: Step, width: int) -> list[Line]:
    """`2  read back and compare      power may be cut`, then the exact command, and how to undo it."""
    keep = step.power is Power.KEEP
    power = line(Span("! do not cut the power" if keep else "power may be cut", Role.WARN if keep else Role.DIM))
    room = width - line_cells(power) - _MARGIN - 2
    words = wrap(step.words, room)
    rows = [spread(line(" ", Span(fit(str(number), _MARGIN - 1), Role.TITLE), words[0]), power, width)]
    rows += [line(" " * _MARGIN, part) for part in words[1:]]
    if step.command != step.words:
        rows += folded(line(" " * _MARGIN, Span(step.command, Role.DIM)), width, _MARGIN + 2)
    if step.undo:
        rows += folded(line(" " * _MARGIN, Span("undo: ", Role.DIM), step.undo), width, _MARGIN + 2)
    return rows


def _below(text: str, width: int, role: Role, sign: str = "") -> list[Line]:
    """A text in the column of the words, its sign in front of the first row."""
    rows = wrap(text, width - _MARGIN - 1)
    head = line(" ", Span(fit(sign, _MARGIN - 1), role), Span(rows[0], role))
    return [head, *(indent(line(Span(row, role)), _MARGIN) for row in rows[1:])]
