"""A screen as cells: a character and a style each. A wide character fills two cells, the second one empty."""

from __future__ import annotations

from typing import TypeVar

Cell = TypeVar("Cell", str, int)


class Grid:
    """`characters[y][x]` and `styles[y][x]`; a style is its number in a StyleTable, 0 the terminal's own."""

    __slots__ = ("characters", "height", "styles", "width")

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self.characters = [[" "] * width for _ in range(height)]
        self.styles = [[0] * width for _ in range(height)]

    def copy(self) -> Grid:
        """An independent copy."""
        twin = Grid.__new__(Grid)
        twin.width, twin.height = self.width, self.height
        twin.characters = [row[:] for row in self.characters]
        twin.styles = [row[:] for row in self.styles]
        return twin

    def put(self, y: int, x: int, cells: list[str], styles: list[int]) -> int:
        """Write cells into a row from `x` on, cut at its end, and return the column behind them.

        A wide character of which half is overwritten becomes a blank, as terminals do it.
        """
        row = self.characters[y]
        end = min(x + len(cells), self.width)
        if end <= x:
            return x
        if row[x] == "" and x:
            row[x - 1] = " "
        if end < self.width and row[end] == "":
            row[end] = " "
        row[x:end] = cells[: end - x]
        self.styles[y][x:end] = styles[: end - x]
        if end - x < len(cells) and cells[end - x] == "":
            row[end - 1] = " "  # a wide character does not fit into the last cell
        return end

    def clear_row(self, y: int) -> None:
        """Blank a row."""
        self.characters[y] = [" "] * self.width
        self.styles[y] = [0] * self.width

    def scroll(self, top: int, bottom: int, lines: int) -> None:
        """Move rows `top` to `bottom` - 1 up by `lines` (down when negative); the rows laid open are blank."""
        self.characters[top:bottom] = _moved(self.characters[top:bottom], lines, [" "] * self.width)
        self.styles[top:bottom] = _moved(self.styles[top:bottom], lines, [0] * self.width)


def _moved(rows: list[list[Cell]], lines: int, blank: list[Cell]) -> list[list[Cell]]:
    opened = [blank[:] for _ in range(min(abs(lines), len(rows)))]
    return rows[lines:] + opened if lines > 0 else opened + rows[:lines]
