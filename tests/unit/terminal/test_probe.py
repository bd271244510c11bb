"""A terminal is asked for its size and for UTF-8; whatever it answers, nothing breaks and nothing waits for ever."""

from __future__ import annotations

import os
import pty
import termios
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moducop_tui.terminal.link import read_size
from moducop_tui.terminal.probe import (
    NOT_ASKED,
    Answers,
    probe,
    replies,
    set_size,
    size_in,
    time_for,
    utf8_in,
)
from moducop_tui.terminal.raw_line import RawLine
from tests.patience import PATIENCE
from tests.unit.terminal.fake_terminals import Answering, modes, terminal


@pytest.mark.parametrize("size", [(80, 24), (132, 43), (60, 20)])
@pytest.mark.parametrize("utf8", [True, False])
def test_a_terminal_that_answers_is_known_by_its_size_and_its_charset(size: tuple[int, int], utf8: bool) -> None:
    with terminal(Answering(*size, utf8=utf8)) as line:
        before = modes(line)
        answers = probe(line, 115200)
        assert modes(line) == before
    assert (answers.asked, answers.utf8, answers.size) == (True, utf8, size)
    assert answers.round_trip is not None
    assert answers.round_trip < 0.4


def test_the_screen_is_left_as_it_was_but_for_the_row_of_the_cursor() -> None:
    shown = Answering(80, 24, utf8=True)
    shown(b"login\r\nprompt\r\n")
    with terminal(shown) as line:
        probe(line)
    screen = shown.screen
    assert [row.rstrip() for row in screen.display[:3]] == ["login", "prompt", ""]
    assert (screen.cursor.y, screen.cursor.x) == (2, 0)


def test_a_terminal_that_does_not_answer_is_given_up_in_time_and_left_as_it_was() -> None:
    with terminal(lambda _: b"") as line:
        before = modes(line)
        start = time.monotonic()
        assert probe(line, 115200) == Answers(asked=True)
        assert time.monotonic() - start < PATIENCE
        assert modes(line) == before


def test_a_line_that_takes_no_byte_is_given_up_in_time() -> None:
    master, slave = pty.openpty()
    termios.tcflow(slave, termios.TCOOFF)
    start = time.monotonic()
    assert probe(slave) == Answers(asked=True)
    assert time.monotonic() - start < PATIENCE
    os.close(master)
    os.close(slave)


def test_a_line_that_has_hung_up_and_what_is_no_terminal_are_not_asked() -> None:
    master, slave = pty.openpty()
    os.close(master)
    assert probe(slave) in (NOT_ASKED, Answers(asked=True))
    os.close(slave)
    reader, writer = os.pipe()
    assert probe(reader) == NOT_ASKED
    os.close(reader)
    os.close(writer)
    assert probe(9999) == NOT_ASKED


def test_the_shell_s_own_descriptor_never_becomes_one_that_does_not_wait() -> None:
    with terminal(Answering(80, 24, utf8=True)) as line:
        probe(line)
        assert os.get_blocking(line)


def test_what_was_typed_before_the_question_is_no_answer() -> None:
    shown = Answering(80, 24, utf8=True)
    master, slave = pty.openpty()
    os.write(master, b"\x1b[50;200R\n")
    time.sleep(0.02)
    with RawLine(slave) as line:
        line.forget_typed()
        assert line.receive(time.monotonic() + 0.02) == b""
    os.close(master)
    os.close(slave)
    with terminal(shown) as other:
        assert probe(other).size == (80, 24)


def test_an_answer_that_comes_too_late_is_not_typed_into_the_shell() -> None:
    master, slave = pty.openpty()
    with RawLine(slave):
        os.write(master, b"\x1b[24;80R")
        time.sleep(0.02)
    os.set_blocking(slave, False)
    with pytest.raises(BlockingIOError):
        os.read(slave, 100)
    os.close(master)
    os.close(slave)


def test_a_size_that_no_terminal_has_is_no_size() -> None:
    assert size_in([(999, 999)]) is None
    assert size_in([(1, 1)]) is None
    assert size_in([(1, 2), (24, 80)]) == (80, 24)
    assert utf8_in([(24, 80)]) is None
    assert utf8_in([(24, 80), (7, 3)]) is False


def test_a_slow_line_is_given_more_time() -> None:
    assert time_for(None, 40, 2) == time_for(None, 4000, 2)
    assert time_for(115200, 40, 2) < 0.41
    assert time_for(1200, 40, 2) > 0.9


def test_the_tty_is_told_its_size() -> None:
    master, slave = pty.openpty()
    set_size(slave, (132, 43))
    assert read_size(slave) == (132, 43)
    os.close(master)
    os.close(slave)
    set_size(9999, (80, 24))


_NOISE = st.binary(max_size=300) | st.lists(
    st.sampled_from([b"\x1b[", b"\x1b", b"24", b";", b"80", b"R", b"\x9b", b"\xff", b"\x1b[2;3R", b"9999", b"\x11"])
).map(b"".join)


@settings(max_examples=60, deadline=None)
@given(_NOISE)
def test_whatever_comes_back_nothing_is_raised_and_nothing_hangs(noise: bytes) -> None:
    with terminal(lambda _: noise) as line:
        before = modes(line)
        start = time.monotonic()
        answers = probe(line, patience=0.005)
        assert time.monotonic() - start < PATIENCE
        assert modes(line) == before
    if answers.size:
        assert 10 <= answers.size[0] <= 500


@given(st.binary(max_size=400))
def test_replies_are_found_in_any_bytes(data: bytes) -> None:
    assert all(row <= 9999 and column <= 9999 for row, column in replies(data))
