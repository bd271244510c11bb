"""Help: every key, those of the screen it was opened on first."""

from __future__ import annotations

from collections.abc import Sequence

from moducop_tui.bars import rule
from moducop_tui.keymap import MAIN_PLACES, Binding, Keymap, Place
from moducop_tui.roles import MARKS, STALE_MARK, UNKNOWN, Role
from moducop_tui.text import Line, Span, fit, line, wrap

_KEYS_WIDTH = 18


def help_body(keymap: Keymap, came_from: Place, width: int) -> list[Line]:
    """All rows of the page."""
    own = [binding for binding in keymap.of(came_from) if not _everywhere(binding)]
    rows: list[Line] = []
    if own:
        rows += _section(f"Keys on {came_from.value}", own, width)
    rows += _section("Keys on every screen", [one for one in keymap.of(Place.OVERVIEW) if _everywhere(one)], width)
    rows += _section("In a list to choose from", keymap.of(Place.BOX), width)
    note = "All other keys are typed into its search there, j and k too: Up and Down move."
    rows += [line("  ", row) for row in wrap(note, width - 2)]
    rows += _section("On a plan", keymap.of(Place.PLAN), width)
    note = "Where a plan asks for words, letters and blanks are typed: Up, Down, PageUp and PageDown move."
    rows += [line("  ", row) for row in wrap(note, width - 2)]
    rows += _marks(width)
    return rows


def _everywhere(binding: Binding) -> bool:
    return set(MAIN_PLACES) <= binding.places


def _section(title: str, bindings: Sequence[Binding], width: int) -> list[Line]:
    return [rule(title, width), *(row for binding in bindings for row in _binding(binding, width))]


def _binding(binding: Binding, width: int) -> list[Line]:
    rows = wrap(binding.sentence, width - _KEYS_WIDTH - 4)
    keys = fit(binding.key_words, _KEYS_WIDTH)
    return [
        line("  ", Span(keys, Role.KEY), "  ", row) if index == 0 else line(" " * (_KEYS_WIDTH + 4), row)
        for index, row in enumerate(rows)
    ]


def _marks(width: int) -> list[Line]:
    meanings = (
        (MARKS[Role.BAD], Role.BAD, "bad: it does not work, or the device is at risk"),
        (MARKS[Role.WARN], Role.WARN, "warning: look at it"),
        (STALE_MARK, Role.WARN, "stale: could not be read again; its age stands beside it"),
        (UNKNOWN, Role.TEXT, "could not be read; never stands for zero"),
        (MARKS[Role.CURSOR], Role.CURSOR, "what the next key acts on"),
        ("| / - \\", Role.TEXT, "at the top right: turns while readings come"),
    )
    rows = [line("  ", Span(sign, role), " " * (8 - len(sign)), text) for sign, role, text in meanings]
    return [rule("Marks", width), *rows]
