"""What a person types arrives as keys; what a terminal answers and what a bad line adds never does."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual._xterm_parser import XTermParser

from moducop_tui.terminal.key_decoder import DEAF, PATIENCE, Input, Key, KeyDecoder, Paste, Reply


def names(inputs: list[Input]) -> list[str]:
    return [each.name for each in inputs if isinstance(each, Key)]


def typed(*pieces: bytes, gap: float = 0.2, bracketed_paste: bool = False) -> list[Input]:
    """What pieces decode to that come a gap apart, and then nothing for a long time."""
    decoder = KeyDecoder(bracketed_paste=bracketed_paste)
    now, inputs = 10.0, list[Input]()
    for piece in pieces:
        inputs += decoder.feed(piece, now)
        now += gap
        inputs += decoder.tick(now)
    return inputs + decoder.tick(now + 100)


@pytest.mark.parametrize("code", [*range(1, 8), 9, *range(11, 17), 18, *range(20, 27), *range(32, 128)])
def test_every_key_of_ascii_has_the_name_that_textual_gives_it(code: int) -> None:
    expected = [event.key for event in XTermParser().feed(chr(code)) if hasattr(event, "key")]
    assert names(typed(bytes([code]))) == expected


SEQUENCES = (
    "[A [B [C [D [H [F OA OB OH OF [1~ [2~ [3~ [4~ [5~ [6~ [Z OP OQ OR OS [11~ [15~ [17~ [21~ [23~ [24~ [[A [[E "
    "[1;5A [1;2B [5;5~"
)
REPLIES = (
    "[?1;2c [>0;276;0c [24;80R [0n [?2026;2$y [?2048;0$y [8;24;80t [?1u [I [O [1;2R ]11;rgb:0000/0000/0000\x07 "
    "]11;rgb:0/0/0\x1b\\ P1$r0m\x1b\\ _Gi=1;OK\x1b\\ [<0;3;4M [M&!!"
)


@pytest.mark.parametrize("sequence", SEQUENCES.split())
def test_every_key_that_sends_a_sequence_has_the_name_that_textual_gives_it(sequence: str) -> None:
    expected = [event.key for event in XTermParser().feed("\x1b" + sequence) if hasattr(event, "key")]
    assert names(typed(b"\x1b" + sequence.encode())) == expected


def test_enter_is_one_key_whatever_the_terminal_sends_for_it() -> None:
    assert names(typed(b"\r")) == names(typed(b"\n")) == names(typed(b"\r\n")) == ["enter"]
    assert names(typed(b"\r\r")) == ["enter", "enter"]


def test_backspace_is_one_key_whichever_of_two_codes_it_sends() -> None:
    assert names(typed(b"\x08\x7f")) == ["backspace", "backspace"]


@pytest.mark.parametrize("flow_control", [b"\x11", b"\x13", b"\x13\x11"])
def test_the_lines_own_flow_control_is_no_key_wherever_it_comes(flow_control: bytes) -> None:
    assert typed(flow_control) == []
    assert names(typed(b"a" + flow_control + b"b")) == ["a", "b"]
    assert names(typed(b"\x1b[" + flow_control + b"A")) == ["up"]


def test_esc_alone_is_esc_once_nothing_follows_it() -> None:
    decoder = KeyDecoder(0.1)
    assert decoder.feed(b"\x1b", 5.0) == []
    assert decoder.deadline == pytest.approx(5.1)
    assert decoder.tick(5.05) == []
    assert names(decoder.tick(5.1)) == ["escape"]
    assert decoder.deadline is None


def test_esc_and_a_key_in_one_packet_are_two_keys() -> None:
    assert names(typed(b"\x1b1")) == ["escape", "1"]
    assert names(typed(b"\x1b\x1b")) == ["escape", "escape"]


def test_a_sequence_cut_by_a_slow_line_is_still_one_key() -> None:
    assert names(typed(b"\x1b", b"[", b"5", b"~", gap=0.05)) == ["pageup"]


def test_a_sequence_cut_behind_its_esc_for_long_types_nothing() -> None:
    assert names(typed(b"\x1b", b"[?1;2c", gap=0.5)) == ["escape"]


def test_half_a_sequence_is_dropped_and_the_next_key_works() -> None:
    assert names(typed(b"\x1b[5", b"2", gap=PATIENCE + 0.1)) == ["2"]
    assert names(typed(b"\x1bO", b"2", gap=0.3)) == ["2"]
    assert names(typed(b"\x1b]11;rgb:00", b"2", gap=PATIENCE + 0.1)) == ["2"]


@pytest.mark.parametrize("reply", REPLIES.split(" "))
@pytest.mark.parametrize("cut", [None, 1, 2, 4])
def test_a_reply_is_never_a_key_not_even_cut_in_two(reply: str, cut: int | None) -> None:
    whole = b"\x1b" + reply.encode()
    pieces = [whole] if cut is None else [whole[:cut], whole[cut:]]
    inputs = typed(*pieces, b"2", gap=0.09)
    assert names(inputs) == ["2"]


def test_a_reply_that_is_owed_may_stop_halfway_for_seconds() -> None:
    decoder = KeyDecoder(expecting=lambda: True)
    decoder.feed(b"\x1b[24;", 1.0)
    assert decoder.tick(4.0) == []
    assert decoder.feed(b"80R", 4.5) == [Reply("[24;80R")]


@pytest.mark.parametrize(
    "noise", [b"\xff\xfe", b"\xe9", b"\x00", b"\xc3", b"a\xf0b\x90", b"\x9b1A", b"\x1c", b"qq\xff"]
)
def test_bytes_that_come_with_rubbish_are_rubbish_and_the_next_key_works(noise: bytes) -> None:
    assert names(typed(noise, b"2", gap=PATIENCE + 0.1)) == ["2"]


def test_noise_lasts_until_there_is_a_pause() -> None:
    decoder = KeyDecoder()
    decoder.feed(b"\xff", 1.0)
    assert decoder.feed(b"q", 1.0 + DEAF / 2) == []
    assert decoder.feed(b"q", 1.0 + DEAF) == []
    assert names(decoder.feed(b"2", 1.2 + DEAF)) == ["2"]


def test_letters_beyond_ascii_are_keys_even_when_their_bytes_come_apart() -> None:
    assert names(typed("é".encode())) == ["é"]
    assert names(typed(b"\xe6", b"\xbc\xa2", gap=0.3)) == ["漢"]


def test_pasted_text_is_text_and_no_keys() -> None:
    inputs = typed(b"\x1b[200~reboot\r\x1b[31mnow\x00\xff\x1b[201~2", bracketed_paste=True)
    assert inputs == [Paste("reboot\n[31mnow"), Key("2", "2")]


def test_a_paste_that_never_ends_ends_with_its_last_byte() -> None:
    assert typed(b"\x1b[200~half", b"2", gap=PATIENCE + 0.1, bracketed_paste=True) == [Paste("half"), Key("2", "2")]


def test_where_pasting_is_not_told_apart_its_marks_are_no_keys() -> None:
    assert names(typed(b"\x1b[200~ab\x1b[201~")) == ["a", "b"]


def test_a_keypad_types_what_stands_on_it() -> None:
    assert names(typed(b"\x1bOq\x1bOM")) == ["1", "enter"]


@settings(deadline=None, max_examples=300)
@given(st.lists(st.tuples(st.binary(max_size=40), st.floats(0, 2)), max_size=10))
def test_no_bytes_whatever_break_the_decoder_and_the_next_key_works(pieces: list[tuple[bytes, float]]) -> None:
    decoder, now = KeyDecoder(bracketed_paste=True), 0.0
    for piece, gap in pieces:
        now += gap
        for each in decoder.feed(piece, now):
            assert not isinstance(each, Key) or each.character is None or each.character >= "\x01"
    decoder.tick(now + 10)
    assert names(decoder.feed(b"2", now + 20)) == ["2"]


def test_a_hundred_thousand_random_bytes_type_next_to_nothing() -> None:
    noise = random.Random(3)
    decoder, count = KeyDecoder(), 0
    for step in range(6250):
        count += len(names(decoder.feed(noise.randbytes(16), step / 720)))
    assert count < 20


KITTY_AND_XTERM = {
    # Esc and what ends a program, first of all
    "[27u": "escape", "[27;1u": "escape", "[27;129u": "escape", "[27;2u": "escape", "[27;1:1u": "escape",
    "[99;5u": "ctrl+c", "[27;5;99~": "ctrl+c", "[99:67;6u": "ctrl+c", "[99;133u": "ctrl+c", "[99;5:2u": "ctrl+c",
    "[1089::99;5u": "ctrl+c", "[27;5;67~": "ctrl+c", "[91;5u": "escape", "[27;1;27~": "escape",
    "[108;5u": "ctrl+l", "[113;5u": "ctrl+q", "[104;5u": "backspace", "[105;5u": "tab", "[109;5u": "enter",
    # the keys with which one goes about
    "[13u": "enter", "[13;2u": "enter", "[13;5u": "enter", "[27;5;13~": "enter", "[57414u": "enter",
    "[9u": "tab", "[9;2u": "shift+tab", "[27;2;9~": "shift+tab", "[127u": "backspace", "[127;5u": "backspace",
    "[1;1A": "up", "[1;1:1A": "up", "[1;1:2B": "down", "[1;129C": "right", "[1;5:1D": "ctrl+left", "[5;129~": "pageup",
    "[6;1:2~": "pagedown", "[57419u": "up", "[57421u": "pageup", "[57424;1u": "end", "[11;1:1~": "f1",
    # letters, where a program has asked for reports of all keys
    "[97u": "a", "[97;2u": "A", "[97:65;2u": "A", "[97;;97u": "a", "[49:33;2u": "exclamation_mark",
    "[47:63;2;63u": "question_mark", "[27;2;63~": "question_mark", "[228u": "ä", "[57400u": "1", "[57413u": "plus",
    "[97;3u": "alt+a", "[57399;129u": "0", "[32;1u": "space",
}  # fmt: skip
NO_KEY = (
    "[27;1:3u [99;5:3u [97;1:3u [1;1:3A [5;1:3~ [57441;2u [57358u [97;9u [97;17u [32;5u [0u [9999999u [55296u "
    "[1114112u [27;5;9999999~ [57399;5u [57427u"
)


@pytest.mark.parametrize("sequence", KITTY_AND_XTERM)
def test_a_keyboard_mode_that_was_left_switched_on_takes_no_key_away(sequence: str) -> None:
    assert names(typed(b"\x1b" + sequence.encode())) == [KITTY_AND_XTERM[sequence]]


@pytest.mark.parametrize("sequence", KITTY_AND_XTERM)
def test_a_reported_key_has_the_character_that_the_key_itself_sends(sequence: str) -> None:
    plain = {"escape": "\x1b", "ctrl+c": "\x03", "ctrl+l": "\x0c", "enter": "\r", "a": "a", "A": "A", "1": "1"}
    (key,) = typed(b"\x1b" + sequence.encode())
    assert isinstance(key, Key)
    assert key.character == plain.get(key.name, key.character)


@pytest.mark.parametrize("modifiers", ["2", "4", "6", "66", "2:2"])
def test_every_letter_with_shift_is_one_character(modifiers: str) -> None:
    """Capitals of some small letters are two characters or three, as of the German sharp s."""
    small = [code for code in range(0x20, 0x3000) if len(chr(code).upper()) > 1]
    assert 0xDF in small
    for code in [*small, 0xFB00, 0x61, 0xE4]:
        for key in typed(f"\x1b[{code};{modifiers}u".encode()):
            assert isinstance(key, Key)
            assert key.character is None or len(key.character) == 1, hex(code)


@pytest.mark.parametrize("sequence", NO_KEY.split())
def test_a_key_that_is_let_go_and_one_that_is_none_of_ours_type_nothing(sequence: str) -> None:
    assert [each for each in typed(b"\x1b" + sequence.encode()) if isinstance(each, Key)] == []


@pytest.mark.parametrize("answer", ["[?1u", "[?31u", "[u", "[>4;1m", "[27;5;99;1~", "[;5u"])
def test_what_a_terminal_says_of_its_keyboard_mode_is_no_key(answer: str) -> None:
    assert typed(b"\x1b" + answer.encode()) == [Reply(answer)]


@given(st.from_regex(r"\[[0-9:;]{0,30}[u~A-Z]", fullmatch=True))
def test_whatever_a_terminal_reports_is_taken_whole(sequence: str) -> None:
    keys = [each for each in typed(b"\x1b" + sequence.encode(), b"q") if isinstance(each, Key)]
    assert len(keys) <= 2
    assert keys[-1:] == [Key("q", "q")] or sequence[1] == "M"
