"""Turns what a terminal shows into what it should show, with the fewest bytes that it knows.

The painter knows the terminal's cursor, style and character set at every moment, for it is the only one that writes.
Where it can't know (after a glyph whose width terminals disagree about), it says so and addresses the cursor anew.
"""

from __future__ import annotations

from moducop_tui.terminal.glyphs import dec_letter
from moducop_tui.terminal.grid import Grid
from moducop_tui.terminal.profile import Charset, Profile
from moducop_tui.terminal.scrolling import Scroll, find_scroll
from moducop_tui.terminal.shadow import Shadow
from moducop_tui.terminal.styles import change

_GAP = 5
"""Unchanged cells between two changes that are cheaper sent again than skipped by a cursor movement."""
_ERASE_FROM = 4
"""Blanks at a row's end from which on erasing is shorter than writing them."""
_ERASE_CHARACTERS_FROM = 11
"""Blanks inside a row from which on ECH and a cursor movement are shorter."""
_SCROLL_FROM = 120
"""Bytes of a plain repaint below which looking for a scroll is not worth the time."""
_UNKNOWN = -1


class Painter:
    """One terminal. `shadow` takes what Textual draws, `paint` gives the bytes that make the terminal show it."""

    def __init__(self, width: int, height: int, profile: Profile) -> None:
        self.profile = profile
        self.shadow = Shadow(width, height, profile)
        self._front = Grid(width, height)
        self._x = self._y = _UNKNOWN
        self._style = 0
        self._drawing = False
        self._blank = True
        self._changes: dict[tuple[int, int], str] = {}

    @property
    def size(self) -> tuple[int, int]:
        """Columns and rows."""
        return self._front.width, self._front.height

    def forget(self) -> None:
        """What the terminal shows is no longer known: the next paint clears it and draws all."""
        self._blank = True

    def paint(self) -> str:
        """What to send now; empty when the terminal shows what it should. Afterwards it is taken as shown."""
        back = self.shadow.grid
        beginning = self._begin() if self._blank else ""
        before = self._state()
        plain = self._rows(back)
        if len(plain) > _SCROLL_FROM and self.profile.abilities.scroll_region and not beginning:
            scrolled = self._scrolled(back, before, len(plain))
            if scrolled is not None:
                plain = scrolled
        self._front = back.copy()
        return beginning + plain

    def _begin(self) -> str:
        """Bring the terminal into a known state: own style, no scroll region, ASCII, all blank, cursor home."""
        self._blank = False
        self._front = Grid(*self.size)
        self._x = self._y = self._style = 0
        self._drawing = False
        dec = "\x1b(B\x1b)0\x0f" if self.profile.charset is Charset.DEC else ""
        return f"\x1b[m\x1b[r{dec}\x1b[H\x1b[J"

    # -- scrolling -------------------------------------------------------------------------------------------------

    def _state(self) -> tuple[int, int, int, bool]:
        return self._x, self._y, self._style, self._drawing

    def _set_state(self, state: tuple[int, int, int, bool]) -> None:
        self._x, self._y, self._style, self._drawing = state

    def _scrolled(self, back: Grid, before: tuple[int, int, int, bool], limit: int) -> str | None:
        """The same picture by scrolling first; None when that is not shorter than `limit`."""
        scroll = find_scroll(self._front, back)
        if scroll is None:
            return None
        after, front = self._state(), self._front
        self._set_state(before)
        self._front = front.copy()
        self._front.scroll(scroll.top, scroll.bottom, scroll.lines)
        out = self._move_rows(scroll) + self._rows(back)
        if len(out) < limit:
            return out
        self._set_state(after)
        self._front = front
        return None

    def _move_rows(self, scroll: Scroll) -> str:
        out = self._change_style(0)  # the rows laid open take the style that is set
        edge, step = (scroll.bottom, "\x1bD") if scroll.lines > 0 else (scroll.top + 1, "\x1bM")
        address = f"\x1b[{edge}H" if edge > 1 else "\x1b[H"
        out += f"\x1b[{scroll.top + 1};{scroll.bottom}r{address}{step * abs(scroll.lines)}\x1b[r"
        self._x = self._y = _UNKNOWN  # a VT100 brings the cursor home now; not every emulator does
        return out

    # -- rows ------------------------------------------------------------------------------------------------------

    def _rows(self, back: Grid) -> str:
        out: list[str] = []
        for y in range(back.height):
            if back.characters[y] != self._front.characters[y] or back.styles[y] != self._front.styles[y]:
                self._row(back, y, out)
        return "".join(out)

    def _row(self, back: Grid, y: int, out: list[str]) -> None:
        characters, styles = back.characters[y], back.styles[y]
        old, old_styles = self._front.characters[y], self._front.styles[y]
        # The last cell of the last row is never written: a terminal that wraps would scroll the whole screen.
        limit = back.width - 1 if y == back.height - 1 else back.width
        if limit < back.width and characters[-1] == "":
            limit -= 1
        blank_from = _blank_from(characters, styles)
        x = 0
        while x < limit:
            if characters[x] == old[x] and styles[x] == old_styles[x]:
                x += 1
                continue
            end = last = x + 1
            while end < limit and end - last < _GAP:
                if characters[end] != old[end] or styles[end] != old_styles[end]:
                    last = end + 1
                end += 1
            x, end = _whole(characters, old, x, last, limit)
            out.append(self._go(x, y))
            if end - max(x, blank_from) >= _ERASE_FROM:
                self._run(characters, styles, x, blank_from, out)
                out.append(self._go(max(x, blank_from), y) + self._change_style(0) + "\x1b[K")
                return
            self._run(characters, styles, x, end, out)
            x = end

    def _run(self, characters: list[str], styles: list[int], x: int, end: int, out: list[str]) -> None:
        """Write cells `x` to `end` - 1 of a row, the cursor standing there."""
        while x < end:
            style, stop = styles[x], x + 1
            while stop < end and styles[stop] == style:
                stop += 1
            out.append(self._change_style(style))
            if style == 0 and self.profile.abilities.erase_characters:
                self._text_with_gaps(characters[x:stop], x, out)
            else:
                self._text(characters[x:stop], x, out)
            x = stop

    def _text_with_gaps(self, cells: list[str], x: int, out: list[str]) -> None:
        start = index = 0
        while index < len(cells):
            stop = index
            while stop < len(cells) and cells[stop] == " ":
                stop += 1
            if stop - index >= _ERASE_CHARACTERS_FROM:
                self._text(cells[start:index], x + start, out)
                out.append(f"\x1b[{stop - index}X")
                if stop < len(cells):
                    out.append(f"\x1b[{stop - index}C")
                    self._x += stop - index
                start = stop
            index = stop + 1
        self._text(cells[start:], x + start, out)

    def _text(self, cells: list[str], x: int, out: list[str]) -> None:
        """Write cells from column `x` on; afterwards the cursor is known or known to be unknown."""
        if not cells:
            return
        if self._x == _UNKNOWN:
            out.append(self._go(x, self._y))
        text = "".join(cells)
        if self.profile.charset is Charset.DEC:
            out.append(self._drawn(text))
        elif text.isascii():
            out.append(text)
        else:
            self._foreign_text(cells, x, out)
            return
        self._stand_at(x + len(cells))

    def _stand_at(self, x: int) -> None:
        """The cursor is in column `x` now. Terminals differ in where it waits behind the last column."""
        self._x = x
        if x >= self._front.width:
            self._x = self._y = _UNKNOWN

    def _foreign_text(self, cells: list[str], x: int, out: list[str]) -> None:
        """Glyphs outside ASCII: behind one of disputed width the cursor is addressed before the next is written."""
        y = self._y
        for cell in cells:
            if cell:
                if self._x == _UNKNOWN:
                    out.append(self._go(x, y))
                out.append(cell)
                self._x = x + 1 if cell.isascii() or _is_line_drawing(cell) else _UNKNOWN
            x += 1
        if x >= self._front.width:
            self._x = self._y = _UNKNOWN

    def _drawn(self, text: str) -> str:
        out = []
        for character in text:
            letter = None if character.isascii() else dec_letter(character)
            if (letter is not None) is not self._drawing:
                self._drawing = not self._drawing
                out.append("\x0e" if self._drawing else "\x0f")
            out.append(letter or character)
        return "".join(out)

    # -- cursor and style ------------------------------------------------------------------------------------------

    def _go(self, x: int, y: int) -> str:
        """The shortest way to a cell."""
        if (x, y) == (self._x, self._y):
            return ""
        row = str(y + 1) if y else ""
        ways = [f"\x1b[{row}{f';{x + 1}' if x else ''}H"]
        if self._x != _UNKNOWN:
            ways += self._relative(x, y)
        if x == 0 and 0 <= y - self._y < 4 and self._y != _UNKNOWN:
            ways.append("\r" + "\n" * (y - self._y))
        self._x, self._y = x, y
        return min(ways, key=len)

    def _relative(self, x: int, y: int) -> list[str]:
        abilities = self.profile.abilities
        ways = []
        if y == self._y:
            right = x - self._x
            ways.append(f"\x1b[{right if right > 1 else ''}C" if right > 0 else "\b" * -right)
            if right < -1:
                ways.append(f"\x1b[{-right}D")
            if abilities.column_address:
                ways.append(f"\x1b[{x + 1 if x else ''}G")
        elif x == self._x:
            down = y - self._y
            ways.append(
                "\x1bD" if down == 1 else f"\x1b[{abs(down) if abs(down) > 1 else ''}{'B' if down > 0 else 'A'}"
            )
            if abilities.row_address:
                ways.append(f"\x1b[{y + 1 if y else ''}d")
        return ways

    def _change_style(self, style: int) -> str:
        if style == self._style:
            return ""
        key = self._style, style
        sequence = self._changes.get(key)
        if sequence is None:
            reduced = self.shadow.styles.reduced
            sequence = self._changes[key] = change(reduced[self._style], reduced[style])
        self._style = style
        return sequence


def _whole(characters: list[str], old: list[str], x: int, end: int, limit: int) -> tuple[int, int]:
    """The run widened so that no wide character, old or new, is cut in half."""
    while x and (characters[x] == "" or old[x] == ""):
        x -= 1
    while end < limit and (characters[end] == "" or old[end] == ""):
        end += 1
    return x, end


def _blank_from(characters: list[str], styles: list[int]) -> int:
    """The column from which on the row is nothing but plain blanks."""
    x = len(characters)
    while x and characters[x - 1] == " " and styles[x - 1] == 0:
        x -= 1
    return x


def _is_line_drawing(cell: str) -> bool:
    """Glyphs that every terminal in UTF-8 gives one cell: Latin-1 letters, box drawing and blocks."""
    return len(cell) == 1 and ("\u00a1" <= cell <= "\u024f" or "\u2500" <= cell <= "\u259f") and cell != "\u00ad"
