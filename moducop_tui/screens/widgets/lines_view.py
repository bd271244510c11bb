"""Draws lines, and of new lines only the rows that differ from the old ones."""

from __future__ import annotations

from collections.abc import Sequence

from rich.segment import Segment
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from moducop_tui.screens.palette import COLOURED, PLAIN
from moducop_tui.text import Line


class LinesView(Widget):
    """A widget of rows. Foreign text in them is never read as markup: it goes into segments as it is."""

    DEFAULT_CSS = """
    LinesView {
        width: 1fr;
        height: 1fr;
        background: ansi_default;
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[Line] = []

    @property
    def rows(self) -> Sequence[Line]:
        """What is shown now."""
        return self._rows

    def show(self, rows: Sequence[Line]) -> int:
        """Draw these rows; returns how many of them had to be drawn again."""
        changed = [
            y
            for y in range(max(len(rows), len(self._rows)))
            if (rows[y] if y < len(rows) else None) != (self._rows[y] if y < len(self._rows) else None)
        ]
        self._rows = list(rows)
        if changed:
            self.refresh(*(Region(0, y, self.size.width, 1) for y in changed))
        return len(changed)

    def render_line(self, y: int) -> Strip:
        """One row as a strip, for Textual's compositor."""
        width = self.size.width
        if y >= len(self._rows):
            return Strip.blank(width)
        styles = PLAIN if self.app.no_color else COLOURED
        segments = [Segment(span.text, styles[span.role]) for span in self._rows[y]]
        return Strip(segments).adjust_cell_length(width)
