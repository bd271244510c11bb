"""The screen `Storage`; what it shows is made in `pages/storage.py`."""

from __future__ import annotations

from moducop_tui.keymap import Place
from moducop_tui.pages.look import Look
from moducop_tui.pages.storage import storage_body
from moducop_tui.screens.scrolled import ScrolledScreen
from moducop_tui.text import Line


class StorageScreen(ScrolledScreen):
    """Storage: a page to scroll."""

    place = Place.STORAGE

    def body(self, look: Look) -> list[Line]:
        """All rows of the page."""
        return storage_body(look)
