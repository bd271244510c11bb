"""A cursor over rows, and the keys that move it: one step, one page."""

from __future__ import annotations

PAGE = 10
"""Rows of a page; fixed, for a list is as long as what is left beside it."""


class WithCursor:
    """For a screen. What a step does is its own: `move` with a negative number goes up."""

    def move(self, step: int) -> None:
        """Move the cursor by so many rows, as far as there are any."""
        raise NotImplementedError

    def action_down(self) -> None:
        """The next row."""
        self.move(1)

    def action_up(self) -> None:
        """The row before."""
        self.move(-1)

    def action_page_down(self) -> None:
        """One page down."""
        self.move(PAGE)

    def action_page_up(self) -> None:
        """One page up."""
        self.move(-PAGE)
