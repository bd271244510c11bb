"""The last rows of every screen: what is wrong, and the keys that work here."""

from __future__ import annotations

from moducop_tui.keymap import MAIN_PLACES, Binding, Keymap, Place, key_word
from moducop_tui.model.problems import Problem, Severity, briefs
from moducop_tui.model.reading import Topic
from moducop_tui.pages.head_bar import loud
from moducop_tui.pages.look import FULL_WIDTH, Look
from moducop_tui.pages.meaning import means_nothing
from moducop_tui.roles import UNKNOWN, Role, mark
from moducop_tui.text import Line, Span, cut_line, line, line_cells, spread

_ROLES = {
    Severity.WELL: Role.OK,
    Severity.WARNING: Role.WARN,
    Severity.CRITICAL: Role.BAD,
    Severity.UNKNOWN: Role.DIM,
}
_MENU = (Span("[m]", Role.KEY), Span("enu"))
_SHORT = {Place.OVERVIEW: "Over", Place.STORAGE: "Stor", Place.SYSTEM: "Sys"}


def problem_role(problem: Problem) -> Role:
    """The role in which a problem is shown."""
    return _ROLES[problem.severity]


def problem_mark(problem: Problem) -> str:
    """The mark in front of a problem; what could not be judged has a question mark."""
    return severity_mark(problem.severity)


def severity_mark(severity: Severity) -> str:
    """The mark of a severity."""
    return UNKNOWN if severity is Severity.UNKNOWN else mark(_ROLES[severity])


def problem_line(look: Look) -> Line:
    """One row that says what is wrong, worst first, or that nothing is."""
    stick = stick_note(look)
    if not look.problems:
        return spread(line(Span(nothing_wrong(look), Role.OK)), line(*stick, "  " if stick else "", *_MENU), look.width)
    menu = (*_MENU, Span("  ")) if look.width >= FULL_WIDTH else ()
    right = line(*stick, "  " if stick else "", *menu, Span("[p]", Role.KEY), f"roblems ({len(look.problems)})")
    room = look.width - line_cells(right) - 2
    parts = [line(Span(f"{severity_mark(severity)} {brief}", loud(_ROLES[severity]))) for severity, brief in
             briefs(look.problems)]  # fmt: skip
    for number in range(len(parts), 0, -1):
        more = (Span(f"+{len(parts) - number}", Role.DIM),) if number < len(parts) else ()
        shown = _between_blanks([*parts[:number], *([more] if more else [])])
        if line_cells(shown) <= room:
            return spread(shown, right, look.width)
    return spread(cut_line(parts[0], room), right, look.width)


def _between_blanks(parts: list[Line]) -> Line:
    spans: list[Span] = []
    for part in parts:
        spans += [Span("  "), *part] if spans else part
    return tuple(spans)


def stick_note(look: Look) -> Line:
    """`stick sda1: [i]nstall`, while somebody has plugged one in and nobody has looked at it; else nothing."""
    return line(f"stick {look.stick}: ", Span("[i]", Role.KEY), "nstall") if look.stick else ()


def nothing_wrong(look: Look) -> str:
    """The sentence of a device on which nothing is wrong; before the first readings it claims nothing."""
    waiting = [topic for topic in Topic if look.readings.of(topic).value is None and topic is not Topic.MEDIA]
    return "Reading the device ..." if waiting else "ok  Nothing is wrong."


def problem_counts(look: Look) -> Line:
    """`x 1 ! 2 [p]`: how much is wrong, for screens that have no row for it. Empty when nothing is."""
    parts: list[Span] = []
    for severity in (Severity.CRITICAL, Severity.WARNING, Severity.UNKNOWN):
        found = [problem for problem in look.problems if problem.severity is severity]
        if found:
            parts.append(Span(f"{problem_mark(found[0])}{len(found)} ", loud(problem_role(found[0]))))
    counts: Line = (*parts, Span("[p]", Role.KEY), Span("roblems")) if parts else ()
    stick = stick_note(look)
    return (*stick, Span("  "), *counts) if stick and counts else stick or counts


def key_bar(place: Place, width: int) -> Line:
    """The last row: the six screens with this one in brackets, and the keys that work everywhere.

    The very last cell stays empty: minicom does not show it.
    """
    width -= 1
    spans: list[Span] = []
    names = [_SHORT.get(one, one.value) if width < FULL_WIDTH - 1 else one.value for one in MAIN_PLACES]
    for digit, (one, name) in enumerate(zip(MAIN_PLACES, names, strict=True), start=1):
        here = one is place
        before = "[" if here else ("]" if digit > 1 and MAIN_PLACES[digit - 2] is place else " ")
        spans += [Span(before), Span(f"{digit}", Role.KEY), Span(f" {name}", Role.TITLE if here else Role.TEXT)]
    spans.append(Span("]" if place is MAIN_PLACES[-1] else " "))
    ends = (("/", "find"), ("g", "go to"), ("?", "help"), ("q", "quit"))
    words = [line(Span(key, Role.KEY), f" {word}") for key, word in ends]
    for shown in (words, [*words[:-1], line(Span("q", Role.KEY))], [line(Span(key, Role.KEY)) for key, _ in ends]):
        right: Line = ()
        for word in shown:
            right = (*right, Span("  "), *word) if right else word
        if line_cells(spans) + line_cells(right) <= width:  # the last span is a blank or a bracket
            return spread(tuple(spans), right, width)
    return spread(tuple(spans), (), width)


def screen_keys(look: Look, keymap: Keymap, place: Place, note: Line = ()) -> Line:
    """The row above the key bar: keys of this screen, a note, and at the right how much is wrong."""
    right = problem_counts(look)
    room = look.width - line_cells(right) - 1
    shown: Line = note
    for binding in keymap.bar(place):
        if means_nothing(binding.action, look):
            continue
        part = hint(binding)
        if line_cells(shown) + 2 + line_cells(part) > room:
            break
        shown = (*shown, Span("  "), *part) if shown else part
    return spread(shown, right, look.width)


def hint(binding: Binding) -> Line:
    """`[s]ource`, or `[Enter] whole log` where the word does not begin with the key."""
    key = key_word(binding.keys[0])
    if binding.short.startswith(key):
        return line(Span(f"[{key}]", Role.KEY), binding.short[len(key) :])
    return line(Span(f"[{key}]", Role.KEY), f" {binding.short}")
