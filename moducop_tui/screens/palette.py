"""Roles as terminal styles: the eight ANSI colours, bold and reverse; paper is always the terminal's own.

A terminal with fewer colours, or a person who wants none, gets fewer: the terminal's driver sees to it.
"""

from __future__ import annotations

from collections.abc import Mapping

from rich.style import Style

from moducop_tui.roles import Role

STYLES: Mapping[Role, Style] = {
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
