"""Roles as terminal styles: a palette drawn by hand for many colours, one for 16 and 8, one for none.

Nobody tells whether a terminal's own paper is black or white. So what stands on it is in the terminal's own ink, or in
one that is legible on both; where ink or paper would not be, both are given. What warns is legible everywhere; what is
well, or is a frame, may be pale. No bright colours: the Linux console has none (Textual#5907). Bold only where it may
come out bright: never with black ink.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from rich.style import Style

from moducop_tui.roles import Role
from moducop_tui.terminal.styles import Depth

Palette = Mapping[Role, Style]

MANY: Palette = MappingProxyType(
    {
        Role.TEXT: Style(),
        Role.OK: Style(color="color(28)"),
        Role.WARN: Style(color="color(166)"),
        Role.BAD: Style(color="color(160)", bold=True),
        Role.DIM: Style(color="color(244)"),
        Role.RULE: Style(color="color(30)"),
        Role.EDGE: Style(),
        Role.KEY: Style(color="color(30)", bold=True),
        Role.TITLE: Style(bold=True),
        Role.CURSOR: Style(color="color(16)", bgcolor="color(37)"),
        Role.FOUND: Style(color="color(16)", bgcolor="color(220)"),
        Role.HEAD: Style(color="color(255)", bgcolor="color(24)"),
        Role.HEAD_TITLE: Style(color="color(255)", bgcolor="color(24)", bold=True),
        Role.ALERT: Style(color="color(16)", bgcolor="color(214)"),
        Role.ALARM: Style(color="color(255)", bgcolor="color(160)", bold=True),
        Role.DEMO: Style(color="color(16)", bgcolor="color(220)"),
    }
)
"""Of the 240 colours that are the same on every terminal with 256, the middling ones."""

FEW: Palette = MappingProxyType(
    {
        Role.TEXT: Style(),
        Role.OK: Style(color="green"),
        Role.WARN: Style(color="magenta"),
        Role.BAD: Style(color="red", bold=True),
        Role.DIM: Style(dim=True),
        Role.RULE: Style(color="cyan"),
        Role.EDGE: Style(),
        Role.KEY: Style(bold=True),
        Role.TITLE: Style(bold=True),
        Role.CURSOR: Style(reverse=True),
        Role.FOUND: Style(color="black", bgcolor="cyan"),
        Role.HEAD: Style(color="white", bgcolor="blue"),
        Role.HEAD_TITLE: Style(color="white", bgcolor="blue", bold=True),
        Role.ALERT: Style(color="black", bgcolor="yellow"),
        Role.ALARM: Style(color="white", bgcolor="red", bold=True),
        Role.DEMO: Style(color="black", bgcolor="yellow"),
    }
)
"""Yellow is illegible on white, blue on black, and cyan and green are pale on white: magenta and red are on neither.
Faint (`dim`) is the terminal's own ink, paler, and only sent where the terminal knows it."""

NONE: Palette = MappingProxyType(
    {
        Role.TEXT: Style(),
        Role.OK: Style(),
        Role.WARN: Style(bold=True),
        Role.BAD: Style(bold=True, underline=True),
        Role.DIM: Style(),
        Role.RULE: Style(),
        Role.EDGE: Style(),
        Role.KEY: Style(bold=True),
        Role.TITLE: Style(bold=True),
        Role.CURSOR: Style(reverse=True),
        Role.FOUND: Style(reverse=True, bold=True, underline=True),
        Role.HEAD: Style(reverse=True),
        Role.HEAD_TITLE: Style(reverse=True, bold=True),
        Role.ALERT: Style(reverse=True, bold=True),
        Role.ALARM: Style(reverse=True, bold=True, underline=True),
        Role.DEMO: Style(bold=True),
    }
)
"""The sign of the demo is a hole in the reversed bar."""


def palette_of(depth: Depth) -> Palette:
    """The palette for a terminal with so many colours."""
    if depth is Depth.MONOCHROME:
        return NONE
    return FEW if depth <= Depth.SIXTEEN else MANY
