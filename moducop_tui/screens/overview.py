"""The screen `Overview`; what it shows is made in `pages/overview.py`."""

from __future__ import annotations

from moducop_tui.keymap import Place
from moducop_tui.pages.look import Look
from moducop_tui.pages.overview import overview
from moducop_tui.screens.base import DeviceScreen
from moducop_tui.text import Line


class OverviewScreen(DeviceScreen):
    """Overview: the first screen, the whole truth on one page."""

    place = Place.OVERVIEW

    def page(self, look: Look) -> list[Line]:
        """The whole screen as lines."""
        return overview(look)

    def action_back(self) -> None:
        """There is nothing behind Overview."""

    def action_find_in_logs(self) -> None:
        """Search where there is most to find: in the journal."""
        self.post_message(self.PlaceAsked(Place.LOGS, "find"))
