"""The test card is as wide as the terminal, row by row, and sends nothing that a terminal could choke on."""

from __future__ import annotations

import dataclasses

import pyte
import pytest
from rich.cells import cell_len

from moducop_tui.terminal.card import card, ruler
from moducop_tui.terminal.profile import Charset, Profile
from moducop_tui.terminal.styles import Depth

PLAIN = Profile(Depth.MONOCHROME)
VT220 = Profile(Depth.EIGHT)
XTERM = Profile(Depth.TRUE_COLOUR, Charset.UTF8)


def shown(rows: list[str], width: int) -> list[str]:
    screen = pyte.Screen(width, len(rows))
    pyte.Stream(screen).feed("\x1b[?7l" + "\r\n".join(rows))
    return [str(row) for row in screen.display]


@pytest.mark.parametrize("profile", [PLAIN, VT220, XTERM, dataclasses.replace(VT220, charset=Charset.DEC)])
@pytest.mark.parametrize("width", [60, 80, 132])
def test_every_row_ends_in_the_last_column(profile: Profile, width: int) -> None:
    rows = shown(card(profile, width), width)
    assert {row[0] for row in rows} == {"+", "|"}
    assert {row[-1] for row in rows} == {"+", "|"}
    assert {cell_len(row) for row in rows} == {width}


def test_with_a_height_the_card_is_the_whole_screen() -> None:
    for size in ((80, 24), (132, 43), (60, 10)):
        rows = shown(card(VT220, *size), size[0])
        assert len(rows) == size[1]
        assert rows[0][0] + rows[0][-1] + rows[-1][0] + rows[-1][-1] == "++++"


def test_the_ruler_names_every_tenth_column_where_it_is() -> None:
    text = ruler(80)
    assert len(text) == 80
    assert all(text[column - 2 : column] == str(column) for column in range(10, 80, 10))


def test_no_more_colours_are_shown_than_there_are() -> None:
    assert "\x1b[3" not in "".join(card(PLAIN, 80))
    assert "38;" not in "".join(card(VT220, 80))
    assert "38;2;" in "".join(card(XTERM, 80))


def test_utf8_is_sent_only_to_a_terminal_that_understands_it() -> None:
    assert "".join(card(VT220, 80)).isascii()
    assert "not sent" in "".join(card(VT220, 80))
    assert "┌──" in "".join(card(XTERM, 80))
