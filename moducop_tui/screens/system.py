"""The screen `System`; what it shows is made in `pages/system.py`."""

from __future__ import annotations

from moducop_tui.keymap import Place
from moducop_tui.pages.look import Look
from moducop_tui.pages.system import system_body
from moducop_tui.screens.scrolled import ScrolledScreen
from moducop_tui.text import Line


class SystemScreen(ScrolledScreen):
    """System: a page to scroll."""

    place = Place.SYSTEM

    def body(self, look: Look) -> list[Line]:
        """All rows of the page."""
        return system_body(look, self.console.terminal_words())
