"""How much output stands in front of a line that has not taken it yet, measured and not hoped.

Three witnesses. The kernel's queue (TIOCOUTQ) tells the truth on a real tty and nothing on a pseudo-terminal. A line
whose speed is known takes no more than that speed. And a terminal that answers `CSI 5 n` has taken everything that was
sent before the question, however many buffers lie between, as with SSH: where the answers come late, less is sent.
"""

from __future__ import annotations

import fcntl
import struct
import termios

QUESTION = b"\x1b[5n"
ANSWER = "[0n"
LONGEST_QUEUE = 0.1
"""Seconds of output that may stand in front of the line."""
_LEAST_WINDOW, _FIRST_WINDOW, _MOST_WINDOW = 96, 4096, 1 << 16
_ASK_EVERY = 256
"""Bytes sent after which the terminal is asked whether it has taken them."""
_ANSWER_LIMIT = 3.0
"""Seconds after which an answer is taken for lost, and no more are asked for."""


class LineMeter:
    """One line. Times are of any clock that only goes forward, in seconds."""

    def __init__(self, descriptor: int, bytes_a_second: int | None, *, answers: bool) -> None:
        self._descriptor = descriptor
        self._rate = bytes_a_second
        self._window = max(_LEAST_WINDOW, int(bytes_a_second * LONGEST_QUEUE)) if bytes_a_second else _FIRST_WINDOW
        self._asks = answers
        self._believes = False
        self._sent = 0
        self._modelled, self._modelled_at = 0.0, 0.0
        self._asked: tuple[int, float] | None = None
        self._last_asked = -_ASK_EVERY
        self._taken = 0
        self._shortest: float | None = None

    @property
    def window(self) -> int:
        """Bytes that the line takes in LONGEST_QUEUE seconds, as far as is known."""
        return self._window

    def sent(self, count: int, now: float) -> None:
        """So many bytes were given to the kernel."""
        self._modelled = self._modelled_now(now) + count
        self._modelled_at = now
        self._sent += count

    def waiting(self, now: float) -> int:
        """Bytes that the line has not taken yet."""
        if self._asked and now - self._asked[1] > _ANSWER_LIMIT:
            self._asked, self._asks, self._believes = None, False, False
        unanswered = self._sent - self._taken if self._asked and self._believes else 0
        return max(self._queued(), int(self._modelled_now(now)), unanswered)

    def room(self, now: float) -> int:
        """Bytes that may be sent now."""
        return self._window - self.waiting(now)

    def _modelled_now(self, now: float) -> float:
        return max(0.0, self._modelled - (now - self._modelled_at) * self._rate) if self._rate else 0.0

    def _queued(self) -> int:
        try:
            return int(struct.unpack("i", fcntl.ioctl(self._descriptor, termios.TIOCOUTQ, b"\0\0\0\0"))[0])
        except OSError:
            return 0

    # -- answers ---------------------------------------------------------------------------------------------------

    def question(self, length: int, now: float) -> bytes:
        """What to send behind `length` bytes so that the terminal says when it has taken them; mostly nothing."""
        if not self._asks or self._asked or self._sent + length - self._last_asked < _ASK_EVERY:
            return b""
        self._last_asked = self._sent + length
        self._asked = self._sent + length + len(QUESTION), now
        return QUESTION

    @property
    def awaits_answer(self) -> bool:
        """Whether the terminal owes one."""
        return self._asked is not None

    def answered(self, now: float) -> None:
        """The terminal has answered."""
        if self._asked is None:
            return
        position, asked_at = self._asked
        self._asked, self._taken, self._believes = None, position, True
        took = now - asked_at
        self._shortest = took if self._shortest is None else min(took, self._shortest)
        if self._rate:
            return
        queued = took - self._shortest
        if queued > LONGEST_QUEUE / 2:
            self._window = max(_LEAST_WINDOW, int(self._window * max(0.25, LONGEST_QUEUE / 2 / queued)))
        else:
            self._window = min(_MOST_WINDOW, self._window * 2)
