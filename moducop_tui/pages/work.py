"""An action at work, or the one that ended last: its steps live, how far it is, and what the tool says."""

from __future__ import annotations

from collections.abc import Sequence

from moducop_tui.bars import progress_bar, rule
from moducop_tui.model.plan import Power
from moducop_tui.model.work import Outcome, Progress, Record, Running, StepRecord, StepState
from moducop_tui.pages.look import Look
from moducop_tui.pages.panel import nothing
from moducop_tui.pages.span_words import span_words
from moducop_tui.pages.work_words import (
    OUTCOME_ROLES,
    STEP_MARKS,
    STEP_ROLES,
    outcome_mark,
    outcome_words,
    power_words,
    progress_words,
)
from moducop_tui.roles import Role
from moducop_tui.text import Line, Span, cut_line, fit, folded, indent, line, line_cells, spread, wrap
from moducop_tui.units import clock

_MARGIN = 8
"""Columns of a step's mark and number."""
_BAR = 22
_LEAST_LINES = 3
"""Rows that the tool's own lines keep, however many steps there are."""
_ALIVE = frozenset({StepState.RUNNING, StepState.FAILED, StepState.CUT})
"""Steps about which more is said than one row holds."""


def idle_body(look: Look) -> list[Line]:
    """What is shown while nothing runs and nothing has ended yet."""
    reading = look.readings.work
    if reading.value is None:
        return [rule("At work", look.width), *nothing(reading, look.width, 4)]
    words = "Nothing is done to this device now. [h] shows what was."
    return [rule("At work", look.width), line("  ", Span(words, Role.DIM))]


def running_body(look: Look, running: Running, space: int) -> list[Line]:
    """The running action in exactly the room that there is: the steps, then the last lines of the tool."""
    record, width = running.record, look.width
    total = len(record.steps)
    step = line(Span(f"step {min(running.step + 1, total)} of {total}", Role.DIM)) if total else ()
    head = [
        rule(record.title, width, line(Span("at work", Role.TITLE))),
        spread(line(" ", *power_words(running.power)), step, width),
        *_asked_by(record, width),
        (),
    ]
    steps: list[Line] = []
    here = 0
    for number, one in enumerate(record.steps):
        is_running = number == running.step
        here = len(steps) if is_running else here
        steps += _step(number + 1, one, look, running.progress if is_running else None)
    room = max(1, space - len(head) - 1 - min(_LEAST_LINES, max(1, len(running.lines))))
    seen = _around(steps, here, room)
    below = space - len(head) - len(seen) - 1
    return [*head, *seen, rule("The tool's own words", width), *_last_lines(running.lines, width, below)]


def ended_body(look: Look, record: Record, next_words: Sequence[str] = ()) -> list[Line]:
    """An action that has ended: how, each step, what the tool said last, and what to do next."""
    width, role = look.width, OUTCOME_ROLES[record.outcome]
    took = span_words(None if record.ended_at is None else record.ended_at - record.at)
    note = outcome_words(record.outcome) if record.ended_at is None else f"{outcome_words(record.outcome)}, {took}"
    rows = [rule(record.title, width, line(Span(note, role))), *outcome_rows(record, width)]
    if next_words:
        rows += [row for words in next_words for row in _paragraph(words, width)]
    rows += [*_asked_by(record, width), ()]
    for number, one in enumerate(record.steps, start=1):
        rows += _step(number, one, look, None)
    output = _telling_output(record)
    if output:
        rows += [rule("The tool's own words", width)]
        rows += [part for text in output for part in folded(line(f"  {text}"), width, 4)]
    return rows


def outcome_rows(record: Record, width: int) -> list[Line]:
    """How it went, in a sentence with its mark."""
    role = OUTCOME_ROLES[record.outcome]
    sentence = record.sentence or _OUTCOME_SENTENCES[record.outcome]
    sign = fit(outcome_mark(record.outcome), 3)
    parts = wrap(sentence, width - 4)
    return [
        line(f" {sign if index == 0 else '   '}", Span(part, role)) if role is not Role.OK or index
        else line(" ", Span(sign, role), part)
        for index, part in enumerate(parts)
    ]  # fmt: skip


_OUTCOME_SENTENCES = {
    Outcome.RUNNING: "It was begun.",
    Outcome.DONE: "Done.",
    Outcome.FAILED: "It failed.",
    Outcome.REFUSED: "Nothing was done: the device was not any more as the plan needs it.",
    Outcome.CANCELLED: "It was cancelled.",
    Outcome.CUT: "It was begun and its end is not on record: the power was cut, or the program was killed.",
}


def _asked_by(record: Record, width: int) -> list[Line]:
    """Who asked for it, when and why."""
    words = f"asked by {record.who.words} at {clock(record.at)}"
    if record.overrides:
        words += f", overriding: {', '.join(record.overrides)}"
    rows = [line(" ", Span(part, Role.DIM)) for part in wrap(words, width - 2)]
    if record.reason:
        rows += [line(" ", Span(part, Role.DIM)) for part in wrap(f"reason: {record.reason}", width - 2)]
    return rows


def _step(number: int, one: StepRecord, look: Look, progress: Progress | None) -> list[Line]:
    """`ok  2  read back and compare     3 s`; the running one with its progress, the failed one with its sentence."""
    role = STEP_ROLES[one.state]
    sign = line(" ", Span(fit(STEP_MARKS[one.state], 3), role), Span(f"{number:>2}  ", Role.DIM))
    words = Span(one.words, Role.TEXT if one.state is StepState.DONE else role)
    right = line(Span(_time_of(one, look.wall_now), Role.DIM))
    if one.power is Power.KEEP and one.state in (StepState.WAITING, StepState.RUNNING):
        right = line(Span("! do not cut the power  ", Role.WARN), *right)
    room = look.width - line_cells(right) - 2
    rows = [spread(cut_line(line(*sign, words), room), right, look.width)]
    if progress is not None and (told := progress_words(progress)):
        drawn = (*progress_bar(progress.share, _BAR), Span("  ")) if progress.share is not None else ()
        rows.append(indent(cut_line((*drawn, Span(told)), look.width - _MARGIN), _MARGIN))
    if one.sentence and (one.state in _ALIVE or one.state is StepState.SKIPPED):
        rows += [line(" " * _MARGIN, Span(part, role)) for part in wrap(one.sentence, look.width - _MARGIN - 1)]
    return rows


def _time_of(one: StepRecord, wall_now: float) -> str:
    if one.state is StepState.RUNNING:
        return span_words(None if one.began is None else wall_now - one.began)
    if one.seconds is not None:
        return span_words(one.seconds)
    return one.state.value if one.state is not StepState.WAITING else ""


def _around(rows: list[Line], here: int, room: int) -> list[Line]:
    """As many rows as there is room for, with the running step among them."""
    first = max(0, min(here - room // 2, len(rows) - room))
    return rows[first : first + room]


def _last_lines(lines: Sequence[str], width: int, room: int) -> list[Line]:
    """The newest lines of the tool, the newest one in the last row."""
    shown = [part for text in lines for part in folded(line(f"  {text}"), width, 4)]
    return shown[-room:] if room > 0 else []


def _telling_output(record: Record) -> list[str]:
    """What the tool said in the step that failed or was cut off; of a good end, nothing."""
    output = next((one.output for one in reversed(record.steps) if one.output and one.state in _ALIVE), "")
    return [text for text in output.splitlines() if text.strip()]


def _paragraph(words: str, width: int) -> list[Line]:
    return [line("    ", part) for part in wrap(words, width - 5)]
