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


def test_a_letter_carries_two_marks_and_a_third_is_named() -> None:
    assert clean("e\u0302\u0323 o\u0308") == "e\u0302\u0323 o\u0308"
    assert clean("e\u0302\u0323\u0301!") == "e\u0302\u0323<U+0301>!"
    assert clean("\u0915\u094d\u200d") == "\u0915\u094d<U+200D>"


def test_a_mark_without_a_letter_is_named_because_it_would_join_what_stands_before_it() -> None:
    assert clean("\u0301abc") == "<U+0301>abc"
    assert clean("\x1b[31m\u0301abc") == "<U+0301>abc"
    assert clean("\u1161") == "<U+1161>"


def test_a_tower_of_marks_is_counted_not_sent() -> None:
    for mark in ("\u0301", "\u0489", "\u1161", "\u0903", "\U0001f3fb"):
        shown = clean("a" + mark * 1900)
        assert shown == f"a{mark * 2}{f'<U+{ord(mark):04X}>' * 3}<1895 more>"


def test_what_shows_nothing_is_named_and_of_many_only_the_first() -> None:
    for code in (
        0x34F,
        0x115F,
        0x1160,
        0x17B4,
        0x180B,
        0x180F,
        0x2065,
        0x3164,
        0xFE00,
        0xFE0F,
        0xFFA0,
        0xE0041,
        0xE01EF,
    ):
        assert clean(f"a{chr(code)}b") == f"a<U+{code:04X}>b"
        assert clean("a" + chr(code) * 1900) == f"a{f'<U+{code:04X}>' * 3}<1897 more>"
    assert clean("a\u2800b") == "a b"


def test_every_character_is_named_or_takes_the_room_that_pages_give_it() -> None:
    from rich.cells import cell_len

    assert all(clean(f"a{letter}") == f"a{letter}" for letter in "ΩЯя┌✓カ列한ſ")
    blocks = (
        (0x300, 0x3200),
        (0xA600, 0xAC00),
        (0xD7A0, 0xD800),
        (0xFB00, 0x11000),
        (0x1F300, 0x1F700),
        (0xE0000, 0xE0200),
    )
    letters = [chr(code) for first, last in blocks for code in range(first, last)]
    shown = clean("".join(f"a{letter}" for letter in letters), 1_000_000).split("a")[1:]
    stayed = [letter for letter, text in zip(letters, shown, strict=True) if letter == text]
    assert len(stayed) > 10_000
    for letter in stayed:
        joins = clean(letter) != letter
        assert cell_len(letter) == 0 if joins else cell_len(letter) > 0


_HOSTILE = st.text(
    st.characters()
    | st.sampled_from(
        "a \u0301\u0489\u0903\u1161\u0e31\U0001f3fb\ufe0f\u200d\u034f\u202e\x1b[;m\x9d\x9b\x07\r\n漢\u3164"
    )
)


@given(_HOSTILE)
def test_no_cell_ever_has_more_than_a_letter_and_two_marks(value: str) -> None:
    from rich.cells import cell_len

    marks = 2
    for character in clean(value):
        marks = marks + 1 if cell_len(character) == 0 else 0
        assert marks <= 2


@given(_HOSTILE, st.integers(min_value=4, max_value=60))
def test_what_is_clean_stays_as_it_is(value: str, limit: int) -> None:
    assert clean(clean(value, limit), limit) == clean(value, limit)


def test_characters_of_four_bytes_are_cut_with_a_mark_too() -> None:
    shown = clean("\U0001f600" * 2001)
    assert clean(("\U0001f600" * 5000).encode()) == shown
    assert shown.endswith("\U0001f600...")
    assert clean("\U0001f600".encode() * 2000) == "\U0001f600" * 2000
