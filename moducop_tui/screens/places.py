"""Where each screen's class is. A screen is loaded and made when it is first shown: the console starts with one."""

from __future__ import annotations

import importlib
from collections.abc import Mapping

from moducop_tui.keymap import Place
from moducop_tui.screens.base import DeviceScreen
from moducop_tui.screens.console import Console

_CLASSES: Mapping[Place, tuple[str, str]] = {
    Place.OVERVIEW: ("overview", "OverviewScreen"),
    Place.SLOTS: ("slots", "SlotsScreen"),
    Place.STORAGE: ("storage", "StorageScreen"),
    Place.APPS: ("apps", "AppsScreen"),
    Place.LOGS: ("logs", "LogsScreen"),
    Place.SYSTEM: ("system", "SystemScreen"),
    Place.PROBLEMS: ("problems", "ProblemsScreen"),
    Place.HELP: ("help", "HelpScreen"),
}
"""Module below `moducop_tui.screens` and class of every place that is a screen of its own."""


def make_screen(place: Place, console: Console) -> DeviceScreen:
    """The screen of a place; raises KeyError for a place that is only a box over another one."""
    module, name = _CLASSES[place]
    screen: DeviceScreen = getattr(importlib.import_module(f"moducop_tui.screens.{module}"), name)(console)
    return screen
