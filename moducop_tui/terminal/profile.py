"""What a terminal can show and do, and what the line to it carries, as far as painter and driver must know it."""

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
    """Sequences that the terminal understands beyond those of a VT102.

    Hiding the cursor (DECTCEM) and holding it in the last column (DECAWM) are no abilities: they are private modes in
    the VT100's own form, which a terminal that does not know them passes over without a trace.
    """

    erase_characters: bool = False
    """ECH, `CSI n X`: VT220 and later."""
    column_address: bool = False
    """CHA, `CSI n G`: xterm, the Linux console, screen and tmux; no VT220."""
    row_address: bool = False
    """VPA, `CSI n d`: the same."""
    scroll_region: bool = True
    """DECSTBM with IND and RI: VT100 and later."""
    alternate_screen: bool = False
    """`CSI ? 1049 h`: a screen of our own, and what was there before comes back. minicom only moves the cursor."""
    bracketed_paste: bool = False
    """`CSI ? 2004 h`: pasted text is told apart from keys."""
    status_reports: bool = False
    """DSR: it has answered `CSI 6 n` (where is the cursor), so it answers `CSI 5 n` (are you there) too."""


@dataclass(frozen=True, slots=True)
class Profile:
    """One kind of terminal on one kind of line. The defaults are for a stranger at the end of a serial line."""

    depth: Depth = Depth.EIGHT
    charset: Charset = Charset.ASCII
    attributes: int = VT_ATTRIBUTES
    abilities: Abilities = Abilities()
    bytes_a_second: int | None = None
    """What the line is known to carry (a serial line: its baud by ten); None where only measuring tells."""
    frame_pause: float = 0.5
    """Seconds between two frames that no key has asked for: 0.5 on a serial line, 0.1 over SSH."""
    escape_delay: float = 0.1
    """Seconds that an Esc waits for more of its sequence, in case a slow line has cut it."""
    light_lines: bool = False
    """Whether box drawing is sent as UTF-8 where the charset has it. On a serial line its three bytes a cell cost 17 %
    of a first screen, and minicom loses a cell of a long line (measured): there only who asks for UTF-8 gets them."""
    serial: bool = True
    """The terminal may be switched on, swapped, garbled or resized without a word: the first key after a long silence
    draws all again, and so does Ctrl-L, which also asks for the size."""
