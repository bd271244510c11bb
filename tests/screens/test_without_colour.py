"""Meaning never rests on colour: in one colour every screen still says all of it, by marks, words and reverse."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from rich.color import ColorSystem
from rich.style import Style

from moducop_tui.roles import Role
from moducop_tui.screens.palette import STYLES
from moducop_tui.terminal.styles import BOLD, REVERSE, VT_ATTRIBUTES, Depth, apply_sgr, reduce
from moducop_tui.terminal.styles import PLAIN as NO_STYLE
from moducop_tui.terminal.styles import Style as Reduced
from moducop_tui.text import Line, plain
from tests.screens.gallery import pictures

_MARK = re.compile(r"(?:^|[\s|])[!x~?WE]\d*(?=\s|$)")
"""A mark of a role, or the letter of a log entry's level."""
_WORDS = re.compile(
    r"\b(?:not|no|errors?|warnings|unreadable|broken|trial|rolled back|fell back|paused|problems?|shows more|x\d+)\b",
    re.IGNORECASE,
)
"""Words that say themselves what the colour says."""


def shown(style: Style, depth: Depth) -> Reduced:
    """How a terminal of that depth shows a style of ours."""
    match = re.match(r"\x1b\[([0-9;]*)m", style.render("x", color_system=ColorSystem.STANDARD))
    return reduce(apply_sgr(NO_STYLE, match[1]) if match else NO_STYLE, depth, VT_ATTRIBUTES)


@pytest.mark.parametrize(("name", "draw"), [pytest.param(*one, id=one[0]) for one in pictures()])
def test_what_is_wrong_has_a_mark_or_says_so_in_words(name: str, draw: Callable[[], list[Line]]) -> None:
    rows = draw()
    for y, row in enumerate(rows):
        for span in row:
            if span.role in (Role.WARN, Role.BAD) and span.text.strip():
                above = rows[y - 1] if y else ()
                continued = any(one.role is span.role for one in above)
                assert continued or _MARK.search(plain(row)) or _WORDS.search(span.text), plain(row)


def test_without_colour_every_role_that_needs_it_stands_out() -> None:
    mono = {role: shown(style, Depth.MONOCHROME) for role, style in STYLES.items()}
    assert set(mono) == set(Role)
    assert {style.ink + style.paper for style in mono.values()} == {""}
    for role in (Role.CURSOR, Role.FOUND, Role.DEMO):
        assert mono[role].attributes & REVERSE
    for role in (Role.BAD, Role.KEY, Role.TITLE, Role.FOUND):
        assert mono[role].attributes & BOLD
    assert mono[Role.FOUND] != mono[Role.CURSOR], "what was found is seen in the cursor's row too"


def test_eight_colours_are_enough() -> None:
    """Bright colours don't show on the Linux console, and painted paper can't be erased: neither is used."""
    for role, style in STYLES.items():
        assert shown(style, Depth.EIGHT) == shown(style, Depth.SIXTEEN) == shown(style, Depth.TRUE_COLOUR), role
        assert not shown(style, Depth.EIGHT).paper
    wrong = [shown(STYLES[role], Depth.EIGHT).ink for role in (Role.OK, Role.WARN, Role.BAD, Role.DIM)]
    assert len(set(wrong)) == len(wrong)
