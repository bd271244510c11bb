"""What a terminal would show: pyte's screen, protected from sequences that pyte does not know."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import pyte

if TYPE_CHECKING:
    from collections.abc import Callable

_UNKNOWN: Final = re.compile(
    rb"\x1b\[[<>=][0-9;:]*[a-zA-Z]"  # keyboard protocols and secondary reports
    rb"|\x1b\[\?[0-9;]*(?:\$p|[umS])"  # questions about modes, keyboard and graphics
    rb"|\x1bP[^\x1b]*\x1b\\"  # device control strings
    rb"|\x1b_[^\x1b]*\x1b\\"  # application commands
)
"""Sequences that a terminal takes in silence and pyte would print or stumble over."""

_UNFINISHED: Final = re.compile(rb"\x1b(?:\[[0-9;:?<>=$ ]*|[P_][^\x1b]*\x1b?)?\Z")
"""The beginning of a sequence whose end has not come yet."""


class _Terminal(pyte.Screen):
    """A screen that answers, as a terminal does, when a program asks for the cursor or the kind of terminal."""

    def __init__(self, columns: int, rows: int, answer: Callable[[str], None]) -> None:
        super().__init__(columns, rows)
        self._answer = answer

    def write_process_input(self, data: str) -> None:
        """Send an answer to the program."""
        self._answer(data)


class Screen:
    """The characters of a terminal's screen."""

    def __init__(self, columns: int, rows: int, answer: Callable[[str], None]) -> None:
        self._terminal = _Terminal(columns, rows, answer)
        self._stream = pyte.ByteStream(self._terminal)
        self._rest = b""

    def feed(self, data: bytes) -> None:
        """Take bytes as they came; a sequence may be cut anywhere."""
        data = self._rest + data
        cut = _UNFINISHED.search(data)
        end = cut.start() if cut else len(data)
        self._rest = data[end:]
        self._stream.feed(_UNKNOWN.sub(b"", data[:end]))

    def text(self) -> str:
        """All rows, blanks at their ends cut."""
        return "\n".join(line.rstrip() for line in self._terminal.display)

    def cells(self) -> list[list[pyte.screens.Char]]:
        """All cells with their colours and attributes, row by row."""
        terminal = self._terminal
        return [[terminal.buffer[y][x] for x in range(terminal.columns)] for y in range(terminal.lines)]

    def resize(self, columns: int, rows: int) -> None:
        """Another size."""
        self._terminal.resize(rows, columns)
