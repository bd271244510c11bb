"""Text fits its columns, whatever it is made of."""

from __future__ import annotations

import re
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as some

from moducop_tui.bars import bar, rule
from moducop_tui.model.foreign import clean
from moducop_tui.pages.box import box, overlaid
from moducop_tui.roles import Role
from moducop_tui.text import (
    Span,
    beside,
    cells,
    crop,
    cut,
    cut_line,
    fit,
    fit_line,
    fit_right,
    flow,
    highlighted,
    line,
    line_cells,
    merged,
    plain,
    slice_line,
    spread,
    wrap,
)  # fmt: skip

foreign = some.text(max_size=60).map(clean)
widths = some.integers(min_value=0, max_value=80)
lines = some.lists(some.tuples(foreign, some.sampled_from(Role)), max_size=5).map(
    lambda pairs: tuple(Span(text, role) for text, role in pairs)
)


@given(foreign, widths)
def test_fitted_text_has_exactly_its_width(text: str, width: int) -> None:
    assert cells(fit(text, width)) == width
    assert cells(fit_right(text, width)) == width
    assert cells(cut(text, width)) <= width
    assert cells(crop(text, width)) <= width


@given(lines, widths)
def test_fitted_lines_have_exactly_their_width(spans: tuple[Span, ...], width: int) -> None:
    assert line_cells(fit_line(spans, width)) == width
    assert line_cells(cut_line(spans, width)) <= width


@given(lines, lines, widths)
def test_two_ends_of_a_line_share_its_width(left: tuple[Span, ...], right: tuple[Span, ...], width: int) -> None:
    assert line_cells(spread(left, right, width)) == width


@given(lines)
def test_joining_spans_changes_no_text(spans: tuple[Span, ...]) -> None:
    joined = merged(spans)
    assert plain(joined) == plain(spans)
    assert all(one.role is not other.role for one, other in pairwise(joined))


@given(foreign, some.integers(min_value=1, max_value=40))
def test_wrapped_text_loses_nothing_but_blanks(text: str, width: int) -> None:
    rows = wrap(text, width)
    assert "".join(rows).replace(" ", "") == text.replace(" ", "")
    if text.isascii():
        assert all(len(row) <= width for row in rows)


@given(some.lists(lines, max_size=6), some.integers(min_value=1, max_value=60))
def test_flowing_items_stay_within_the_row(items: list[tuple[Span, ...]], width: int) -> None:
    assert all(line_cells(row) <= width for row in flow(items, width))


@given(lines, widths, widths)
def test_a_slice_has_the_cells_that_were_asked_for(spans: tuple[Span, ...], start: int, length: int) -> None:
    there = max(0, min(start + length, line_cells(spans)) - start)
    assert line_cells(slice_line(spans, start, start + length)) in (there, there - 1, there + 1)


@given(some.one_of(some.none(), some.floats(min_value=0, max_value=1)), some.integers(min_value=3, max_value=60))
def test_a_bar_has_exactly_its_width(share: float | None, width: int) -> None:
    assert line_cells(bar(share, width)) == width


@given(foreign, lines, some.integers(min_value=1, max_value=120))
def test_a_rule_has_exactly_its_width(title: str, note: tuple[Span, ...], width: int) -> None:
    assert line_cells(rule(title, width, note)) == width


def test_a_bar_is_empty_only_when_nothing_is_used_and_full_only_when_all_is() -> None:
    assert plain(bar(0.0, 12)) == "[..........]"
    assert plain(bar(0.001, 12)) == "[#.........]"
    assert plain(bar(0.999, 12)) == "[#########.]"
    assert plain(bar(1.0, 12)) == "[##########]"
    assert plain(bar(None, 12)) == "[??????????]"


def test_what_is_cut_off_is_marked() -> None:
    assert cut("abcdefgh", 5) == "abc.."
    assert fit("ab", 5) == "ab   "
    assert plain(fit_line(line("abc", Span("defgh", Role.BAD)), 5)) == "abc.."


def test_a_wide_character_is_never_cut_in_half() -> None:
    assert crop("\u6f22\u5b57", 3) == "\u6f22 "
    assert cells(fit("\u6f22\u5b57", 3)) == 3


def test_markup_in_foreign_text_stays_text() -> None:
    assert plain(fit_line(line("[bold]x[/bold]"), 20)) == "[bold]x[/bold]      "


def test_a_search_marks_every_hit_and_changes_no_text() -> None:
    marked = highlighted(line("Port open, port closed"), re.compile("port", re.IGNORECASE), Role.FOUND)
    assert plain(marked) == "Port open, port closed"
    assert [span.text for span in marked if span.role is Role.FOUND] == ["Port", "port"]


def test_two_panels_stand_side_by_side() -> None:
    rows = beside([line("a")], [line("b"), line("c")], 3, 1)
    assert [plain(row) for row in rows] == ["a   b", "    c"]


@given(some.lists(lines, min_size=5, max_size=8), foreign)
def test_a_box_over_a_page_leaves_its_size_as_it_was(page: list[tuple[Span, ...]], title: str) -> None:
    fitted = [fit_line(row, 40) for row in page]
    over = overlaid(fitted, box(title, [line("hello")], 20), 40)
    assert len(over) == len(fitted)
    assert {line_cells(row) for row in over} == {40}
