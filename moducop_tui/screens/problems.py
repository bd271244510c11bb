"""The screen `Problems`; what it shows is made in `pages/problems.py`."""

from __future__ import annotations

from moducop_tui.keymap import Place
from moducop_tui.pages.look import Look
from moducop_tui.pages.problems import problems_body
from moducop_tui.screens.scrolled import ScrolledScreen
from moducop_tui.text import Line


class ProblemsScreen(ScrolledScreen):
    """Problems: a page to scroll."""

    place = Place.PROBLEMS

    def body(self, look: Look) -> list[Line]:
        """All rows of the page."""
        return problems_body(look)
