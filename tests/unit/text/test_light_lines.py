"""Frames become lines, cell by cell; text that looks like a frame stays text."""

from __future__ import annotations

import pytest

from moducop_tui.bars import rule
from moducop_tui.pages.box import box, overlaid
from moducop_tui.roles import Role
from moducop_tui.screens.widgets.light_lines import light_lines
from moducop_tui.terminal.glyphs import ascii_twin
from moducop_tui.text import Line, Span, line, line_cells, plain
from tests.screens.gallery import PAGES, as_text, look
from tests.screens.states import STATES


def test_a_rule_becomes_a_line_and_its_title_stays() -> None:
    (row,) = light_lines([rule("Slots--A", 30, line(Span("b-c", Role.DIM)))])
    assert plain(row) == "──Slots--A───────────── b-c ──"


def test_a_box_opens_from_the_right_edge_and_has_the_corners_that_are_seen() -> None:
    page: list[Line] = [line("+--| a log entry + with - signs ".ljust(40)) for _ in range(5)]
    rows = light_lines(overlaid(page, box("Go to", [line("+ x"), line("- y")], 20, line("2 of 2")), 40))
    assert [plain(row) for row in rows] == [
        "+--| a log entry + w┌─Go to─────────────",
        "+--| a log entry + w│ + x               ",
        "+--| a log entry + w│ - y               ",
        "+--| a log entry + w└─2 of 2────────────",
        "+--| a log entry + with - signs         ",
    ]


def test_a_crossing_and_a_lonely_plus_are_told_apart() -> None:
    rows = light_lines([line(Span(text, Role.RULE)) for text in ("+-+-+", "| | |", "+-+-+", "+-+-+", "", "+")])
    assert [plain(row) for row in rows] == ["┌─┬─┐", "│ │ │", "├─┼─┤", "└─┴─┘", "", "+"]


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("page", PAGES)
def test_no_cell_moves_and_ascii_twins_give_the_page_back(page: str, state: str) -> None:
    rows = PAGES[page](look(state))
    lit = light_lines(rows)
    assert [line_cells(row) for row in lit] == [line_cells(row) for row in rows]
    if state != "hostile":
        assert "".join(map(ascii_twin, as_text(lit))) == as_text(rows)
