"""What a line carries is measured by the terminal's own answers, and a line that gives none keeps nobody waiting."""

from __future__ import annotations

import os
import pty
import termios
import time

import pytest

from moducop_tui.terminal.measure import QUESTIONS, measure
from tests.unit.terminal.fake_terminals import Answering, modes, terminal


def test_a_throttled_line_is_measured_as_fast_as_it_is() -> None:
    with terminal(Answering(80, 24, utf8=True), rate=100_000) as line:
        before = modes(line)
        measured = measure(line, 1_000_000)
        assert modes(line) == before
    assert measured.answers == QUESTIONS
    assert measured.round_trip is not None
    assert measured.round_trip < 0.1
    assert measured.sent > 30_000
    assert measured.bytes_a_second == pytest.approx(100_000, rel=0.25)


def test_the_pattern_leaves_the_screen_as_it_was() -> None:
    shown = Answering(80, 24, utf8=True)
    shown(b"prompt\r\n")
    with terminal(shown) as line:
        measure(line, 9600)
    assert [row.rstrip() for row in shown.screen.display[:3]] == ["prompt", "", ""]


def test_a_terminal_that_does_not_answer_is_measured_by_what_the_line_takes() -> None:
    with terminal(lambda _: b"") as line:
        measured = measure(line, 9600)
    assert (measured.round_trip, measured.answers) == (None, 0)
    assert measured.bytes_a_second is not None


def test_a_line_that_takes_nothing_is_given_up() -> None:
    master, slave = pty.openpty()
    termios.tcflow(slave, termios.TCOOFF)
    start = time.monotonic()
    measured = measure(slave, 115200)
    assert time.monotonic() - start < 4.5
    assert (measured.seconds, measured.bytes_a_second) == (None, None)
    os.close(master)
    os.close(slave)


def test_what_is_no_terminal_is_an_error_that_can_be_told() -> None:
    reader, writer = os.pipe()
    with pytest.raises(OSError, match="Inappropriate ioctl"):
        measure(reader, None)
    os.close(reader)
    os.close(writer)
