"""What Textual is told by its environment before it is imported: as little as possible on a slow line."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from types import MappingProxyType

SETTINGS: Mapping[str, str] = MappingProxyType(
    {
        "TEXTUAL_ANIMATIONS": "none",
        "TEXTUAL_FPS": "30",
        "TEXTUAL_SMOOTH_SCROLL": "0",
        "TEXTUAL_DISABLE_KITTY_KEY": "1",
        "TEXTUAL_COLOR_SYSTEM": "standard",
    }
)
"""Each is read once, when Textual is imported (textual/constants.py)."""


def prepare(environment: MutableMapping[str, str], *, serial: bool) -> None:
    """Set what the person has not set.

    NO_COLOR is taken away: the terminal's profile knows it and sends no colour, while Textual's own filter for it makes
    greys and dies of a blank without a style (textual/filter.py, `monochrome_style`).

    On a serial line COLUMNS and LINES are taken away: they are left over from a shell that did not know the terminal
    either, and would hide its real size.
    """
    for name, value in SETTINGS.items():
        environment.setdefault(name, value)
    environment.pop("NO_COLOR", None)
    if serial:
        for name in ("COLUMNS", "LINES"):
            environment.pop(name, None)
