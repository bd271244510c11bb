"""What the painter sends makes the terminal show what Textual drew, cell for cell, and no byte more than that needs."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moducop_tui.terminal.painter import Painter
from moducop_tui.terminal.profile import Abilities, Charset, Profile
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


def check(painter: Painter, terminal: Emulated, *, but_last: bool = True) -> None:
    """Every cell on the terminal is the one in the shadow; the very last one is never written."""
    grid, styles = painter.shadow.grid, painter.shadow.styles.reduced
    for y in range(grid.height):
        for x in range(grid.width):
            if but_last and (x, y) == (grid.width - 1, grid.height - 1):
                continue
            if but_last and y == grid.height - 1 and x == grid.width - 2 and grid.characters[y][-1] == "":
                continue
            assert terminal.cell(x, y) == wanted(grid.characters[y][x], styles[grid.styles[y][x]]), (x, y)


def drawn(rows: list[tuple[str, str]]) -> str:
    """Rows of (SGR parameters, text) as Textual writes them."""
    return "".join(f"\x1b[{y + 1};1H\x1b[{sgr}m{text}\x1b[0m" for y, (sgr, text) in enumerate(rows))


def test_a_frame_that_changes_nothing_sends_nothing() -> None:
    painter = Painter(20, 5, VT220)
    painter.shadow.feed(drawn([("", "hello")]))
    assert "hello" in painter.paint()
    painter.shadow.feed(drawn([("", "hello")]))
    assert painter.paint() == ""


def test_a_changed_digit_sends_a_cursor_movement_and_that_digit() -> None:
    painter = Painter(80, 24, VT220)
    painter.shadow.feed(drawn([("", "up 3 d 04:12  load 0.41")]))
    painter.paint()
    painter.shadow.feed(drawn([("", "up 3 d 04:13  load 0.41")]))
    assert painter.paint() == "\x1b[12D3"


def test_a_new_log_line_at_the_bottom_scrolls_the_terminal_instead_of_repainting_it() -> None:
    painter = Painter(80, 24, VT220)
    terminal = Emulated(80, 24)
    log = [
        ("", f"10:41:{second:02d} I web GET /status/{second * 7919} 200 in {second} ms" + " " * 30)
        for second in range(60)
    ]
    painter.shadow.feed(drawn([("1", "title".ljust(80)), *log[:20]]))
    terminal.feed(painter.paint())
    painter.shadow.feed(drawn([("1", "title".ljust(80)), *log[1:21]]))
    sent = painter.paint()
    terminal.feed(sent)
    check(painter, terminal)
    assert len(sent) < 110


def test_a_blank_tail_is_erased_and_not_written() -> None:
    painter = Painter(80, 5, VT102)
    painter.shadow.feed(drawn([("", "x" * 80)]))
    painter.paint()
    painter.shadow.feed(drawn([("", "short".ljust(80))]))
    assert painter.paint().endswith("short\x1b[K")


def test_forgetting_draws_all_again() -> None:
    painter = Painter(20, 5, VT220)
    painter.shadow.feed(drawn([("", "hello")]))
    painter.paint()
    painter.forget()
    assert "hello" in painter.paint()
    assert painter.paint() == ""


def test_queries_titles_and_modes_of_textual_never_reach_the_terminal() -> None:
    painter = Painter(20, 5, XTERM)
    painter.paint()
    painter.shadow.feed("\x1b[?1049h\x1b[?2026$p\x1b[>25u\x1b]22;default\x07\x1b[?25l\x1b[?1000h\x1b[>1u")
    assert painter.paint() == ""


def test_a_terminal_of_ascii_gets_ascii_only() -> None:
    painter = Painter(40, 5, VT220)
    painter.shadow.feed(drawn([("", "┌─ Zug fährt °C ● 列車 é…")]))
    sent = painter.paint()
    assert sent.isascii()
    assert "+- Zug fahrt oC o ???? e~" in sent


def test_line_drawing_by_dec_graphics_is_shifted_in_and_out() -> None:
    painter = Painter(20, 3, dataclasses.replace(VT102, charset=Charset.DEC))
    painter.shadow.feed(drawn([("", "a┌──┐b")]))
    assert "a\x0elqqk\x0fb" in painter.paint()


def test_the_last_cell_of_the_screen_is_never_written() -> None:
    painter = Painter(10, 3, VT102)
    painter.shadow.feed(drawn([("", "0123456789")] * 3))
    assert painter.paint().count("9") == 2


@pytest.mark.parametrize("profile", PROFILES)
def test_monochrome_or_not_no_more_colours_are_sent_than_the_terminal_has(profile: Profile) -> None:
    painter = Painter(20, 5, profile)
    painter.shadow.feed(drawn([("38;2;250;10;10;48;2;0;0;200", "alarm"), ("38;5;208", "warn"), ("92;44", "ok")]))
    sent = painter.paint()
    assert ("38;2" in sent) is (profile.depth is Depth.TRUE_COLOUR)
    if profile.depth <= Depth.SIXTEEN:
        assert "38;5" not in sent
    if profile.depth is Depth.MONOCHROME:
        assert "\x1b[7malarm" in sent


_GLYPHS = (
    st.text(alphabet="ab01 .-    │─┌é漢字", max_size=30) | st.just(" " * 30) | st.just("same text in a row of its own")
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
    painter, terminal = Painter(width, height, profile), Emulated(width, height)
    for frame in frames:
        for y, x, sgr, text in frame:
            painter.shadow.feed(f"\x1b[{y + 1};{x + 1}H\x1b[{sgr}m{text}\x1b[0m")
        terminal.feed(painter.paint())
        check(painter, terminal)


@settings(deadline=None, max_examples=100)
@given(st.sampled_from(PROFILES), st.integers(-6, 6), st.integers(0, 4), st.integers(0, 4), st.data())
def test_whatever_scrolls_the_terminal_shows_the_shadow(
    profile: Profile, lines: int, head: int, foot: int, data: st.DataObject
) -> None:
    words = st.text(alphabet="abcdefgh 0123", min_size=20, max_size=38)
    log = data.draw(st.lists(words, min_size=24, max_size=24))
    painter, terminal = Painter(40, 16, profile), Emulated(40, 16)
    for start in (6, 6 + lines):
        body = [("", text.ljust(40)) for text in log[start : start + 16 - head - foot]]
        painter.shadow.feed(drawn([("7", "head".ljust(40))] * head + body + [("1", "foot".ljust(40))] * foot))
        terminal.feed(painter.paint())
        check(painter, terminal)
