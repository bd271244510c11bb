"""Where each screen's class is. One is loaded at the start, the others when nobody waits; made when first shown."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from types import ModuleType

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
    Place.HISTORY: ("history", "HistoryScreen"),
    Place.WORK: ("work", "WorkScreen"),
    Place.UPDATE: ("update", "UpdateScreen"),
    Place.HELP: ("help", "HelpScreen"),
}
"""Module below `moducop_tui.screens` and class of every place that is a screen of its own."""
_BOXES = ("acting", "go_to", "install", "picker", "terminal_choices")
"""Modules of what opens over a screen."""


def load_all() -> None:
    """Load what a key may ask for next: done at the key, it would keep a person waiting. May run in any thread."""
    from moducop_tui.actions.plans import load_makers

    for module in (*(module for module, _ in _CLASSES.values()), *_BOXES):
        _load(module)
    load_makers()


def _load(module: str) -> ModuleType:
    return importlib.import_module(f"moducop_tui.screens.{module}")


def make_screen(place: Place, console: Console) -> DeviceScreen:
    """The screen of a place; raises KeyError for a place that is only a box over another one."""
    module, name = _CLASSES[place]
    screen: DeviceScreen = getattr(_load(module), name)(console)
    return screen
