"""Turns what a terminal shows into what it should show, with the fewest bytes that it knows."""

from __future__ import annotations

from moducop_tui.terminal.grid import Grid
from moducop_tui.terminal.pen import Pen
from moducop_tui.terminal.profile import Profile
from moducop_tui.terminal.row_changes import Row, plan_row, rough_cost
from moducop_tui.terminal.scrolling import FEWEST_ROWS, find_scroll
from moducop_tui.terminal.style_table import StyleTable

_SCROLL_BYTES = 16
"""Bytes that a scroll costs beside two for each line."""
_NEAR_EDGE = 4
"""Columns from the left edge within which a row may be begun at the edge instead."""
_ERASE_CELLS_FROM = 11
"""Blanks inside a row from which on ECH and a cursor movement are shorter."""


class Painter:
    """One terminal of one size. It alone knows what the terminal shows."""

    def __init__(self, width: int, height: int, profile: Profile, styles: StyleTable) -> None:
        self._front = Grid(width, height)
        self._styles = styles
        self._pen = Pen(width, profile, styles)
        self._scrolls = profile.abilities.scroll_region
        self._erases_cells = profile.abilities.erase_characters
        self._unknown = True
        self._next_row = 0

    def forget(self) -> None:
        """What the terminal shows is no longer known: the next paint clears it and draws all."""
        self._unknown = True

    def lose_cursor(self) -> None:
        """Someone else has sent something that moved the cursor and changed no cell."""
        self._pen.lose()

    def paint(self, picture: Grid, limit: int | None = None) -> str:
        """What to send towards this picture; empty when the terminal shows it. What is returned must be sent.

        With a `limit` it ends with the row that reaches so many characters. Called again, with the same picture or a
        newer one, it goes on behind that row, so that a change at the top never keeps the bottom from being drawn.
        """
        if self._unknown:
            self._begin()
        rows = self._differing(picture)
        if self._scrolls and len(rows) >= FEWEST_ROWS:
            rows = self._scrolled(picture, rows)
        self._paint_rows(picture, rows, limit)
        return self._pen.take()

    def _begin(self) -> None:
        self._unknown = False
        self._front = Grid(self._front.width, self._front.height)
        self._pen.reset()

    def _differing(self, picture: Grid) -> set[int]:
        """The rows in which the terminal does not show the picture."""
        front = self._front
        return {
            y
            for y in range(picture.height)
            if picture.characters[y] != front.characters[y] or picture.styles[y] != front.styles[y]
        }

    def _row(self, grid: Grid, y: int) -> Row:
        return Row(grid.characters[y], grid.styles[y], self._styles.blanks)

    def _rough_cost(self, picture: Grid, rows: set[int]) -> int:
        return sum(rough_cost(self._row(picture, y), self._row(self._front, y)) for y in rows)

    def _scrolled(self, picture: Grid, rows: set[int]) -> set[int]:
        """The rows that still differ after a scroll, where one makes the frame shorter; the scroll is then sent."""
        scroll = find_scroll(self._front, picture)
        if scroll is None:
            return rows
        before, cost = self._front, self._rough_cost(picture, rows)
        self._front = before.copy()
        self._front.scroll(scroll.top, scroll.bottom, scroll.lines)
        after = self._differing(picture)
        if cost - self._rough_cost(picture, after) <= _SCROLL_BYTES + 2 * abs(scroll.lines):
            self._front = before
            return rows
        self._pen.scroll(scroll.top, scroll.bottom, scroll.lines)
        return after

    def _paint_rows(self, picture: Grid, rows: set[int], limit: int | None) -> None:
        if self._next_row >= picture.height:
            self._next_row = 0
        order = sorted(rows, key=lambda y: (y < self._next_row, y))
        self._next_row = 0
        blank_from = _blank_rows_from(picture)
        for y in order:
            if y not in rows:
                continue
            if limit is not None and self._pen.length >= limit:
                self._next_row = y
                return
            rows.discard(y)
            if y >= blank_from and any(row > y for row in rows):
                self._erase_rows(y, rows)
            else:
                self._paint_row(picture, y)

    def _erase_rows(self, y: int, rows: set[int]) -> None:
        """Nothing but blanks from here on."""
        self._pen.go(0, y)
        self._pen.erase_below()
        for row in range(y, self._front.height):
            self._front.clear_row(row)
            rows.discard(row)

    def _paint_row(self, picture: Grid, y: int) -> None:
        characters, styles = picture.characters[y], picture.styles[y]
        plan = plan_row(self._row(picture, y), self._row(self._front, y))
        if plan.erase_first is not None:
            self._pen.go(plan.erase_first, y)
            self._pen.erase_line()
        for start, end in plan.spans:
            x = self._shorter_start(characters, styles, start, y)
            self._pen.go(x, y)
            self._write(characters, styles, x, end)
        if plan.erase_last is not None:
            self._pen.go(plan.erase_last, y)
            self._pen.erase_line()
        self._front.characters[y] = characters[:]
        self._front.styles[y] = styles[:]

    def _shorter_start(self, characters: list[str], styles: list[int], x: int, y: int) -> int:
        """The row's beginning, where the way there and plain blanks are shorter than the way to `x`; else `x`."""
        pen = self._pen
        if not 0 < x <= _NEAR_EDGE or any(styles[:x]) or self._styles.blanks[pen.style]:
            return x
        is_blank = characters[:x] == [" "] * x
        return 0 if is_blank and pen.distance(0, y) + x < pen.distance(x, y) else x

    def _write(self, characters: list[str], styles: list[int], x: int, end: int) -> None:
        """Write cells `x` to `end` - 1 of the pen's row, in as few styles as look the same."""
        blanks, pen = self._styles.blanks, self._pen
        while x < end:
            if not (characters[x] == " " and styles[x] == blanks[pen.style]):
                pen.set_style(styles[x])
            style, blank = pen.style, blanks[pen.style]
            stop = x + 1
            while stop < end and (styles[stop] == style or (characters[stop] == " " and styles[stop] == blank)):
                stop += 1
            if blank == 0 and self._erases_cells:
                self._write_with_gaps(characters[x:stop], x)
            else:
                pen.write(characters[x:stop], x)
            x = stop

    def _write_with_gaps(self, cells: list[str], x: int) -> None:
        """Write cells that may be erased where they are blank."""
        pen, y = self._pen, self._pen.y
        start = index = 0
        while index < len(cells):
            stop = index
            while stop < len(cells) and cells[stop] == " ":
                stop += 1
            if stop - index >= _ERASE_CELLS_FROM:
                if index > start:
                    pen.write(cells[start:index], x + start)
                pen.go(x + index, y)
                pen.erase_cells(stop - index)
                start = stop
            index = max(stop, index + 1)
        if start < len(cells):
            pen.write(cells[start:], x + start)


def _blank_rows_from(picture: Grid) -> int:
    """The row from which on there is nothing but plain blanks."""
    blank, plain = [" "] * picture.width, [0] * picture.width
    y = picture.height
    while y and picture.characters[y - 1] == blank and picture.styles[y - 1] == plain:
        y -= 1
    return y
