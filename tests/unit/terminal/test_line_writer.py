"""The thread that sends keeps a slow line busy, and never puts more in front of it than a tenth of a second."""

from __future__ import annotations

import os
import pty
import time
import tty
from collections.abc import Iterator

import pytest

from moducop_tui.terminal.canvas import Canvas
from moducop_tui.terminal.line_meter import LONGEST_QUEUE, QUESTION, LineMeter
from moducop_tui.terminal.line_writer import LineWriter
from moducop_tui.terminal.profile import Profile

RATE = 11520
WINDOW = int(RATE * LONGEST_QUEUE)
PICTURE = "\x1b[H" + "".join(f"\x1b[{row};1H{row:02d} {'screen full of text ' * 4:.74}" for row in range(1, 25))


class Line:
    """A writer on a pseudo-terminal whose far end answers when it is told to."""

    def __init__(self) -> None:
        self.far, near = pty.openpty()
        tty.setraw(near)
        os.set_blocking(self.far, False)
        self.near = near
        self.canvas = Canvas((80, 24), Profile(bytes_a_second=RATE))
        self.meter = LineMeter(near, RATE, answers=True)
        self.writer = LineWriter(near, self.canvas, self.meter, 0.5, lambda: None)
        self.taken = b""

    def begin(self) -> None:
        """The very first question is answered at once, as by a terminal that is there."""
        self.writer.start(b"")
        self.take(0.02)
        self.answer()
        self.taken = b""

    def show(self, picture: str) -> None:
        """Draw as somebody who has pressed a key."""
        self.canvas.feed(picture)
        self.writer.hurry()
        self.writer.changed()

    def take(self, seconds: float) -> bytes:
        """What comes in that time, and all that has come."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            try:
                self.taken += os.read(self.far, 65536)
            except BlockingIOError:
                time.sleep(0.002)
        return self.taken

    def answer(self) -> None:
        """The terminal has taken everything up to the oldest question."""
        self.meter.answered(time.monotonic())


@pytest.fixture
def line() -> Iterator[Line]:
    """A line at rest."""
    line = Line()
    line.begin()
    yield line
    line.writer.close(b"", 1.0)
    os.close(line.far)
    os.close(line.near)


def test_more_is_on_its_way_while_the_terminal_answers(line: Line) -> None:
    line.show(PICTURE)
    sent = line.take(0.05)
    assert QUESTION in sent
    before, behind = sent.split(QUESTION, 1)
    assert before
    assert len(behind) > 200  # what the line carries while the answer comes, and the next part is painted


def test_without_an_answer_no_more_is_sent_than_a_tenth_of_a_second_carries(line: Line) -> None:
    line.show(PICTURE)
    assert len(line.take(0.4)) <= WINDOW  # by its known speed the line could have taken four times that


def test_every_answer_lets_the_picture_go_on_to_its_end(line: Line) -> None:
    line.show(PICTURE)
    for _ in range(20):
        line.take(0.05)
        line.answer()
    assert b"24 screen" in line.taken
    assert line.taken.count(QUESTION) <= len(line.taken) / 250


def test_a_key_is_answered_in_milliseconds_and_other_news_at_the_lines_pace(line: Line) -> None:
    line.show("\x1b[Hthe first")
    assert b"the first" in line.take(0.03)
    line.writer._hurried_until = 0.0
    line.canvas.feed("\x1b[2;1Hby itself")
    line.writer.changed()
    assert b"by itself" not in line.take(0.3)
    assert b"by itself" in line.take(0.3)
