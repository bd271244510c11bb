"""The screen `Overview`; what it shows is made in `pages/overview.py`."""

from __future__ import annotations

from moducop_tui.keymap import Place
from moducop_tui.model.reading import Topic
from moducop_tui.pages.look import WIDE, Look
from moducop_tui.pages.overview import overview
from moducop_tui.screens.base import JUDGED, DeviceScreen
from moducop_tui.text import Line


class OverviewScreen(DeviceScreen):
    """Overview: the first screen, the whole truth on one page."""

    place = Place.OVERVIEW

    @property
    def topics(self) -> frozenset[Topic]:
        """Sticks too where there is room to show them."""
        return frozenset(Topic) if self.app.size.width >= WIDE else JUDGED

    def page(self, look: Look) -> list[Line]:
        """The whole screen as lines."""
        return overview(look)

    def action_back(self) -> None:
        """There is nothing behind Overview."""

    def action_find_in_logs(self) -> None:
        """Search where there is most to find: in the journal."""
        self.post_message(self.PlaceAsked(Place.LOGS, "find"))
