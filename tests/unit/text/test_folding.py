"""Lines that go on below instead of being cut."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moducop_tui.roles import Role
from moducop_tui.text import Span, folded, line, line_cells, plain


def test_a_line_that_fits_stays_as_it_is() -> None:
    whole = line("short ", Span("line", Role.BAD))
    assert folded(whole, 10) == [whole]


def test_a_line_is_broken_between_words_and_goes_on_indented_in_its_own_roles() -> None:
    rows = folded(line("! ", Span("B is on trial", Role.WARN), Span(" and more", Role.DIM)), 12, 2)
    assert [plain(row) for row in rows] == ["! B is on", "  trial and", "  more"]
    assert rows[1][-1].role is Role.DIM


def test_a_word_longer_than_a_row_is_broken_anywhere() -> None:
    assert [plain(row) for row in folded(line("a" * 9), 4)] == ["aaaa", "aaaa", "a"]


@pytest.mark.parametrize("width", [2, 7, 30])
@given(text=st.text(alphabet=st.sampled_from(" ab漢e\u0301"), max_size=60))
def test_no_row_is_too_wide_and_no_letter_is_lost(width: int, text: str) -> None:
    rows = folded(line(text), width)
    assert all(line_cells(row) <= width for row in rows)
    assert "".join(plain(row) for row in rows).replace(" ", "") == text.replace(" ", "")
