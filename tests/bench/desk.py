"""A technician at the console under test: opens it, goes from screen to screen, reads whole pages and numbers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from tests.patience import PATIENCE

from .console import Console
from .screen import Screen

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .console import Place

SEEN: Final = 2.5
"""Seconds within which what happens is on the screen: two are promised, the rest is the bench's own way inside."""

SCREENS: Final = {"Overview": "1", "Slots": "2", "Storage": "3", "Apps": "4", "Logs": "5", "System": "6"}

QUIET: Final = 0.08
"""Seconds without a byte after which a picture counts as whole: it comes in pieces, in any order."""

_UNITS: Final = {"B": 1.0, "kB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12}
_SCROLLED: Final = re.compile(r"rows (\d+)-(\d+) of (\d+)")

_SEQUENCES: Final = re.compile(
    rb"\x1b\[[\d;]*m"  # colours and weight
    rb"|\x1b\[\d*(?:;\d*)?[HABCDGdKXr]|\x1b\[J|\x1b[DM78]"  # where the next character goes, scrolling, rubbing out
    rb"|\x1b\[\??\d+[hl]|\x1b[()][0B]"  # modes and charsets
    rb"|\x1b\[[56]n"  # questions
)
"""What the console has reason to send to a terminal."""
_CONTROLS: Final = b"\r\n\x08\x0e\x0f"
"""Single control characters that it moves and changes charsets with."""


_LINES: Final = str.maketrans("─━│┃┌┐└┘├┤┬┴┼█░", "--||+++++++++#.")
"""Which glyphs draw lines and bars depends on the terminal; what stands between them does not."""


class PlainScreen(Screen):
    """A screen that is read with lines and bars as ASCII."""

    def text(self) -> str:
        return super().text().translate(_LINES)


class Desk(Console):
    """The console's terminal, with lines and bars read as ASCII whatever they were drawn with."""

    def __init__(self, argv: Sequence[str], *, columns: int = 80, rows: int = 24, **options: Any) -> None:
        super().__init__(argv, columns=columns, rows=rows, **options)
        self._screen = PlainScreen(columns, rows, self._send)

    def __enter__(self) -> Desk:
        return self

    def picture(self, what: str | re.Pattern[str] | Callable[[str], bool], timeout: float = PATIENCE) -> str:
        """Wait for something on the screen, and then for the rest of the picture that brought it; seconds."""
        self.wait_for(what, timeout)
        return self.settle(QUIET, timeout=1.0)


def open_console(within: Place, *, argv: Sequence[str] = ("moducop-tui",), **options: Any) -> Desk:
    """The console on a terminal of its own inside a machine; returns when Overview has read the device once.

    Where something waits for a person's word it opens with that, and Overview is a key away.
    """
    console = Desk(argv, within=within, **options)
    try:
        console.picture(lambda text: has_read(text) or asks(text), timeout=30)
        if not has_read(console.text()):
            console.press("1")
            console.picture(has_read)
    except BaseException:
        console.close()
        raise
    return console


def has_read(text: str) -> bool:
    """Whether every panel of the screen says something about the device."""
    return "[1 Over" in text and "Not read yet" not in text and "Reading the device" not in text


def asks(text: str) -> bool:
    """Whether the console has opened with the verdict, or with what is at work, in the place of Overview."""
    return any(row.startswith(("--Update: ", "--Verdict")) or " at work --" in row for row in text.split("\n")[1:4])


def show(console: Console, screen: str) -> str:
    """Go to a screen by its digit; what is on it."""
    digit = SCREENS[screen]
    console.press(digit)
    return console.wait_for(re.compile(rf"\[{digit} [A-Z]"))


def turn(console: Console, key: str, part: Callable[[str], object]) -> str:
    """Press a key and wait until a part of the screen is another than before."""
    before = part(console.text())
    console.press(key)
    return console.wait_for(lambda screen: part(screen) != before)


def whole_page(console: Console) -> list[str]:
    """All rows of the shown page, also those that must be scrolled to; the keys are a person's."""
    console.press("<")
    console.wait_for(lambda screen: _span(screen)[0] == 1)
    rows: dict[int, str] = {}
    while True:
        text = console.settle(QUIET)
        first, last, total = _span(text)
        body = text.split("\n")[-2 - (last - first + 1) : -2]
        rows.update(enumerate(body, first))
        if last >= total:
            console.press("<")
            console.wait_for(lambda screen: _span(screen)[0] == 1)
            return [rows[number] for number in sorted(rows)]
        turn(console, "space", _span)


def _span(screen: str) -> tuple[int, int, int]:
    """The first and last row that is seen, and how many there are, as the screen says."""
    lines = screen.split("\n")
    found = _SCROLLED.search(lines[-2])
    if found:
        return int(found[1]), int(found[2]), int(found[3])
    seen = len(lines) - 3
    return 1, seen, seen


def tight(rows: list[str]) -> str:
    """Rows as one text without any blank: what was broken into rows can be found in it."""
    return re.sub(r"\s", "", "".join(rows))


def amount(words: str) -> tuple[float, float]:
    """A size as the screen writes it (``2.6 GB``), and by how much it may be off for its rounding; bytes."""
    number, unit = words.split()
    return float(number) * _UNITS[unit], (0.05 if "." in number else 0.5) * _UNITS[unit]


def is_about(words: str, count: float, slack: float = 0.0) -> bool:
    """Whether a size on the screen is that many bytes, rounded; ``slack`` for what changed meanwhile."""
    value, rounding = amount(words)
    return abs(value - count) <= rounding * 1.001 + slack


def foreign_bytes(raw: bytes) -> bytes:
    """What of the bytes sent to a terminal no careful program sends: other sequences, and bare control characters."""
    rest = _SEQUENCES.sub(b"", raw)
    return bytes(byte for byte in rest if (byte < 0x20 and byte not in _CONTROLS) or byte == 0x7F)
