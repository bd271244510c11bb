"""No text from outside can do anything to a terminal once it has been cleaned."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from moducop_tui.model.foreign import LINE_LIMIT, clean, clean_or_none


def test_colours_and_cursor_movements_are_taken_out_whole() -> None:
    assert clean("\x1b[31mred\x1b[0m \x1b[2J\x1b[10;10Hgone") == "red gone"


def test_a_window_title_is_taken_out_with_its_text() -> None:
    assert clean("a\x1b]0;evil title\x07b\x1b]8;;http://x\x1b\\c") == "abc"


def test_a_sequence_that_is_cut_leaves_visible_text_only() -> None:
    assert clean("before\x1b") == "before^["
    assert clean("before\x1b[31") == "before31"


def test_eight_bit_control_sequences_are_taken_out_too() -> None:
    assert clean("\x9b31mred\x9d0;title\x9c!") == "red!"


def test_control_characters_are_shown_in_caret_notation() -> None:
    assert clean("a\x00b\x07c\x7f") == "a^@b^Gc^?"


def test_line_breaks_and_tabs_become_blanks() -> None:
    assert clean("one\ntwo\r\nthree\tfour") == "one two  three four"


def test_blanks_of_any_width_become_blanks() -> None:
    assert clean("a\u1680b\u2003c\u3000d\xa0e") == "a b c d e"


def test_text_that_would_run_backwards_is_named_instead() -> None:
    assert clean("invoice\u202egpj.exe") == "invoice<U+202E>gpj.exe"
    assert clean("\u2066\u200b\ufeff") == "<U+2066><U+200B><U+FEFF>"


def test_a_place_in_a_block_of_letters_that_no_letter_has_is_named() -> None:
    assert clean("\u0378") == "<U+0378>"


def test_bytes_that_are_no_utf8_are_shown_as_numbers() -> None:
    assert clean(b"caf\xe9 ok") == "caf\\xe9 ok"
    assert clean("caf\udce9") == "caf\\xe9"


def test_ordinary_letters_of_any_language_stay() -> None:
    for text in ("Zug 4711 fährt ab", "Привет", "列车", "é"):
        assert clean(text) == text


def test_a_long_line_is_cut_and_marked() -> None:
    cut = clean("x" * 10_000)
    assert len(cut) == LINE_LIMIT
    assert cut.endswith("x...")


def test_megabytes_of_bytes_cost_no_more_than_their_beginning() -> None:
    assert len(clean(b"\xff" * (8 << 20))) == LINE_LIMIT


def test_nothing_is_none() -> None:
    assert clean_or_none(None) is None
    assert clean_or_none(b"  \n") is None
    assert clean_or_none(" a ") == "a"


@given(st.one_of(st.text(), st.binary(), st.text(alphabet="\x1b[]0;mHJ\x07\x9b\x9d\x9c\\a\u202e")))
def test_whatever_comes_in_only_printable_characters_come_out(value: str | bytes) -> None:
    text = clean(value)
    assert len(text) <= LINE_LIMIT
    assert all(unicodedata.category(character)[0] != "C" for character in text)
    assert text.isprintable()


@given(st.text(), st.integers(min_value=4, max_value=40))
def test_the_limit_holds_for_every_text(value: str, limit: int) -> None:
    assert len(clean(value, limit)) <= limit
