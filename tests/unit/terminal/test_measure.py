"""What a line carries is measured by the terminal's own answers, and a line that gives none keeps nobody waiting."""

from __future__ import annotations

import os
import pty
import termios
import time

import pytest

from moducop_tui.terminal.measure import QUESTIONS, measure
from tests.patience import PATIENCE
from tests.unit.terminal.fake_terminals import Answering, modes, terminal


class Noting:
    """A terminal that notes when what came; a machine with other work makes any line slower than it was meant to be."""

    def __init__(self) -> None:
        self._shown = Answering(80, 24, utf8=True)
        self._came: list[tuple[float, int]] = []

    def __call__(self, data: bytes) -> bytes:
        self._came.append((time.monotonic(), len(data)))
        return self._shown(data)

    @property
    def bytes_a_second(self) -> float:
        """What the line carried while it had much to carry."""
        full = [(at, count) for at, count in self._came if count == max(count for _, count in self._came)]
        return sum(count for _, count in full[1:]) / (full[-1][0] - full[0][0])


def test_a_throttled_line_is_measured_as_fast_as_it_is() -> None:
    far = Noting()
    with terminal(far, rate=100_000) as line:
        before = modes(line)
        measured = measure(line, 1_000_000)
        assert modes(line) == before
    assert measured.answers == QUESTIONS
    assert measured.round_trip is not None
    assert measured.sent > 30_000
    assert measured.bytes_a_second is not None
    assert measured.bytes_a_second == pytest.approx(far.bytes_a_second, rel=0.25)
    assert measured.bytes_a_second < 125_000


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
    assert time.monotonic() - start < PATIENCE
    assert (measured.seconds, measured.bytes_a_second) == (None, None)
    os.close(master)
    os.close(slave)


def test_what_is_no_terminal_is_an_error_that_can_be_told() -> None:
    reader, writer = os.pipe()
    with pytest.raises(OSError, match="Inappropriate ioctl"):
        measure(reader, None)
    os.close(reader)
    os.close(writer)
