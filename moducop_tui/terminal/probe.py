"""Asks a terminal the two things that a serial line does not tell: its size, and whether it understands UTF-8.

All questions are cursor reports, `ESC[6n`, which every terminal since the VT100 answers and none prints. An accented
letter is two bytes of UTF-8: where the cursor has moved by one column, they were understood. (A box glyph would be no
probe: two of its three bytes are control characters, which an 8-bit terminal shows as nothing.)
"""

from __future__ import annotations

import fcntl
import re
import struct
import termios
import time
from collections.abc import Sequence
from dataclasses import dataclass

from moducop_tui.terminal.raw_line import RawLine
from moducop_tui.terminal.sizes import LEAST_COLUMNS, LEAST_ROWS, MOST

CURSOR_QUESTION = b"\x1b[6n"
SIZE_QUESTION = b"\x1b7\x1b[999;999H\x1b[6n\x1b8"
"""Go further than any terminal reaches, say where that was, come back."""
CHARSET_QUESTION = b"\r" + "é".encode() + b"\x1b[6n\r\x1b[K"
_REPLY = re.compile(rb"(?:\x1b\[|\x9b)(\d{1,4});(\d{1,4})R")
_LONGEST_REPLY = 12
PATIENCE = 0.4
"""Seconds for a terminal's own time and that of USB adapters; measured answers took 1 to 6 ms."""
_KEPT = 1 << 16
"""Bytes that are looked at; a line that sends more is noise."""


@dataclass(frozen=True, slots=True)
class Answers:
    """`utf8` and `size` None where no answer came; `round_trip` in seconds, of the first answer."""

    asked: bool = False
    utf8: bool | None = None
    size: tuple[int, int] | None = None
    round_trip: float | None = None


NOT_ASKED = Answers()


def replies(data: bytes) -> list[tuple[int, int]]:
    """The cursor reports in what came from the terminal, as (row, column); everything else is passed over."""
    return [(int(row), int(column)) for row, column in _REPLY.findall(data)]


def size_in(reports: Sequence[tuple[int, int]]) -> tuple[int, int] | None:
    """Columns and rows from reports; None where none can be a size, such as the position itself given back."""
    for rows, columns in reversed(reports):
        if LEAST_COLUMNS <= columns <= MOST and LEAST_ROWS <= rows <= MOST:
            return columns, rows
    return None


def utf8_in(reports: Sequence[tuple[int, int]]) -> bool | None:
    """Whether the accented letter took one column; None where no report tells."""
    for _, column in reports:
        if column in (2, 3):
            return column == 2
    return None


def time_for(baud: int | None, sent: int, replies_expected: int, patience: float = PATIENCE) -> float:
    """Seconds in which the replies must have come."""
    if not baud:
        return patience
    return patience + (sent + replies_expected * _LONGEST_REPLY) * 10 / baud


def probe(descriptor: int, baud: int | None = None, patience: float = PATIENCE) -> Answers:
    """Ask an open terminal. Takes at most `time_for` seconds, sends 30 bytes, raises nothing, restores the modes.

    What was typed before and meanwhile is thrown away: a key pressed at a screen that nobody has seen must not act.
    """
    question = CHARSET_QUESTION + SIZE_QUESTION
    try:
        with RawLine(descriptor) as line:
            line.forget_typed()
            return _ask(line, question, time_for(baud, len(question), 2, patience))
    except (OSError, termios.error):
        return NOT_ASKED


def _ask(line: RawLine, question: bytes, limit: float) -> Answers:
    start = time.monotonic()
    deadline = start + limit
    if not line.send(question, deadline):
        return Answers(asked=True)
    received = b""
    round_trip = None
    while len(received) < _KEPT:
        data = line.receive(deadline)
        received += data
        reports = replies(received)
        if reports and round_trip is None:
            round_trip = time.monotonic() - start
        if not data or (utf8_in(reports) is not None and size_in(reports) is not None):
            break
    reports = replies(received)
    return Answers(True, utf8_in(reports), size_in(reports), round_trip)


def set_size(descriptor: int, size: tuple[int, int]) -> None:
    """Tell the tty its size, as `stty columns rows` does, for every program on it. Silent where it has hung up."""
    try:
        fcntl.ioctl(descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
    except OSError:
        return
