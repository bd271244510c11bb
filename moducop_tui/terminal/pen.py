"""The pen that writes on a terminal: where its cursor stands, in which style and character set.

It is the only one that writes, so it knows; where it can't (behind a glyph whose width terminals disagree about, behind
the last column), it says so and addresses the cursor anew.
"""

from __future__ import annotations

from moducop_tui.terminal.glyphs import dec_letter
from moducop_tui.terminal.movement import UNKNOWN, way
from moducop_tui.terminal.profile import Charset, Profile
from moducop_tui.terminal.style_table import StyleTable
from moducop_tui.terminal.styles import change

_RESET = "\x1b[m\x0f\x1b(B\x1b[r\x1b[4l\x1b[?6l\x1b[?7l\x1b[?25l\x1b[H\x1b[J"
"""Own style and character set, no scroll region, overwriting, no origin mode, no wrap, no cursor, all blank: whatever a
program before us, a power cycle or noise on the line has left."""


class Pen:
    """Collects what to send. Cells are written from where the cursor stands."""

    def __init__(self, width: int, profile: Profile, styles: StyleTable) -> None:
        self.x = self.y = UNKNOWN
        self.style = 0
        self.length = 0
        """Characters collected so far."""
        self._width = width
        self._abilities = profile.abilities
        self._charset = profile.charset
        self._styles = styles
        self._drawing = False
        self._region: tuple[int, int] | None = None
        """First row of the scroll region that is set, and the one behind its last."""
        self._changes: dict[tuple[int, int], str] = {}
        self._out: list[str] = []

    def take(self) -> str:
        """What was collected, with the scroll region taken back; begins anew."""
        if self._region is not None:
            self._region = None
            self._send("\x1b[r")
            self.lose()  # a VT100 brings the cursor home now; not every emulator does
        out = "".join(self._out)
        self._out.clear()
        self.length = 0
        return out

    def reset(self) -> None:
        """Bring the terminal into a known state, blank, the cursor home."""
        self._send(_RESET + ("\x1b)0" if self._charset is Charset.DEC else ""))
        self.x = self.y = self.style = 0
        self._drawing = False

    def lose(self) -> None:
        """Someone else has moved the cursor."""
        self.x = self.y = UNKNOWN

    def _send(self, text: str) -> None:
        self._out.append(text)
        self.length += len(text)

    # -- moving, erasing, scrolling --------------------------------------------------------------------------------

    def go(self, x: int, y: int) -> None:
        """Stand in a cell."""
        if x != self.x or y != self.y:
            self._send(self._way(x, y))
            self.x, self.y = x, y

    def distance(self, x: int, y: int) -> int:
        """Bytes of the way to a cell."""
        return 0 if x == self.x and y == self.y else len(self._way(x, y))

    def _way(self, x: int, y: int) -> str:
        start_y = self.y
        if self._region is not None and y != start_y:
            # At the edges of a region a line feed scrolls and a cursor movement stops: across them only an address.
            top, bottom = self._region
            start_y = start_y if top <= start_y < bottom and top <= y < bottom else UNKNOWN
        return way(self.x, start_y, x, y, self._abilities)

    def set_style(self, style: int) -> None:
        """Write in this style from now on."""
        if style != self.style:
            sequence = self._changes.get((self.style, style))
            if sequence is None:
                reduced = self._styles.reduced
                sequence = self._changes[self.style, style] = change(reduced[self.style], reduced[style])
            self._send(sequence)
            self.style = style

    def erase_line(self) -> None:
        """Blank the row from here on."""
        self._prepare_erasing()
        self._send("\x1b[K")

    def erase_below(self) -> None:
        """Blank the screen from here on."""
        self._prepare_erasing()
        self._send("\x1b[J")

    def erase_cells(self, count: int) -> None:
        """Blank cells from here on; the cursor stays."""
        self._prepare_erasing()
        self._send(f"\x1b[{count}X")

    def scroll(self, top: int, bottom: int, lines: int) -> None:
        """Move rows `top` to `bottom` - 1 up by `lines`, down when negative. The region stays set until `take`."""
        self._prepare_erasing()  # the rows laid open take the paper that is set
        edge, step = (bottom, "\x1bD") if lines > 0 else (top + 1, "\x1bM")
        address = f"\x1b[{edge}H" if edge > 1 else "\x1b[H"
        self._send(f"\x1b[{top + 1};{bottom}r{address}{step * abs(lines)}")
        self._region = top, bottom
        self.x, self.y = 0, edge - 1

    def _prepare_erasing(self) -> None:
        if self._styles.blanks[self.style]:
            self.set_style(0)

    # -- writing ---------------------------------------------------------------------------------------------------

    def write(self, cells: list[str], x: int) -> None:
        """Write cells of the current style from column `x` on; the row is the one in which the pen stands."""
        if self.x != x:
            self.go(x, self.y)
        text = "".join(cells)
        if text.isascii():
            self._send(self._shifted(text) if self._drawing else text)
        elif self._charset is Charset.DEC:
            self._send(self._shifted(text))
        else:
            self._write_glyphs(cells, x)
            return
        self._stand_at(x + len(cells))

    def _stand_at(self, x: int) -> None:
        # Terminals differ in where the cursor waits behind the last column; the row is certain.
        self.x = x if x < self._width else UNKNOWN

    def _write_glyphs(self, cells: list[str], x: int) -> None:
        """Behind a glyph of disputed width the cursor is addressed before the next one is written."""
        for cell in cells:
            if cell:
                if self.x != x:
                    self.go(x, self.y)
                self._send(cell)
                self.x = x + 1 if cell.isascii() or _has_one_cell(cell) else UNKNOWN
            x += 1
        if x >= self._width:
            self.x = UNKNOWN

    def _shifted(self, text: str) -> str:
        out = []
        for character in text:
            letter = None if character.isascii() else dec_letter(character)
            if (letter is not None) is not self._drawing and character != " ":
                self._drawing = not self._drawing
                out.append("\x0e" if self._drawing else "\x0f")
            out.append(letter or character)
        return "".join(out)


def _has_one_cell(cell: str) -> bool:
    """Glyphs that every terminal in UTF-8 gives one cell: Latin-1 letters, box drawing and blocks."""
    return len(cell) == 1 and ("\u00a1" <= cell <= "\u024f" or "\u2500" <= cell <= "\u259f") and cell != "\u00ad"
