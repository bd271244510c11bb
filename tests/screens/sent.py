"""How many bytes a terminal is sent from one picture of the console to the next, without any console running."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rich.color import ColorSystem

from moducop_tui.screens.palette import palette_of
from moducop_tui.screens.widgets.light_lines import light_lines
from moducop_tui.terminal.families import VT220
from moducop_tui.terminal.painter import Painter
from moducop_tui.terminal.profile import Profile
from moducop_tui.terminal.shadow import Shadow
from moducop_tui.text import line_cells

if TYPE_CHECKING:
    from collections.abc import Sequence

    from moducop_tui.text import Line

ON_A_VT220 = Profile(abilities=VT220.abilities, attributes=VT220.attributes)


def sent(pictures: Sequence[Sequence[Line]], profile: Profile = ON_A_VT220) -> list[int]:
    """Bytes of each picture, drawn after the one before it; the first one on a terminal that shows anything."""
    width, height = line_cells(pictures[0][0]), len(pictures[0])
    shadow = Shadow(width, height, profile)
    painter = Painter(width, height, profile, shadow.styles)
    sizes = []
    for rows in pictures:
        shadow.feed(_as_textual_writes(rows, profile))
        sizes.append(len(painter.paint(shadow.grid).encode()))
    return sizes


def _as_textual_writes(rows: Sequence[Line], profile: Profile) -> str:
    palette = palette_of(profile.depth)
    out = []
    for y, row in enumerate(light_lines(rows), start=1):
        out.append(f"\x1b[{y}H")
        for span in row:
            drawn = palette[span.role].render("x", color_system=ColorSystem.EIGHT_BIT)
            style = re.match(r"\x1b\[[0-9;]*m", drawn)
            out.append(f"\x1b[m{style[0] if style else ''}{span.text}")
    return "".join(out)
