"""The history of actions, newest first; and one of them with every step's command, exit code, duration and output."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from moducop_tui.bars import rule
from moducop_tui.model.readings import Readings
from moducop_tui.model.update_outcomes import Update, UpdateOutcome, update_outcomes
from moducop_tui.model.verdict import judge_boot
from moducop_tui.model.work import Record, StepRecord
from moducop_tui.pages.look import Look
from moducop_tui.pages.panel import nothing, sentence, stale_note, why, wrapped_fact
from moducop_tui.pages.span_words import span_words
from moducop_tui.pages.work import outcome_rows
from moducop_tui.pages.work_words import OUTCOME_ROLES, STEP_MARKS, STEP_ROLES, outcome_mark, outcome_words
from moducop_tui.roles import STALE_MARK, Role, mark
from moducop_tui.text import Line, Span, cut, cut_line, fit, folded, line, line_cells, spread
from moducop_tui.units import count, date_and_clock, text_of

_MARGIN = 8
_OUTPUT_ROWS = 200
"""Rows of a step's output at most; the trail itself keeps only the end of it."""
_YEAR, _MINUTES = 5, 16
"""Where month and minutes are in a date with its time of day."""
_UPDATE_ROLES = {
    UpdateOutcome.RUNNING: Role.TITLE,
    UpdateOutcome.WAITING: Role.WARN,
    UpdateOutcome.COMMITTED: Role.OK,
    UpdateOutcome.FELL_BACK: Role.BAD,
    UpdateOutcome.FAILED: Role.BAD,
    UpdateOutcome.CUT: Role.BAD,
}
_WHO = 18
"""Columns of who asked for it, by user and origin; all of it is in the opened entry."""


@dataclass(frozen=True, slots=True)
class HistoryView:
    """`cursor` is the marked record, `opened` the id of the one that is shown whole."""

    cursor: int = 0
    opened: str | None = None


def history_entries(readings: Readings) -> tuple[tuple[Record, ...], tuple[Update, ...]]:
    """The newest actions, and what became of the newest updates: the two lists that the cursor goes through."""
    work = readings.work.value
    if work is None:
        return (), ()
    verdict = judge_boot(readings.slots.value, readings.boot.value, readings.mender.value)
    return work.history, update_outcomes(work.updates, readings.mender.value, verdict.phase)


def history_rows(look: Look, view: HistoryView) -> tuple[list[Line], int]:
    """The lists with their cursor, and the row in which the cursor stands."""
    reading = look.readings.work
    work = reading.value
    if work is None:
        return [rule("History", look.width), *nothing(reading, look.width, 4)], 0
    history, updates = history_entries(look.readings)
    note = stale_note(reading, look.now) if reading.error else _note(history)
    rows = [rule("History of actions, newest first", look.width, note)]
    rows += why(reading.error, look.width, 2, STALE_MARK) if reading.error else []
    rows += sentence(work.error, look.width, Role.BAD) if work.error else []
    if not history:
        none = [] if work.error else [line("  ", Span("No action is on record on this device.", Role.DIM))]
        return [*rows, *none], 0
    cursor = min(view.cursor, len(history) + len(updates) - 1)
    first = len(rows)
    rows += [_row(one, look.width, here=index == cursor) for index, one in enumerate(history)]
    below = len(rows)
    if updates:
        rows.append(rule("What became of the updates", look.width))
        rows += [_update(one, look.width, here=index == cursor) for index, one in enumerate(updates, len(history))]
    return rows, first + cursor if cursor < len(history) else below + 1 + cursor - len(history)


def _note(history: Sequence[Record]) -> Line:
    return line(Span(f"the last {count(len(history), 'action')}", Role.DIM)) if history else ()


def _row(record: Record, width: int, *, here: bool) -> Line:
    """`  11-22 10:41  ok done  Install v2.8.0   root ttymxc0`."""
    role = OUTCOME_ROLES[record.outcome]
    told = Span(f"{fit(outcome_mark(record.outcome), 2)} {fit(record.outcome.value, 9)}", role)
    return _entry(record, told, record.title, width, here=here)


def _update(one: Update, width: int, *, here: bool) -> Line:
    """`  11-22 10:41  x fell back   v2.8.0`."""
    role = _UPDATE_ROLES.get(one.outcome, Role.TEXT)
    sign = "ok" if role is Role.OK else mark(role)
    told = Span(f"{fit(sign, 2)} {fit(one.outcome.value, 22)}", role)
    return _entry(one.record, told, one.record.title.removeprefix("Install "), width, here=here)


def _entry(record: Record, told: Span, title: str, width: int, *, here: bool) -> Line:
    who = line(cut(f"{record.who.user} {record.who.origin or record.who.terminal or ''}".strip(), _WHO))
    when = date_and_clock(record.at)[_YEAR:_MINUTES]
    left = line(f"{mark(Role.CURSOR) if here else ' '} {when}  ", told, " ", title)
    row = spread(cut_line(left, width - line_cells(who) - 2), who, width)
    return line(Span("".join(span.text for span in row), Role.CURSOR)) if here else row


def opened_record(readings: Readings, view: HistoryView) -> Record | None:
    """The record that is shown whole; None while the lists are shown, or when it is not on record any more."""
    history, updates = history_entries(readings)
    return next((one for one in (*history, *(one.record for one in updates)) if one.id == view.opened), None)


def record_body(record: Record, width: int) -> list[Line]:
    """All that is on record about an action."""
    role = OUTCOME_ROLES[record.outcome]
    rows = [
        rule(record.title, width, line(Span(outcome_words(record.outcome), role))),
        *outcome_rows(record, width),
        (),
        *_facts(record, width),
    ]
    for number, one in enumerate(record.steps, start=1):
        rows += [(), *_step(number, one, width)]
    return rows


def _facts(record: Record, width: int) -> list[Line]:
    ended = record.ended_at
    facts = [
        ("asked for", record.action.words),
        ("by", record.who.words),
        ("reason", record.reason or "none was asked for"),
        ("overridden", ", ".join(record.overrides) or "nothing"),
        ("began", date_and_clock(record.at)),
        ("ended", "not on record" if ended is None else f"{date_and_clock(ended)}, {span_words(ended - record.at)}"),
        ("boot", text_of(record.boot_id)),
        ("id", record.id),
    ]
    return [row for name, value in facts for row in wrapped_fact(name, value, width, columns=11)]


def _step(number: int, one: StepRecord, width: int) -> list[Line]:
    """One step: words and state, then command, exit code, duration, what was found, and what the tool printed."""
    role = STEP_ROLES[one.state]
    head = line(" ", Span(fit(STEP_MARKS[one.state], 3), role), Span(f"{number:>2}  ", Role.DIM), one.words)
    told = [one.state.value]
    told += [] if one.seconds is None else [span_words(one.seconds)]
    told += [] if one.exit_code is None else [f"exit code {one.exit_code}"]
    state = line(Span(", ".join(told), role))
    rows = [spread(cut_line(head, width - line_cells(state) - 2), state, width)]
    rows += _below(one.command, width, Role.DIM)
    rows += _below(one.sentence, width, Role.TEXT) if one.sentence else []
    output = [part for text in one.output.splitlines() for part in _below(f"| {text}", width, Role.TEXT)]
    return [*rows, *output[-_OUTPUT_ROWS:]]


def _below(text: str, width: int, role: Role) -> list[Line]:
    return folded(line(" " * _MARGIN, Span(text, role)), width, _MARGIN + 2)
