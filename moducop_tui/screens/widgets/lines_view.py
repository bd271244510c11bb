"""Draws lines, and of new lines only the rows that differ from the old ones."""

from __future__ import annotations

from collections.abc import Sequence

from rich.segment import Segment
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from moducop_tui.screens.palette import palette_of
from moducop_tui.screens.widgets.light_lines import light_lines
from moducop_tui.terminal.driver import driver_of
from moducop_tui.terminal.styles import Depth
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
        self._drawn: list[Line] = []

    @property
    def rows(self) -> Sequence[Line]:
        """What is shown now, as it was given: rules of ASCII."""
        return self._rows

    def begin_with(self, rows: Sequence[Line]) -> None:
        """What the terminal shows already: until there is anything of its own, nothing is drawn empty."""
        if not self._rows:
            self._rows = list(rows)

    def show(self, rows: Sequence[Line]) -> int:
        """Draw these rows; returns how many of them had to be drawn again."""
        drawn = light_lines(rows)
        changed = [
            y
            for y in range(max(len(drawn), len(self._drawn)))
            if (drawn[y] if y < len(drawn) else None) != (self._drawn[y] if y < len(self._drawn) else None)
        ]
        self._rows, self._drawn = list(rows), drawn
        if changed:
            self.refresh(*(Region(0, y, self.size.width, 1) for y in changed))
        return len(changed)

    def render_line(self, y: int) -> Strip:
        """One row as a strip, for Textual's compositor."""
        width = self.size.width
        if y >= len(self._drawn):
            return Strip.blank(width)
        driver = driver_of(self.app)
        palette = palette_of(driver.depth if driver else Depth.EIGHT)
        segments = [Segment(span.text, palette[span.role]) for span in self._drawn[y]]
        return Strip(segments).adjust_cell_length(width)
