"""Sizes that a terminal can have: whoever tells one, no more of it is believed, for every cell takes memory."""

from __future__ import annotations

LEAST_COLUMNS, LEAST_ROWS = 10, 5
"""Below them it is no size but a cursor's place, given back."""
MOST = 500
"""Columns, and rows. The largest screens with the smallest letters have fewer rows; of more columns the first are used.
A tty can say 65535 of each, which would be four thousand million cells."""
DEFAULT = (80, 24)


def bounded(columns: int, rows: int) -> tuple[int, int]:
    """As much of a size as is drawn."""
    return min(columns, MOST), min(rows, MOST)
