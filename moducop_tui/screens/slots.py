"""The screen `Slots`; what it shows is made in `pages/slots.py`."""

from __future__ import annotations

from moducop_tui.keymap import Place
from moducop_tui.pages.look import Look
from moducop_tui.pages.slots import slots_body
from moducop_tui.screens.scrolled import ScrolledScreen
from moducop_tui.text import Line


class SlotsScreen(ScrolledScreen):
    """Slots: a page to scroll."""

    place = Place.SLOTS

    def body(self, look: Look) -> list[Line]:
        """All rows of the page."""
        return slots_body(look)
