"""What the names in TERM stand for. Only what is said of a name can be relied on; who bears it may know more or less.

On a serial line the name is a guess of whoever wrote the getty's unit, and behind `vt220` there is minicom or PuTTY:
both show colours, and a real VT220 passes over them in silence, as it does over every SGR parameter it does not know.
"""

from __future__ import annotations

from dataclasses import dataclass

from moducop_tui.terminal.profile import Abilities
from moducop_tui.terminal.styles import DIM, ITALIC, STRIKE, VT_ATTRIBUTES, Depth


@dataclass(frozen=True, slots=True)
class Family:
    """Terminals that understand the same. `depth` None: the name's own suffix tells."""

    depth: Depth | None
    abilities: Abilities
    attributes: int = VT_ATTRIBUTES


_XTERM_ABILITIES = Abilities(
    erase_characters=True,
    column_address=True,
    row_address=True,
    alternate_screen=True,
    bracketed_paste=True,
    status_reports=True,
)
DUMB = Family(Depth.MONOCHROME, Abilities(scroll_region=False))
VT102 = Family(Depth.EIGHT, Abilities())
VT220 = Family(Depth.EIGHT, Abilities(erase_characters=True))
LINUX = Family(
    Depth.EIGHT, Abilities(erase_characters=True, column_address=True, row_address=True, status_reports=True)
)
"""console_codes(4). Its bright colours are the bold ones (Textual#5907)."""
XTERM = Family(None, _XTERM_ABILITIES, VT_ATTRIBUTES | DIM | ITALIC | STRIKE)

_DUMB_NAMES = frozenset({"", "dumb", "unknown", "network", "dialup"})
_BEGINNINGS: tuple[tuple[tuple[str, ...], Family], ...] = (
    (("linux",), LINUX),
    (("vt2", "vt3", "vt4", "vt5"), VT220),
    (("vt1", "ansi", "cons25", "sun"), VT102),
    (
        (
            "xterm", "screen", "tmux", "rxvt", "putty", "konsole", "gnome", "vte", "alacritty", "foot", "kitty",
            "wezterm", "ghostty", "st-", "mlterm", "iterm", "mintty", "ms-terminal", "contour", "nsterm",
        ),
        XTERM,
    ),
)  # fmt: skip
_SUFFIXES = (
    ("-direct", Depth.TRUE_COLOUR),
    ("-256color", Depth.PALETTE),
    ("-88color", Depth.SIXTEEN),
    ("-16color", Depth.SIXTEEN),
    ("-mono", Depth.MONOCHROME),
    ("-m", Depth.MONOCHROME),
)
_EIGHT_BY_NAME = ("screen", "tmux")
"""Multiplexers: their plain name promises eight colours and no more."""


def family_of(name: str) -> Family:
    """The family of a name in TERM; a name that is not known is taken for a VT102."""
    if name in _DUMB_NAMES:
        return DUMB
    return next((family for beginnings, family in _BEGINNINGS if name.startswith(beginnings)), VT102)


def depth_of(name: str) -> Depth:
    """How many colours a name in TERM promises."""
    for suffix, depth in _SUFFIXES:
        if name.endswith(suffix):
            return depth
    family = family_of(name)
    if family.depth is not None:
        return family.depth
    return Depth.EIGHT if name.startswith(_EIGHT_BY_NAME) else Depth.SIXTEEN
