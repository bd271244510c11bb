"""Roles as terminal styles: the eight ANSI colours, bold and reverse; paper is always the terminal's own."""

from __future__ import annotations

from collections.abc import Mapping

from rich.style import Style

from moducop_tui.roles import Role

COLOURED: Mapping[Role, Style] = {
    Role.TEXT: Style(),
    Role.OK: Style(color="green"),
    Role.WARN: Style(color="yellow"),
    Role.BAD: Style(color="red", bold=True),
    Role.DIM: Style(color="cyan"),
    Role.RULE: Style(color="cyan"),
    Role.KEY: Style(color="cyan", bold=True),
    Role.TITLE: Style(bold=True),
    Role.CURSOR: Style(reverse=True),
    Role.FOUND: Style(reverse=True, bold=True),
    Role.DEMO: Style(reverse=True, bold=True),
}

PLAIN: Mapping[Role, Style] = {role: Style(bold=style.bold, reverse=style.reverse) for role, style in COLOURED.items()}
"""Without colour (NO_COLOR): weight and reverse stay, and the marks in the text say the rest.

Left to Textual's own filter a colour would become a grey, which 16 colours show as black.
"""
