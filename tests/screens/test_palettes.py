"""The palettes: legible on any terminal's own paper, in many colours, in few and in none; meaning never by colour."""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import product

import pytest

from moducop_tui.roles import Role
from moducop_tui.screens.palette import FEW, MANY, NONE, palette_of
from moducop_tui.terminal.styles import BOLD, PLAIN, REVERSE, UNDERLINE, Depth
from moducop_tui.terminal.styles import Style as Sent
from tests.screens.painted import PAINTED, painted_pictures, styles
from tests.screens.test_pictures import HOW

Colour = tuple[int, int, int]
BLACK, WHITE, GREY = (0, 0, 0), (255, 255, 255), (170, 170, 170)
_TERMINALS: dict[str, tuple[Colour, ...]] = {
    "Linux console": (BLACK, (170, 0, 0), (0, 170, 0), (170, 85, 0), (0, 0, 170), (170, 0, 170), (0, 170, 170), GREY),
    "xterm": (
        BLACK, (205, 0, 0), (0, 205, 0), (205, 205, 0), (0, 0, 238), (205, 0, 205), (0, 205, 205), (229, 229, 229),
    ),
    "PuTTY": (BLACK, (187, 0, 0), (0, 187, 0), (187, 187, 0), (0, 0, 187), (187, 0, 187), (0, 187, 187), (187,) * 3),
    "Windows": (
        (12, 12, 12), (197, 15, 31), (19, 161, 14), (193, 156, 0), (0, 55, 218), (136, 23, 152), (58, 150, 221),
        (204, 204, 204),
    ),
}  # fmt: skip
"""The eight colours as terminals come with them."""
_PAPERS = {"dark": (BLACK, GREY), "light": (WHITE, BLACK)}
"""A terminal's own paper and ink, as far as they go apart."""
_PALE = frozenset({Role.OK, Role.RULE})
_LEGIBLE, _VISIBLE = 2.6, 1.9
"""Contrast as the W3C counts it (WCAG 2.2, 1.4.3): the darkest red in use on black, in bold; cyan on white."""
DEPTHS = (Depth.MONOCHROME, Depth.EIGHT, Depth.SIXTEEN, Depth.PALETTE, Depth.TRUE_COLOUR)


