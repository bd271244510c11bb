"""An emulated terminal, and the cells it shows in the terms of our own grid."""

from __future__ import annotations

from unicodedata import normalize

import pyte

from moducop_tui.terminal.styles import BOLD, REVERSE, UNDERLINE, Style

_NAMES = ("black", "red", "green", "brown", "blue", "magenta", "cyan", "white")
_BRIGHT = tuple(f"bright{name}" for name in _NAMES)

Shown = tuple[str, int, str, str]
"""Character, attributes, ink and paper of a cell."""


class Emulated:
    """A terminal of its own that only ever sees what the painter sends."""

    def __init__(self, width: int, height: int) -> None:
        self._screen = pyte.Screen(width, height)
        self._stream = pyte.Stream(self._screen)
        # The state in which a real terminal may be found: dirty, somewhere, coloured.
        self._stream.feed("\x1b[31;1mdirt\r\ndirt\x1b[5;2r\x1b[?7l")

    def feed(self, text: str) -> None:
        """Show what was sent."""
        self._stream.feed(text)

    def cell(self, x: int, y: int) -> Shown:
        """What stands in a cell."""
        cell = self._screen.buffer[y][x]
        attributes = cell.bold * BOLD | cell.underscore * UNDERLINE | cell.reverse * REVERSE
        if cell.data == " " and not attributes & (UNDERLINE | REVERSE):
            return " ", 0, "default", cell.bg  # nobody sees the ink of a blank
        return normalize("NFC", cell.data), attributes, cell.fg, cell.bg


def wanted(character: str, style: Style) -> Shown:
    """What the terminal shows for a cell of ours."""
    attributes = style.attributes & (BOLD | UNDERLINE | REVERSE)
    if character == " " and not attributes & (UNDERLINE | REVERSE):
        return " ", 0, "default", _colour(style.paper)
    return normalize("NFC", character), attributes, _colour(style.ink), _colour(style.paper)


def _colour(parameters: str) -> str:
    if not parameters:
        return "default"
    numbers = [int(part) for part in parameters.split(";")]
    if len(numbers) == 1:
        return _BRIGHT[numbers[0] % 10] if numbers[0] >= 90 else _NAMES[numbers[0] % 10]
    if numbers[1] == 2:
        return "".join(f"{number:02x}" for number in numbers[2:5])
    return str(pyte.graphics.FG_BG_256[numbers[2]])
