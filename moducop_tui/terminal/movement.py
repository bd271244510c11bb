"""The shortest way of a terminal's cursor from one cell to another."""

from __future__ import annotations

from functools import lru_cache

from moducop_tui.terminal.profile import Abilities

UNKNOWN = -1
"""A column or row of which nobody knows where the cursor stands."""


@lru_cache(maxsize=8192)
def way(start_x: int, start_y: int, x: int, y: int, abilities: Abilities) -> str:
    """What moves the cursor; either coordinate of the start may be UNKNOWN. Empty when it is there already."""
    ways = [_address(x, y)]
    if start_y != UNKNOWN:
        for vertical, column in _vertical(start_x, start_y, y, abilities):
            horizontal = _horizontal(column, x, abilities)
            if horizontal is not None:
                ways.append(vertical + horizontal)
    return min(ways, key=len)


def _address(x: int, y: int) -> str:
    """CUP."""
    row = str(y + 1) if y else ""
    return f"\x1b[{row}{f';{x + 1}' if x else ''}H"


def _vertical(x: int, start_y: int, y: int, abilities: Abilities) -> list[tuple[str, int]]:
    """Ways into the row, each with the column in which it ends."""
    down = y - start_y
    if down == 0:
        return [("", x)]
    ways = [(_counted(abs(down), "B" if down > 0 else "A"), x)]
    if down > 0:
        ways.append(("\r" + "\n" * down, 0))  # only from the first column: some terminals add a return to a line feed
    if abs(down) == 1:
        ways.append(("\x1bD" if down > 0 else "\x1bM", x))
    if abilities.row_address:
        ways.append((f"\x1b[{y + 1 if y else ''}d", x))
    return ways


def _horizontal(start_x: int, x: int, abilities: Abilities) -> str | None:
    """The shortest way within a row; None when there is none from an unknown column."""
    if start_x == x:
        return ""
    ways = ["\r"] if x == 0 else ["\r" + _counted(x, "C")]
    if start_x != UNKNOWN:
        right = x - start_x
        ways += [_counted(right, "C")] if right > 0 else ["\b" * -right, _counted(-right, "D")]
    if abilities.column_address:
        ways.append(f"\x1b[{x + 1 if x else ''}G")
    return min(ways, key=len)


def _counted(count: int, final: str) -> str:
    return f"\x1b[{count if count > 1 else ''}{final}"