@pytest.fixture(autouse=True)
def _in_universal_time(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def rgb(parameters: str, colours: tuple[Colour, ...], own: Colour) -> Colour:
    """What a terminal with these colours shows for an ink or a paper."""
    if not parameters:
        return own
    if ";" not in parameters:
        return colours[int(parameters) % 10]
    index = int(parameters.rpartition(";")[2])
    if index >= 232:
        return (8 + 10 * (index - 232),) * 3
    steps = (0, 95, 135, 175, 215, 255)
    return steps[(index - 16) // 36], steps[(index - 16) // 6 % 6], steps[(index - 16) % 6]


def contrast(one: Colour, other: Colour) -> float:
    """From 1, the same, to 21, black and white."""

    def luminance(colour: Colour) -> float:
        parts = [value / 255 for value in colour]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("depth", DEPTHS[1:], ids=str)
@pytest.mark.parametrize(("terminal", "paper"), [*product(_TERMINALS, _PAPERS)])
def test_what_is_said_is_legible_on_dark_and_on_light_terminals(depth: Depth, terminal: str, paper: str) -> None:
    own_paper, own_ink = _PAPERS[paper]
    colours = _TERMINALS[terminal]
    for role, style in styles(depth).items():
        seen = contrast(rgb(style.ink, colours, own_ink), rgb(style.paper, colours, own_paper))
        assert seen >= (_VISIBLE if role in _PALE else _LEGIBLE), f"{role} on {terminal}: {seen:.1f}"


@pytest.mark.parametrize("depth", DEPTHS[1:], ids=str)
def test_a_painted_paper_has_its_own_ink_and_no_ink_needs_a_paper_that_is_not_given(depth: Depth) -> None:
    for role, style in styles(depth).items():
        assert bool(style.paper) <= bool(style.ink), role
        assert style.ink[1:] != style.paper[1:] or not style.ink, role
        if not style.paper:
            assert style.ink not in {"30", "37", "33", "34", "97"}, f"{role}: not on every paper"
            assert not style.ink or not style.attributes & REVERSE, f"{role}: its ink would become the paper"


@pytest.mark.parametrize("depth", DEPTHS, ids=str)
def test_no_bright_colours_and_no_bold_black(depth: Depth) -> None:
    """SGR 90 to 107 show on no Linux console, and a bold black one is grey on every terminal that makes bold bright."""
    for role, style in styles(depth).items():
        for colour in (style.ink, style.paper):
            assert ";" in colour or colour[:1] in ("", "3", "4"), role
        assert style.ink != "30" or not style.attributes & BOLD, role


@pytest.mark.parametrize("depth", DEPTHS, ids=str)
def test_what_must_be_told_apart_is(depth: Depth) -> None:
    told = styles(depth)
    assert set(told) == set(Role)
    apart = [
        (Role.TEXT, Role.WARN), (Role.TEXT, Role.BAD), (Role.WARN, Role.BAD), (Role.TEXT, Role.CURSOR),
        (Role.CURSOR, Role.FOUND), (Role.TEXT, Role.FOUND), (Role.TEXT, Role.KEY), (Role.TEXT, Role.TITLE),
        (Role.HEAD, Role.TEXT), (Role.HEAD, Role.ALERT), (Role.HEAD, Role.ALARM), (Role.ALERT, Role.ALARM),
        (Role.HEAD, Role.DEMO), (Role.HEAD_TITLE, Role.DEMO), (Role.HEAD, Role.HEAD_TITLE),
    ]  # fmt: skip
    for one, other in apart:
        assert told[one] != told[other], (one, other)


def test_in_no_colour_there_is_none_and_bars_and_cursor_are_reversed() -> None:
    told = styles(Depth.MONOCHROME)
    assert {style.ink + style.paper for style in told.values()} == {""}
    for role in (Role.CURSOR, Role.FOUND, Role.HEAD, Role.HEAD_TITLE, Role.ALERT, Role.ALARM):
        assert told[role].attributes & REVERSE, role
    assert {style.attributes & ~(BOLD | UNDERLINE | REVERSE) for style in told.values()} == {0}


def test_of_bars_and_frames_alone_is_paper_painted_for_paper_cannot_be_erased() -> None:
    quiet = {Role.TEXT, Role.OK, Role.WARN, Role.BAD, Role.DIM, Role.RULE, Role.KEY, Role.TITLE}
    for depth in DEPTHS:
        told = styles(depth)
        for role in quiet:
            assert not told[role].paper, role
            assert not told[role].attributes & REVERSE, role
        assert told[Role.TEXT] == PLAIN


def test_a_palette_belongs_to_every_depth() -> None:
    assert [palette_of(depth) for depth in DEPTHS] == [NONE, FEW, FEW, MANY, MANY]


@pytest.mark.parametrize(("name", "text"), [pytest.param(*one, id=one[0]) for one in painted_pictures()])
def test_the_painted_picture_is_what_is_sent(name: str, text: str) -> None:
    assert text == (PAINTED / f"{name}.txt").read_text(encoding="utf-8"), HOW


def test_there_is_no_painted_picture_that_nobody_draws() -> None:
    assert {path.stem for path in PAINTED.glob("*.txt")} == {name for name, _ in painted_pictures()}, HOW


def test_the_reader_of_a_painted_picture_is_told_every_style() -> None:
    from tests.screens.painted import words

    assert words(Sent(BOLD, "37", "41")) == "bold white on red"
    assert words(Sent(REVERSE)) == "reversed"
    assert words(Sent(0, "38;5;166")) == "166"
