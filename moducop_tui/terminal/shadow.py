"""Textual's output, parsed into a grid: what the terminal should show, in the terminal's own means.

Textual writes cursor addresses, SGR, text and line feeds; whatever else it writes (modes, queries, titles) is no
picture and is dropped here. Characters and styles are reduced to the profile on the way in, so that what a terminal
could not tell apart is never sent twice: a blank has no ink, and an eight-colour terminal no pink.
"""

from __future__ import annotations

import re

from rich.cells import cell_len

from moducop_tui.terminal.glyphs import ascii_twin, dec_letter
from moducop_tui.terminal.grid import Grid
from moducop_tui.terminal.profile import Charset, Profile
from moducop_tui.terminal.style_table import StyleTable

_TOKEN = re.compile(
    r"(?P<text>[^\x00-\x1f\x7f-\x9f]+)"
    r"|\x1b\[(?P<parameters>[0-?]*)[ -/]*(?P<final>[@-~])"
    r"|\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)"
    r"|\x1b[ -/]*[0-~]"
    r"|(?P<control>[\x00-\x1f\x7f-\x9f])"
)
_MARKS_LIMIT = 2
"""Combining marks that a cell may carry, whatever comes: each one more is bytes on the line for no other cell."""


class Shadow:
    """The screen as Textual has drawn it so far."""

    def __init__(self, width: int, height: int, profile: Profile) -> None:
        self.grid = Grid(width, height)
        self.styles = StyleTable(profile)
        self._charset = profile.charset
        self._light_lines = profile.light_lines
        self._x = self._y = 0
        self._style = 0

    def feed(self, data: str) -> None:
        """Take what Textual writes."""
        for token in _TOKEN.finditer(data):
            text, parameters, final, control = token.group("text", "parameters", "final", "control")
            if text is not None:
                self._write(text)
            elif final == "m":
                self._style = self.styles.after(parameters)
            elif final in ("H", "f"):
                row, _, column = parameters.partition(";")
                self._y, self._x = max(0, _number(row) - 1), max(0, _number(column) - 1)
            elif control == "\n":
                self._y, self._x = self._y + 1, 0
            elif control == "\r":
                self._x = 0

    def _write(self, text: str) -> None:
        if self._y >= self.grid.height:
            return
        cells = list(text) if text.isascii() else self._cells(text)
        if len(cells) >= self.grid.width - self._x:
            self._unmark(cells, self.grid.width - self._x)
        style, blank = self._style, self.styles.blanks[self._style]
        if style == blank or " " not in cells:
            styles = [style] * len(cells)
        else:
            styles = [blank if cell == " " else style for cell in cells]
        self._x = self.grid.put(self._y, self._x, cells, styles)

    @staticmethod
    def _unmark(cells: list[str], room: int) -> None:
        """Without combining marks in the last column: with wrapping off, terminals join them to the one before."""
        for index in range(max(0, room - 2), room):
            if len(cells[index]) > 1 and (index == room - 1 or cells[index + 1] == ""):
                cells[index] = cells[index][0]

    def _cells(self, text: str) -> list[str]:
        cells: list[str] = []
        for character in text:
            width = 1 if character.isascii() else cell_len(character)
            if width == 1:
                cells.append(self._glyph(character))
            elif width == 2:
                cells += self._wide(character)
            elif cells and self._charset is Charset.UTF8 and character.isprintable():
                base = -2 if cells[-1] == "" and len(cells) > 1 else -1
                if len(cells[base]) <= _MARKS_LIMIT:
                    cells[base] += character  # a combining mark stands in its letter's cell
        return cells

    def _wide(self, character: str) -> list[str]:
        if self._charset is Charset.UTF8 and character.isprintable():
            return [character, ""]
        return [" ", " "] if character.isspace() else ["?", "?"]

    def _glyph(self, character: str) -> str:
        if character.isascii():
            return character
        if not character.isprintable():  # directions, invisible letters: pages name them, and none is ever sent
            return " " if character.isspace() else "?"
        if self._charset is Charset.UTF8 and (self._light_lines or not "\u2500" <= character <= "\u257f"):
            return character
        if self._charset is Charset.DEC and dec_letter(character):
            return character
        return ascii_twin(character)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 1
