"""What stands in front of a line is measured: by the known speed, by the kernel's queue, by the terminal's answers."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator

import pytest

from moducop_tui.terminal.line_meter import LONGEST_QUEUE, QUESTION, LineMeter


@pytest.fixture
def descriptor() -> Iterator[int]:
    """Something that has no queue to ask about."""
    end = os.open(os.devnull, os.O_WRONLY)
    yield end
    os.close(end)


def test_a_line_of_known_speed_takes_no_more_than_a_tenth_of_a_second_carries(descriptor: int) -> None:
    meter = LineMeter(descriptor, 11520, answers=False)
    assert meter.room(0.0) == 1152
    meter.sent(1152, 0.0)
    assert meter.room(0.0) == 0
    assert meter.room(0.05) == pytest.approx(576, abs=1)
    assert meter.room(0.2) == 1152


def test_a_line_of_which_nothing_is_known_is_asked_nothing_and_trusted(descriptor: int) -> None:
    meter = LineMeter(descriptor, None, answers=False)
    meter.sent(5000, 0.0)
    assert meter.question(100, 0.0) == b""
    assert meter.waiting(0.0) == 0


class Line:
    """A line of a rate, a round trip and delays of the network's own behind a meter, on a clock of its own."""

    def __init__(self, meter: LineMeter, rate: float, round_trip: float, jitter: float = 0.0) -> None:
        self.meter, self.rate, self.round_trip, self.jitter = meter, rate, round_trip, jitter
        self.now = self.taken_at = 1.0
        self.answers: list[float] = []
        self._luck = random.Random(5)

    def send(self, count: int, *, goes_on: bool = False) -> None:
        """As the writer: asked about what is sent, or about all before it where it goes on."""
        question = self.meter.question(0 if goes_on else count, self.now)
        self.meter.sent(count + len(question), self.now)
        self.taken_at = max(self.taken_at, self.now) + (count + len(question)) / self.rate
        if question:
            behind = count / self.rate if goes_on else 0.0
            delay = self.round_trip + self._luck.uniform(0.0, self.jitter)
            self.answers.append(max([*self.answers, self.taken_at - behind + delay]))

    def wait(self, seconds: float) -> None:
        until = self.now + seconds
        while self.answers and self.answers[0] <= until:
            self.now = self.answers.pop(0)
            self.meter.answered(self.now)
        self.now = until

    def show(self, size: int) -> float:
        """Send a picture; the seconds until the terminal has all of it."""
        began, left = self.now, size
        while left > 0:
            if self.meter.room(self.now) >= self.meter.window * 0.6:
                count = min(left, self.meter.window // 2)
                self.send(count, goes_on=left < size)
                left -= count
            else:
                self.wait(0.002)
        return self.taken_at - began

    def flood(self, seconds: float) -> float:
        """Send whenever there is room; the longest queue in seconds that ever stood in front of the line after 2 s."""
        longest, began = 0.0, self.now
        self.send(10)
        while self.now - began < seconds:
            self.wait(0.002)
            if self.meter.room(self.now) >= self.meter.window * 0.6:
                self.send(self.meter.window // 2, goes_on=self.now - began > 0.01)
            if self.now - began > 2:
                longest = max(longest, self.taken_at - self.now)
        return longest


@pytest.mark.parametrize("rate", [960, 3000, 11520, 100_000])
@pytest.mark.parametrize("round_trip", [0.0, 0.02])
def test_a_terminal_that_answers_tells_how_much_the_line_takes(descriptor: int, rate: int, round_trip: float) -> None:
    line = Line(LineMeter(descriptor, None, answers=True), rate, round_trip)
    longest = line.flood(8.0)
    assert longest < LONGEST_QUEUE * 1.6
    used = line.taken_at - 1.0
    assert used > 0.7 * 8  # and the line has been kept busy


def test_a_distant_terminal_still_gets_what_its_line_carries(descriptor: int) -> None:
    line = Line(LineMeter(descriptor, None, answers=True), 200_000, 0.2)
    line.flood(10.0)
    assert line.taken_at - 1.0 > 0.2 * 10 or line.meter.window > 10_000


def test_answers_that_the_network_delays_do_not_make_the_line_seem_slow(descriptor: int) -> None:
    line = Line(LineMeter(descriptor, None, answers=True), 100_000, 0.05, jitter=0.1)
    line.send(10)
    line.wait(0.5)
    shown = []
    for _ in range(12):
        shown.append(line.show(2000))
        line.wait(0.5)
    assert max(shown[-4:]) < 0.1  # the line itself needs 0.02 s


def test_a_line_that_becomes_slow_is_sent_less(descriptor: int) -> None:
    line = Line(LineMeter(descriptor, None, answers=True), 100_000, 0.02)
    line.send(10)
    line.wait(0.5)
    windows = []
    for rate in (100_000, 2_000):
        line.rate = rate
        for _ in range(6):
            line.show(2000)
            line.wait(1.5)
        windows.append(line.meter.window)
    assert windows[0] > 4000
    assert windows[1] < 400


def test_answers_that_never_come_are_waited_for_half_a_second_and_not_asked_for_again(descriptor: int) -> None:
    meter = LineMeter(descriptor, None, answers=True)
    assert meter.question(0, 1.0) == QUESTION
    meter.sent(1000 + len(QUESTION), 1.0)
    assert meter.waiting(1.1) > 900
    assert meter.waiting(1.6) == 0
    assert meter.waiting(30.0) == 0
    assert not meter.awaits_answer
    assert meter.question(5000, 30.0) == b""


def test_small_changes_are_not_asked_about(descriptor: int) -> None:
    meter = LineMeter(descriptor, None, answers=True)
    assert meter.question(0, 1.0) == QUESTION
    meter.sent(len(QUESTION), 1.0)
    meter.answered(1.001)
    for number in range(20):
        assert meter.question(11, 2.0 + number) == b""
        meter.sent(11, 2.0 + number)


def test_what_stands_before_an_unsent_question_does_not_wait_for_its_answer(descriptor: int) -> None:
    meter = LineMeter(descriptor, None, answers=True)
    first = meter.question(16, 0.0)
    meter.sent(16 + len(first), 0.0)
    meter.answered(0.001)
    # A picture larger than the window goes out in pieces, and the question stands behind its last one.
    picture = 2 * meter.window
    question = meter.question(picture, 0.1)
    assert question == QUESTION
    left = picture + len(question)
    while left:
        room = min(left, meter.room(0.1))
        assert room > 0, "the rest of the picture waits for an answer to what it stands before"
        meter.sent(room, 0.1)
        left -= room
    assert meter.waiting(0.1) > 0


def known_and_fast(meter: LineMeter) -> float:
    """A terminal that has answered, on a line that was learned to be fast; the moment from which on it is used."""
    line = Line(meter, 1_000_000, 0.001)
    for _ in range(30):
        line.show(20_000)
        line.wait(0.2)
    assert meter.window > 10_000
    return line.now


def asks_and_is_not_answered(meter: LineMeter, now: float) -> float:
    """Send a picture whose answer noise eats; seconds until more may be sent."""
    length = meter.window
    question = meter.question(length, now)
    assert question == QUESTION
    meter.sent(length + len(question), now)
    waited = 0.0
    while meter.room(now + waited) < meter.window:
        waited += 0.1
        assert waited < 60.0, "the line looks dead"
    return waited


def test_an_answer_that_noise_has_eaten_holds_a_fast_line_up_for_seconds_only(descriptor: int) -> None:
    meter = LineMeter(descriptor, None, answers=True)
    now = known_and_fast(meter)
    assert asks_and_is_not_answered(meter, now) <= 10.1
    question = meter.question(5000, now + 20.0)
    assert question == QUESTION  # and it is asked again
    meter.sent(5000 + len(question), now + 20.0)
    meter.answered(now + 20.01)
    assert meter.waiting(now + 20.02) == 0


def test_a_line_of_known_speed_waits_a_second_for_a_lost_answer(descriptor: int) -> None:
    meter = LineMeter(descriptor, 11520, answers=True)
    meter.sent(10 + len(meter.question(10, 0.0)), 0.0)
    meter.answered(0.002)
    assert asks_and_is_not_answered(meter, 1.0) <= 1.3


def test_a_key_on_a_line_that_seems_stuck_waits_for_no_answer(descriptor: int) -> None:
    meter = LineMeter(descriptor, None, answers=True)
    now = known_and_fast(meter)
    length = meter.window
    meter.sent(length + len(meter.question(length, now)), now)
    assert meter.room(now + 2.5) <= 0
    meter.give_up()
    assert meter.room(now + 2.5) == meter.window


def test_after_three_lost_answers_in_a_row_no_more_are_asked_for_until_one_comes_late(descriptor: int) -> None:
    meter = LineMeter(descriptor, None, answers=True)
    now = known_and_fast(meter)
    for number in range(3):
        asks_and_is_not_answered(meter, now + 20.0 * number)
    assert meter.question(5000, now + 80.0) == b""
    assert not meter.awaits_answer
    meter.answered(now + 81.0)
    assert meter.question(5000, now + 82.0) == QUESTION
