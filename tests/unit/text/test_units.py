"""Numbers with their units, in a small fixed width."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from moducop_tui.units import clock, coarse, count, percent, size, size_of, text_of, uptime


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (None, "?"), (0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (412_000, "412 kB"), (999_499, "999 kB"),
        (999_500, "1.0 MB"), (2_600_000_000, "2.6 GB"), (9_960_000_000, "10 GB"), (-5, "0 B"),
    ],
)  # fmt: skip
def test_sizes(number: int | None, text: str) -> None:
    assert size(number) == text


@given(some.integers(min_value=0, max_value=10**18))
def test_a_size_never_needs_more_than_six_characters(number: int) -> None:
    assert len(size(number)) <= 6


def test_used_of_total_names_a_unit_once() -> None:
    assert size_of(2_600_000_000, 5_700_000_000) == "2.6 of 5.7 GB"
    assert size_of(412_000, 5_700_000_000) == "412 kB of 5.7 GB"
    assert size_of(None, 5_700_000_000) == "? of 5.7 GB"


@pytest.mark.parametrize(
    ("share", "text"),
    [(None, "  ? %"), (0.0, "  0 %"), (0.0001, " <1 %"), (0.46, " 46 %"), (0.9999, " 99 %"), (1.0, "100 %")],
)
def test_shares_never_round_to_empty_or_full(share: float | None, text: str) -> None:
    assert percent(share) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, "?"), (-1.0, "?"), (4.2, "4 s"), (39.0, "30 s"), (61.0, "1 min"), (3_599.0, "59 min"), (7_300.0, "2 h"),
        (260_000.0, "3 d"),
    ],
)  # fmt: skip
def test_spans_change_seldom(seconds: float | None, text: str) -> None:
    assert coarse(seconds) == text


def test_a_clock_set_back_makes_no_negative_uptime() -> None:
    assert uptime(-31_536_000.0) == "?"
    assert uptime(274_320.0) == "3 d 04:12"
    assert uptime(15_120.0) == "4 h 12 min"


def test_a_time_that_no_calendar_has_is_unknown() -> None:
    assert clock(1e30).strip() == "?"
    assert len(clock(None)) == len(clock(0.0)) == 8


def test_numbers_with_their_nouns() -> None:
    assert count(1, "app") == "1 app"
    assert count(0, "entry", "entries") == "0 entries"
    assert text_of(None) == "?"
    assert text_of(value=True) == "yes"
