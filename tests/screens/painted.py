"""Pictures with their colours: under every row of text one of letters, and below what each letter stands for.

What is drawn is what a terminal of that depth is sent, after its profile has taken away what it does not know.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from string import ascii_letters

from rich.color import ColorSystem
from rich.style import Style

from moducop_tui.roles import Role
from moducop_tui.screens.palette import palette_of
from moducop_tui.terminal.families import XTERM
from moducop_tui.terminal.styles import (
    BOLD,
    DIM,
    PLAIN,
    REVERSE,
    UNDERLINE,
    VT_ATTRIBUTES,
    Depth,
    apply_sgr,
    reduce,
)
from moducop_tui.terminal.styles import Style as Reduced
from moducop_tui.text import Line, plain
from tests.screens.gallery import pictures

PAINTED = Path(__file__).with_name("painted")
ATTRIBUTES = {
    Depth.MONOCHROME: VT_ATTRIBUTES,
    Depth.EIGHT: VT_ATTRIBUTES,
    Depth.SIXTEEN: XTERM.attributes,
    Depth.PALETTE: XTERM.attributes,
    Depth.TRUE_COLOUR: XTERM.attributes,
}
"""What the terminals know that have so many colours."""
_DRAWN = {
    "overview_demo-trial-80x24": (Depth.MONOCHROME, Depth.EIGHT, Depth.SIXTEEN, Depth.PALETTE),
    "logs_found-trial-80x24": (Depth.MONOCHROME, Depth.EIGHT),
    "go_to-idle-80x24": (Depth.MONOCHROME, Depth.EIGHT),
    "overview-broken-80x24": (Depth.MONOCHROME, Depth.EIGHT),
}
_NAMES = ("black", "red", "green", "yellow", "blue", "magenta", "cyan", "white")
_SHOWS_IN_BLANKS = REVERSE | UNDERLINE


def sent(style: Style, depth: Depth) -> Reduced:
    """How a terminal of that depth is told to show a style of ours."""
    match = re.match(r"\x1b\[([0-9;]*)m", style.render("x", color_system=ColorSystem.EIGHT_BIT))
    return reduce(apply_sgr(PLAIN, match[1]) if match else PLAIN, depth, ATTRIBUTES[depth])


def styles(depth: Depth) -> dict[Role, Reduced]:
    """Every role as a terminal of that depth is sent it."""
    return {role: sent(style, depth) for role, style in palette_of(depth).items()}


def words(style: Reduced) -> str:
    """A style for a reader."""
    named = ((BOLD, "bold"), (DIM, "faint"), (UNDERLINE, "underlined"), (REVERSE, "reversed"))
    parts = [word for bit, word in named if style.attributes & bit]
    parts += [_colour(style.ink)] if style.ink else []
    parts += [f"on {_colour(style.paper)}"] if style.paper else []
    return " ".join(parts)


def _colour(parameters: str) -> str:
    return parameters.rpartition(";")[2] if ";" in parameters else _NAMES[int(parameters) % 10]


def painted(rows: list[Line], depth: Depth) -> str:
    """The picture of a screen on a terminal of that depth."""
    used: dict[Reduced, str] = {}
    told = styles(depth)
    lines: list[str] = []
    for row in rows:
        letters = ""
        for span in row:
            style = told[span.role]
            for character in span.text:
                seen = style.paper or style.attributes & _SHOWS_IN_BLANKS or character != " "
                letters += used.setdefault(style, ascii_letters[len(used)]) if style != PLAIN and seen else " "
        lines += [plain(row).rstrip(), letters.rstrip()]
    legend = [f"{letter}  {words(style)}" for style, letter in used.items()]
    return "".join(f"{line}\n" for line in [*lines, "", *legend])


def painted_pictures() -> Iterator[tuple[str, str]]:
    """Name and text of every picture that is kept with its colours."""
    for name, draw in pictures():
        for depth in _DRAWN.get(name, ()):
            yield f"{name}-{'none' if depth is Depth.MONOCHROME else int(depth)}", painted(draw(), depth)
