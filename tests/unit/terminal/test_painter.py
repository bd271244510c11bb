"""What the painter sends makes the terminal show what Textual drew, cell for cell, and no byte more than that needs."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moducop_tui.terminal.painter import Painter
from moducop_tui.terminal.profile import Abilities, Charset, Profile
from moducop_tui.terminal.shadow import Shadow
from moducop_tui.terminal.styles import Depth
from tests.unit.terminal.emulated import Emulated, wanted

VT102 = Profile(Depth.MONOCHROME, Charset.ASCII)
VT220 = Profile(Depth.EIGHT, Charset.ASCII, abilities=Abilities(erase_characters=True))
XTERM = Profile(
    Depth.TRUE_COLOUR,
    Charset.UTF8,
    abilities=Abilities(erase_characters=True, column_address=True, row_address=True),
)
PROFILES = [
    VT102,
    VT220,
    dataclasses.replace(XTERM, depth=Depth.SIXTEEN),
    dataclasses.replace(XTERM, depth=Depth.PALETTE),
    XTERM,
    dataclasses.replace(VT220, abilities=Abilities(scroll_region=False)),
]


class Drawing:
    """A shadow and the painter that brings it to a terminal."""

    def __init__(self, width: int, height: int, profile: Profile) -> None:
        self.shadow = Shadow(width, height, profile)
        self.painter = Painter(width, height, profile, self.shadow.styles)

    def paint(self, limit: int | None = None) -> str:
        return self.painter.paint(self.shadow.grid, limit)

    def forget(self) -> None:
        self.painter.forget()

    def check(self, terminal: Emulated) -> None:
        """Every cell on the terminal is the one in the shadow."""
        grid, styles = self.shadow.grid, self.shadow.styles.reduced
        for y in range(grid.height):
            for x in range(grid.width):
                assert terminal.cell(x, y) == wanted(grid.characters[y][x], styles[grid.styles[y][x]]), (x, y)


def drawn(rows: list[tuple[str, str]]) -> str:
    """Rows of (SGR parameters, text) as Textual writes them."""
    return "".join(f"\x1b[{y + 1};1H\x1b[{sgr}m{text}\x1b[0m" for y, (sgr, text) in enumerate(rows))


def test_a_frame_that_changes_nothing_sends_nothing() -> None:
    drawing = Drawing(20, 5, VT220)
    drawing.shadow.feed(drawn([("", "hello")]))
    assert "hello" in drawing.paint()
    drawing.shadow.feed(drawn([("", "hello")]))
    assert drawing.paint() == ""


def test_a_changed_digit_sends_a_cursor_movement_and_that_digit() -> None:
    drawing = Drawing(80, 24, VT220)
    drawing.shadow.feed(drawn([("", "up 3 d 04:12  load 0.41")]))
    drawing.paint()
    drawing.shadow.feed(drawn([("", "up 3 d 04:13  load 0.41")]))
    assert drawing.paint() == "\x1b[12D3"


def test_a_new_log_line_at_the_bottom_scrolls_the_terminal_instead_of_repainting_it() -> None:
    drawing = Drawing(80, 24, VT220)
    terminal = Emulated(80, 24)
    log = [
        ("", f"10:41:{second:02d} I web GET /status/{second * 7919} 200 in {second} ms" + " " * 30)
        for second in range(60)
    ]
    drawing.shadow.feed(drawn([("1", "title".ljust(80)), *log[:20]]))
    terminal.feed(drawing.paint())
    drawing.shadow.feed(drawn([("1", "title".ljust(80)), *log[1:21]]))
    sent = drawing.paint()
    terminal.feed(sent)
    drawing.check(terminal)
    assert len(sent) < 100


def test_blanks_between_coloured_words_on_an_empty_row_are_written_and_not_passed_over() -> None:
    drawing = Drawing(80, 5, VT220)
    drawing.paint()
    drawing.shadow.feed("\x1b[3;2H\x1b[33mcan0: bus error, rx 983\x1b[0m")
    assert drawing.paint().endswith("\r\n\n \x1b[33mcan0: bus error, rx 983")


def test_rows_outside_of_what_scrolls_are_drawn_in_the_same_frame() -> None:
    drawing, terminal = Drawing(40, 12, VT102), Emulated(40, 12)
    log = [("", f"{number * 7919 % 1000} of something long enough".ljust(40)) for number in range(30)]
    for start in (0, 2):
        edge = ("7", f"edge {start}".ljust(40))
        drawing.shadow.feed(drawn([edge, *log[start : start + 10], edge]))
        terminal.feed(drawing.paint())
        drawing.check(terminal)


def test_a_blank_tail_is_erased_and_not_written() -> None:
    drawing = Drawing(80, 5, VT102)
    drawing.shadow.feed(drawn([("", "x" * 80)]))
    drawing.paint()
    drawing.shadow.feed(drawn([("", "short".ljust(80))]))
    assert drawing.paint().endswith("short\x1b[K")


def test_forgetting_draws_all_again() -> None:
    drawing = Drawing(20, 5, VT220)
    drawing.shadow.feed(drawn([("", "hello")]))
    drawing.paint()
    drawing.forget()
    assert "hello" in drawing.paint()
    assert drawing.paint() == ""


def test_queries_titles_and_modes_of_textual_never_reach_the_terminal() -> None:
    drawing = Drawing(20, 5, XTERM)
    drawing.paint()
    drawing.shadow.feed("\x1b[?1049h\x1b[?2026$p\x1b[>25u\x1b]22;default\x07\x1b[?25l\x1b[?1000h\x1b[>1u")
    assert drawing.paint() == ""


def test_a_terminal_of_ascii_gets_ascii_only() -> None:
    drawing = Drawing(40, 5, VT220)
    drawing.shadow.feed(drawn([("", "┌─ Zug fährt °C ● 列車 é…")]))
    sent = drawing.paint()
    assert sent.isascii()
    assert "+- Zug fahrt oC o ???? e~" in sent


def test_lines_of_utf8_are_sent_only_where_they_are_wanted() -> None:
    for light, expected in ((False, "+--+ é"), (True, "┌──┐ é")):
        drawing = Drawing(20, 3, dataclasses.replace(XTERM, light_lines=light))
        drawing.shadow.feed(drawn([("", "┌──┐ é")]))
        assert expected in drawing.paint()


def test_line_drawing_by_dec_graphics_is_shifted_in_and_out() -> None:
    drawing = Drawing(20, 3, dataclasses.replace(VT102, charset=Charset.DEC))
    drawing.shadow.feed(drawn([("", "a┌──┐b")]))
    assert "a\x0elqqk\x0fb" in drawing.paint()


@pytest.mark.parametrize("profile", PROFILES)
def test_monochrome_or_not_no_more_colours_are_sent_than_the_terminal_has(profile: Profile) -> None:
    drawing = Drawing(20, 5, profile)
    drawing.shadow.feed(drawn([("38;2;250;10;10;48;2;0;0;200", "alarm"), ("38;5;208", "warn"), ("92;44", "ok")]))
    sent = drawing.paint()
    assert ("38;2" in sent) is (profile.depth is Depth.TRUE_COLOUR)
    if profile.depth <= Depth.SIXTEEN:
        assert "38;5" not in sent
    if profile.depth is Depth.MONOCHROME:
        assert "\x1b[7malarm" in sent


_GLYPHS = (
    st.text(alphabet="ab01 .-    │─┌é漢字", max_size=30)
    | st.just(" " * 30)
    | st.just("a\u0301e\u0300 x\u0323y\u0323")
    | st.just("same text in a row of its own")
)
_SGR = st.sampled_from(
    ["", "0", "1", "7", "4", "31", "1;32", "97;41", "38;5;208", "38;2;1;200;3", "48;2;250;250;0", "40;37"]
)
_PIECE = st.tuples(st.integers(0, 14), st.integers(0, 50), _SGR, _GLYPHS)
_FRAME = st.lists(_PIECE, max_size=12)


@settings(deadline=None, max_examples=150)
@given(st.sampled_from(PROFILES), st.integers(2, 40), st.integers(1, 12), st.lists(_FRAME, min_size=1, max_size=6))
def test_after_every_frame_the_terminal_shows_the_shadow(
    profile: Profile, width: int, height: int, frames: list[list[tuple[int, int, str, str]]]
) -> None:
    drawing, terminal = Drawing(width, height, profile), Emulated(width, height)
    for frame in frames:
        for y, x, sgr, text in frame:
            drawing.shadow.feed(f"\x1b[{y + 1};{x + 1}H\x1b[{sgr}m{text}\x1b[0m")
        terminal.feed(drawing.paint())
        drawing.check(terminal)


@settings(deadline=None, max_examples=100)
@given(st.sampled_from(PROFILES), st.integers(-6, 6), st.integers(0, 4), st.integers(0, 4), st.data())
def test_whatever_scrolls_the_terminal_shows_the_shadow(
    profile: Profile, lines: int, head: int, foot: int, data: st.DataObject
) -> None:
    words = st.text(alphabet="abcdefgh 0123", min_size=20, max_size=38)
    log = data.draw(st.lists(words, min_size=24, max_size=24))
    drawing, terminal = Drawing(40, 16, profile), Emulated(40, 16)
    for start in (6, 6 + lines):
        body = [("", text.ljust(40)) for text in log[start : start + 16 - head - foot]]
        drawing.shadow.feed(drawn([("7", "head".ljust(40))] * head + body + [("1", "foot".ljust(40))] * foot))
        terminal.feed(drawing.paint())
        drawing.check(terminal)


@settings(deadline=None, max_examples=100)
@given(st.sampled_from(PROFILES), st.lists(_FRAME, min_size=1, max_size=6), st.integers(1, 60))
def test_a_frame_sent_in_pieces_while_newer_ones_come_ends_as_the_newest(
    profile: Profile, frames: list[list[tuple[int, int, str, str]]], limit: int
) -> None:
    drawing, terminal = Drawing(40, 12, profile), Emulated(40, 12)
    for frame in frames:
        for y, x, sgr, text in frame:
            drawing.shadow.feed(f"\x1b[{y + 1};{x + 1}H\x1b[{sgr}m{text}\x1b[0m")
        terminal.feed(drawing.paint(limit))
    while sent := drawing.paint(limit):
        terminal.feed(sent)
    drawing.check(terminal)


def test_a_change_at_the_top_never_keeps_the_bottom_from_being_drawn() -> None:
    drawing, terminal = Drawing(40, 12, VT102), Emulated(40, 12)
    terminal.feed(drawing.paint())
    drawing.shadow.feed(drawn([("", f"row {y}") for y in range(12)]))
    for turn in range(12):
        drawing.shadow.feed(drawn([("", f"turn {turn} {'x' * 20}")]))
        terminal.feed(drawing.paint(limit=1))
    assert "row 11" in "".join(terminal.cell(x, 11)[0] for x in range(40))


def test_the_ink_of_a_blank_is_never_sent() -> None:
    drawing = Drawing(80, 5, VT220)
    drawing.shadow.feed(drawn([("1;31", "a b" + " " * 70)]))
    drawing.paint()
    drawing.shadow.feed(drawn([("1", "a b" + " " * 70)]))
    assert drawing.paint().count("\x1b[") <= 3


def test_the_last_cell_of_the_screen_is_drawn_too() -> None:
    drawing, terminal = Drawing(10, 3, VT102), Emulated(10, 3)
    drawing.shadow.feed(drawn([("", "0123456789")] * 3))
    terminal.feed(drawing.paint())
    drawing.check(terminal)
