"""The page of the verdict: what is booted and what was expected, the evidence, and the ways out with their keys."""

from __future__ import annotations

from moducop_tui.bars import rule
from moducop_tui.model.plan import ActionKind
from moducop_tui.model.update_verdict import Standing, UpdateVerdict, judge_update
from moducop_tui.model.way_out import WayOut, find_ways_out
from moducop_tui.pages.look import Look
from moducop_tui.pages.meaning import KEYS, key_action
from moducop_tui.pages.panel import sentence
from moducop_tui.pages.slot_words import evidence, slot_rows
from moducop_tui.pages.slots import verdict_role
from moducop_tui.pages.update_verdict import update_verdict_rows
from moducop_tui.pages.work_words import left_words, seconds_to_confirm
from moducop_tui.roles import Role
from moducop_tui.text import Line, Span, flow, folded, indent, line

_WORDS = {ActionKind.ROLLBACK: "roll back"}


def update_body(look: Look) -> list[Line]:
    """All rows of the page."""
    work = look.readings.work.value
    judged = judge_update(look.readings, work.before if work else None, look.wall_now)
    rows = [rule(_title(judged), look.width, _note(look))]
    if judged is None:
        verdict = look.verdict
        rows += sentence(verdict.sentence, look.width, verdict_role(verdict))
        rows += sentence(verdict.advice, look.width) if verdict.advice else []
    else:
        role = Role.WARN if judged.is_worse or judged.standing is Standing.CAME_BACK else Role.TEXT
        rows += [*sentence(judged.sentence, look.width, role), *update_verdict_rows(judged, look.width)]
    rows += [(), *_ways(look)]
    slots = look.readings.slots.value
    if slots is not None:
        rows += [rule("Slots", look.width), *slot_rows(look, slots)]
        rows += [indent(row, 5) for row in flow(evidence(look), look.width - 5)]
    return rows


def _title(judged: UpdateVerdict | None) -> str:
    return "Verdict" if judged is None else f"Update: {judged.standing.value}"


def _note(look: Look) -> Line:
    left = seconds_to_confirm(look)
    return line(Span(f"! {left_words(left)}", Role.WARN)) if left is not None else ()


def _ways(look: Look) -> list[Line]:
    """`[c] commit: keeps B.` for each way out, and what happens if nobody does anything."""
    ways = find_ways_out(look.readings, look.wall_now)
    if not ways:
        return [line("  ", Span("Nothing waits for your word.", Role.OK))]
    rows: list[Line] = []
    for way in ways:
        key = key_action(way.action, look.verdict.phase)
        rows += folded(_way(KEYS[key] if key else "m", way), look.width, 5)
    verdict = look.verdict
    if verdict.falls_back_to is not None:
        when = "a reboot, or the time that is left" if seconds_to_confirm(look) is not None else "any reboot"
        rows += folded(line("     nothing: ", f"{when} returns to {verdict.falls_back_to}."), look.width, 5)
    return rows


def _way(key: str, way: WayOut) -> Line:
    words = _WORDS.get(way.action.kind) or way.action.words
    words = f"menu, {words}" if key == "m" else words
    return line(" ", Span(f"[{key}]", Role.KEY), " ", Span(words, Role.TITLE), f": {way.sentence}")
