# ruff: noqa: RUF001  (the ambiguous glyphs are what is tested)
"""A test card: what a terminal shows of colours, attributes, glyphs and lines, and whether its size is right.

Every row ends in a bar in the last column: where one stands elsewhere, the terminal gives a glyph another width.
"""

from __future__ import annotations

import re

from moducop_tui.terminal.glyphs import ascii_twin, dec_letter
from moducop_tui.terminal.profile import Charset, Profile
from moducop_tui.terminal.styles import Depth

_COLOURS = ("black", "red", "green", "yellow", "blue", "magenta", "cyan", "white")
_ATTRIBUTES = (("plain", ""), ("bold", "1"), ("underline", "4"), ("reverse", "7"), ("blink", "5"))
_RICH = (("dim", "2"), ("italic", "3"), ("struck", "9"))
_GLYPHS = "äöüß é ñ ° µ × … – “ ” • ● ○ ✓ ▲ ▼ ◆ █ ▒ ░"
_BOX = ("┌──────┬──────┐", "│ box  │ two  │", "├──────┼──────┤", "└──────┴──────┘")
_SGR = re.compile("\x1b\\[[0-9;]*m|\x1b[()][0B]|[\x0e\x0f]")
LEAST_WIDTH = 60


def card(profile: Profile, width: int, height: int | None = None) -> list[str]:
    """The rows, each `width` cells wide; with a height as many rows as that, the rulers at both ends included."""
    rows = [*_colours(profile), _attributes(profile), "", *_glyphs(profile), "", *_boxes(profile)]
    if height is not None:
        rows = [*rows[: height - 2], *[""] * (height - 2 - len(rows))]
    framed = [_framed(row, number, width) for number, row in enumerate(rows, start=2)]
    return [ruler(width), *framed, ruler(width)]


def ruler(width: int) -> str:
    """`+---5----10---5----20 ...`, a corner at both ends: column by column, the tens by name."""
    cells = ["-"] * width
    for column in range(5, width, 5):
        word = str(column) if column % 10 == 0 else "5"
        cells[column - len(word) : column] = word
    return "+" + "".join(cells[1:-1]) + "+"


def _framed(row: str, number: int, width: int) -> str:
    room = width - 6
    cells = len(_SGR.sub("", row))
    shown = row + " " * (room - cells) if cells <= room else _SGR.sub("", row)[:room]
    return f"|{number:2} {shown} |"


def _styled(text: str, parameters: str) -> str:
    return f"\x1b[{parameters}m{text}\x1b[m" if parameters else text


def _colours(profile: Profile) -> list[str]:
    if profile.depth is Depth.MONOCHROME:
        return ["colours     none: this terminal is shown without"]
    rows = [
        "colours     " + " ".join(_styled(name, str(30 + index)) for index, name in enumerate(_COLOURS)),
        "and bold    " + " ".join(_styled(name, f"1;{30 + index}") for index, name in enumerate(_COLOURS)),
        "as paper    " + " ".join(_styled(name, f"30;{40 + index}") for index, name in enumerate(_COLOURS)),
    ]
    if profile.depth >= Depth.SIXTEEN:
        rows.append("bright      " + " ".join(_styled(name, str(90 + index)) for index, name in enumerate(_COLOURS)))
    if profile.depth >= Depth.PALETTE:
        rows.append("256         " + "".join(_styled("#", f"38;5;{index}") for index in range(16, 232, 4)))
    if profile.depth is Depth.TRUE_COLOUR:
        rows.append(
            "true        " + "".join(_styled("#", f"38;2;{255 - step * 5};{step * 5};128") for step in range(51))
        )
    return rows


def _attributes(profile: Profile) -> str:
    known = (*_ATTRIBUTES, *(_RICH if profile.attributes & 2 else ()))
    return "attributes  " + "  ".join(_styled(name, parameters) for name, parameters in known)


def _glyphs(profile: Profile) -> list[str]:
    twins = "ASCII       " + "".join(map(ascii_twin, _GLYPHS))
    if profile.charset is not Charset.UTF8:
        return [twins, "UTF-8       not sent: the terminal has not said that it understands it"]
    return [twins, "UTF-8       " + _GLYPHS]


def _boxes(profile: Profile) -> list[str]:
    """The same box by all three means. UTF-8 only where it is understood: half of it would end in control codes."""
    utf8 = profile.charset is Charset.UTF8
    heads = f"boxes       {'ASCII':17}{'DEC':17}{'UTF-8' if utf8 else ''}"
    rows = [heads.rstrip()]
    for line in _BOX:
        ascii_line = "".join(map(ascii_twin, line))
        dec_line = "\x1b)0" + "".join(map(_drawn, line)) + "\x1b)B"
        rows.append(f"            {ascii_line}  {dec_line}  {line if utf8 else ''}".rstrip())
    return rows


def _drawn(character: str) -> str:
    letter = dec_letter(character)
    return f"\x0e{letter}\x0f" if letter else character
