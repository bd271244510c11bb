"""Meaning never rests on colour: in one colour every screen still says all of it, by marks and words."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import zip_longest

import pytest

from moducop_tui.roles import Role
from moducop_tui.text import Line, plain
from tests.screens.gallery import pictures

_MARK = re.compile(r"(?:^|[\s|])[!x~?WE]\d*(?=\s|$)")
"""A mark of a role, or the letter of a log entry's level."""
_WORDS = re.compile(
    r"\b(?:not|no|errors?|warnings|unreadable|broken|trial|rolled back|fell back|paused|problems?|shows more|x\d+)\b",
    re.IGNORECASE,
)
"""Words that say themselves what the colour says."""


@pytest.mark.parametrize(("name", "draw"), [pytest.param(*one, id=one[0]) for one in pictures()])
def test_what_is_wrong_has_a_mark_or_says_so_in_words(name: str, draw: Callable[[], list[Line]]) -> None:
    rows = draw()
    for y, row in enumerate(rows):
        for span, behind in zip_longest(row, row[1:]):
            if behind is not None and behind.role is Role.EDGE:
                continue  # a box lies over the rest of these words
            if span.role in (Role.WARN, Role.BAD, Role.ALERT, Role.ALARM) and span.text.strip():
                above = rows[y - 1] if y else ()
                continued = any(one.role is span.role for one in above)
                assert continued or _MARK.search(plain(row)) or _WORDS.search(span.text), plain(row)
