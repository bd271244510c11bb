"""The screen `Help`; what it shows is made in `pages/help.py` from the table of keys."""

from __future__ import annotations

from moducop_tui.keymap import Place
from moducop_tui.pages.help import help_body
from moducop_tui.pages.look import Look
from moducop_tui.screens.base import DeviceScreen
from moducop_tui.screens.console import Console
from moducop_tui.screens.scrolled import ScrolledScreen
from moducop_tui.text import Line


class HelpScreen(ScrolledScreen):
    """Help: the keys of the screen it was opened on, then those of every screen."""

    place = Place.HELP

    def __init__(self, console: Console) -> None:
        super().__init__(console)
        self.came_from = Place.OVERVIEW

    def asked_from(self, screen: DeviceScreen) -> None:
        """Escape leads back there, and its keys come first."""
        super().asked_from(screen)
        self.came_from = screen.place

    def body(self, look: Look) -> list[Line]:
        """All rows of the page."""
        return help_body(self.console.keymap, self.came_from, look.width)

    def action_back(self) -> None:
        """To the screen it was opened on."""
        self.post_message(self.PlaceAsked(self.came_from))
