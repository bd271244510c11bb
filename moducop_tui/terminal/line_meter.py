"""How much output stands in front of a line that has not taken it yet, measured and not hoped.

Three witnesses. The kernel's queue (TIOCOUTQ) tells the truth on a real tty and nothing on a pseudo-terminal. A line
whose speed is known takes no more than that speed. And a terminal that answers `CSI 5 n` has taken everything that was
sent before the question, however many buffers lie between, as with SSH: where the answers come late, less is sent.
"""

from __future__ import annotations

import fcntl
import struct
import termios
from collections import deque
from dataclasses import dataclass
from threading import Lock

QUESTION = b"\x1b[5n"
ANSWER = "[0n"
LONGEST_QUEUE = 0.1
"""Seconds of output that may stand in front of the line."""
_LEAST_WINDOW, _FIRST_WINDOW, _MOST_WINDOW = 96, 1024, 1 << 16
_ASK_EVERY = 256
"""Bytes sent after which the terminal is asked whether it has taken them, on a fast line."""
_FIRST_ANSWER_LIMIT = 0.5
"""Seconds for which a terminal that has never answered is waited for."""
_ANSWER_LIMIT, _LEAST_RATE, _LONGEST_WAIT = 3.0, 100, 10.0
"""Seconds, and bytes a second, after which an answer is taken for lost, and the most that is waited for any: noise may
have eaten it, and a line on which nothing is sent meanwhile looks dead."""
_ANSWER_LIMIT_OF_KNOWN = 1.0
"""The same where the line's speed is known, and limits what is sent by itself."""
_LOST_AT_MOST = 3
"""Answers in a row; then no more are asked for until one comes after all."""
_TELLS_RATE = 40
"""Bytes from which on the time that they took tells the line's rate."""
_LATEST = 4
"""Answers of which the quickest tells the rate: each may be late for reasons of its own, none comes too early."""
_PAUSE = 0.15
"""Seconds without sending after which a queue that nobody has asked about counts as taken."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question on its way: behind which byte, since when, behind how many bytes that may still wait."""

    position: int
    at: float
    waiting: int
    was_idle: bool
    """Whether the line had nothing to do until those bytes came: then the time that they take is theirs alone."""


class LineMeter:
    """One line, which is sent to in one thread and answers in another. Times are of a clock that only goes forward."""

    def __init__(self, descriptor: int, bytes_a_second: int | None, *, answers: bool) -> None:
        self._descriptor = descriptor
        self._known_rate = bytes_a_second
        self._window = _FIRST_WINDOW
        if bytes_a_second:
            self._window = max(_LEAST_WINDOW, int(bytes_a_second * LONGEST_QUEUE))
        self._modelled, self._modelled_at = 0.0, 0.0
        self._lock = Lock()
        self._asks, self._believes = answers, False
        self._lost = 0
        """Answers of a terminal that has answered before, since the last one that came."""
        self._asked: _Asked | None = None
        self._sent = self._taken = 0
        self._sent_at = 0.0
        self._round_trip: float | None = None
        self._rates: deque[float] = deque(maxlen=_LATEST)
        """Bytes a second."""

    @property
    def window(self) -> int:
        """Bytes that the line takes in LONGEST_QUEUE seconds, as far as is known, and those on their way."""
        return self._window

    @property
    def rate_is_known(self) -> bool:
        """Whether the line is a serial one, whose speed is set."""
        return bool(self._known_rate)

    def sent(self, count: int, now: float) -> None:
        """So many bytes were given to the kernel."""
        with self._lock:
            self._modelled = self._modelled_now(now) + count
            self._modelled_at = now
            self._rest(now)
            self._sent += count
            self._sent_at = now

    def _rest(self, now: float) -> None:
        """What nobody has asked about has gone out during a pause."""
        if self._asked is None and now - self._sent_at > _PAUSE:
            self._taken = self._sent

    def waiting(self, now: float) -> int:
        """Bytes that the line has not taken yet."""
        with self._lock:
            return max(self._queued(), int(self._modelled_now(now)), self._unanswered(now))

    def room(self, now: float) -> int:
        """Bytes that may be sent now."""
        return self._window - self.waiting(now)

    def _modelled_now(self, now: float) -> float:
        if not self._known_rate:
            return 0.0
        return max(0.0, self._modelled - (now - self._modelled_at) * self._known_rate)

    def _queued(self) -> int:
        try:
            return int(struct.unpack("i", fcntl.ioctl(self._descriptor, termios.TIOCOUTQ, b"\0\0\0\0"))[0])
        except OSError:
            return 0

    # -- answers ---------------------------------------------------------------------------------------------------

    def question(self, length: int, now: float) -> bytes:
        """What to send behind `length` bytes, at once, so that the terminal says when it has taken them.

        Nothing where there is little to ask about, or an answer is still on its way. The very first question, behind
        next to nothing, tells the round trip of an empty line.
        """
        with self._lock:
            self._rest(now)
            unasked = self._sent + length - self._taken
            if not self._asks or self._asked or (self._round_trip and unasked < min(_ASK_EVERY, self._window // 2)):
                return b""
            self._asked = _Asked(self._sent + length + len(QUESTION), now, unasked, was_idle=unasked == length)
            return QUESTION

    @property
    def awaits_answer(self) -> bool:
        """Whether the terminal owes one."""
        return self._asked is not None

    def _unanswered(self, now: float) -> int:
        if self._asked is None or self._sent < self._asked.position:
            return 0  # a question that is not sent yet can't be answered: what stands before it must not wait for it
        waited = now - self._asked.at
        if waited > self._patience(self._asked):
            self._lose(self._asked)
            return 0
        return self._sent - self._taken if self._believes or waited < _FIRST_ANSWER_LIMIT else 0

    def _patience(self, asked: _Asked) -> float:
        """Seconds after which the answer is taken for lost."""
        if self._known_rate:
            return _ANSWER_LIMIT_OF_KNOWN + 2 * (self._round_trip or 0.0) + asked.waiting / self._known_rate
        return min(_ANSWER_LIMIT + asked.waiting / _LEAST_RATE, _LONGEST_WAIT)

    def give_up(self) -> None:
        """Wait for no answer: somebody presses keys and sees nothing happen."""
        with self._lock:
            if self._asked is not None:
                self._lose(self._asked)

    def _lose(self, asked: _Asked) -> None:
        """Go on as if it had come; a terminal that has never answered is not asked again."""
        self._asked = None
        self._taken = asked.position
        self._lost += 1
        self._asks = self._believes and self._lost < _LOST_AT_MOST

    def answered(self, now: float) -> None:
        """The terminal has answered: it has taken everything up to the question."""
        with self._lock:
            asked, self._asked = self._asked, None
            self._lost = 0
            if asked is None:
                self._asks = self._asks or self._believes  # it was only late
                return
            took = now - asked.at
            self._round_trip = took if self._round_trip is None else min(took, self._round_trip)
            late = took - self._round_trip
            if asked.waiting >= _TELLS_RATE and (asked.was_idle or late > LONGEST_QUEUE):
                self._learn(asked.waiting / max(0.001, late))
            self._taken, self._believes = asked.position, True

    def _learn(self, rate: float) -> None:
        self._rates.append(rate)
        if not self._known_rate and self._round_trip is not None:
            window = int(max(self._rates) * (LONGEST_QUEUE / 2 + self._round_trip))
            self._window = min(_MOST_WINDOW, max(_LEAST_WINDOW, window))
