"""The screen of the verdict: what is booted against what was expected, and the way out; drawn in `pages/update.py`."""

from __future__ import annotations

from dataclasses import replace

from moducop_tui.keymap import Place
from moducop_tui.pages.look import Look
from moducop_tui.pages.update import update_body
from moducop_tui.screens.scrolled import ScrolledScreen
from moducop_tui.text import Line


class UpdateScreen(ScrolledScreen):
    """The verdict after an update or a switch, and whatever else waits for a person's word."""

    place = Place.UPDATE

    def page(self, look: Look) -> list[Line]:
        """No banner above repeats what the page says."""
        return super().page(replace(look, says_boot=True))

    def body(self, look: Look) -> list[Line]:
        """All rows of the page."""
        return update_body(look)

    def action_open_errors(self) -> None:
        """The errors of this boot, in Logs."""
        self.post_message(self.PlaceAsked(Place.LOGS, "older_error"))
