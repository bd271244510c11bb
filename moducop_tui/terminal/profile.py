"""What a terminal can show and do, as far as the painter must know it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from moducop_tui.terminal.styles import VT_ATTRIBUTES, Depth


class Charset(StrEnum):
    """How glyphs outside ASCII are sent."""

    UTF8 = "UTF-8"
    ASCII = "ASCII"
    DEC = "DEC"
    """DEC Special Graphics for lines; by configuration only: TERM does not tell who draws it."""


@dataclass(frozen=True, slots=True)
class Abilities:
    """Sequences that the terminal understands beyond those of a VT102."""

    erase_characters: bool = False
    """ECH, `CSI n X`: VT220 and later."""
    column_address: bool = False
    """CHA, `CSI n G`: xterm, the Linux console, screen and tmux; no VT220."""
    row_address: bool = False
    """VPA, `CSI n d`: the same."""
    scroll_region: bool = True
    """DECSTBM with IND and RI: VT100 and later."""


@dataclass(frozen=True, slots=True)
class Profile:
    """One kind of terminal on one kind of line."""

    depth: Depth = Depth.EIGHT
    charset: Charset = Charset.ASCII
    attributes: int = VT_ATTRIBUTES
    abilities: Abilities = Abilities()
