"""Styles of cells: what Textual asks for, reduced to what a terminal can show, and the shortest change between two."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache


class Depth(IntEnum):
    """How many colours a terminal shows."""

    MONOCHROME = 1
    EIGHT = 8
    SIXTEEN = 16
    PALETTE = 256
    TRUE_COLOUR = 1 << 24


BOLD, DIM, ITALIC, UNDERLINE, BLINK, REVERSE, STRIKE = 1, 2, 4, 8, 16, 32, 64
_BITS = {1: BOLD, 2: DIM, 3: ITALIC, 4: UNDERLINE, 5: BLINK, 7: REVERSE, 9: STRIKE}
_CODES = {bit: str(code) for code, bit in _BITS.items()}
_OFF = {22: BOLD | DIM, 23: ITALIC, 24: UNDERLINE, 25: BLINK, 27: REVERSE, 29: STRIKE}
VT_ATTRIBUTES = BOLD | UNDERLINE | BLINK | REVERSE
"""What a VT102 and VT220 know (VT220 Programmer Reference Manual, SGR)."""


@dataclass(frozen=True, slots=True)
class Style:
    """Attributes as bits; ink and paper as the parameters of their SGR sequence, empty for the terminal's own."""

    attributes: int = 0
    ink: str = ""
    paper: str = ""


PLAIN = Style()


def apply_sgr(style: Style, parameters: str) -> Style:
    """The style after an SGR sequence with these parameters (ECMA-48, 8.3.117; colours as ISO 8613-6)."""
    numbers = [int(part) if part.isdecimal() else 0 for part in (parameters or "0").replace(":", ";").split(";")]
    attributes, ink, paper = style.attributes, style.ink, style.paper
    index = 0
    while index < len(numbers):
        code = numbers[index]
        if code in (38, 48):
            length = 3 if numbers[index + 1 : index + 2] == [5] else 5
            colour = ";".join(map(str, numbers[index : index + length]))
            index += length - 1
            if code == 38:
                ink = colour
            else:
                paper = colour
        elif code == 0:
            attributes, ink, paper = 0, "", ""
        elif code in _BITS:
            attributes |= _BITS[code]
        elif code in _OFF:
            attributes &= ~_OFF[code]
        elif code in (39, 49) or 30 <= code <= 47 or 90 <= code <= 107:
            colour = "" if code in (39, 49) else str(code)
            if code < 40 or 90 <= code < 100:
                ink = colour
            else:
                paper = colour
        index += 1
    return Style(attributes, ink, paper)


def reduce(style: Style, depth: Depth, attributes: int) -> Style:
    """The style as a terminal of this depth, which knows these attributes, shows it. Meaning never rests on colour."""
    kept = style.attributes & attributes
    if depth is Depth.MONOCHROME:
        painted = _index(style.paper, Depth.EIGHT) not in (None, 0)
        return Style(kept ^ (REVERSE if painted else 0), "", "")
    if depth is Depth.TRUE_COLOUR:
        return Style(kept, style.ink, style.paper)
    ink, paper = _index(style.ink, depth), _index(style.paper, depth)
    if depth is Depth.EIGHT:
        if ink is not None and ink >= 8:
            kept |= BOLD  # the eight bright colours of a terminal that has eight are its bold ones
        ink = None if ink is None else ink % 8
        paper = None if paper is None else paper % 8
    if depth <= Depth.SIXTEEN and not kept & REVERSE:
        # Black paper is the terminal's own paper, and white ink on it its own ink: cells that can be erased.
        paper = None if paper == 0 else paper
        ink = None if paper is None and ink in (7, 15) else ink
    return Style(kept, _parameters(ink, 30), _parameters(paper, 40))


def _parameters(index: int | None, base: int) -> str:
    if index is None:
        return ""
    if index < 8:
        return str(base + index)
    return str(base + 52 + index) if index < 16 else f"{base + 8};5;{index}"


@lru_cache(maxsize=1024)
def _index(colour: str, depth: Depth) -> int | None:
    """A colour's place in the palette of this depth; None for the terminal's own."""
    if not colour:
        return None
    numbers = [int(part) for part in colour.split(";")]
    if len(numbers) == 1:
        code = numbers[0] % 10
        return code + 8 if numbers[0] >= 90 else code
    if numbers[1] == 5:
        index = numbers[2] & 0xFF
        return index if index < 16 or depth is Depth.PALETTE else _nearest(_rgb(index), depth)
    red, green, blue = [*numbers[2:5], 0, 0, 0][:3]
    return _nearest((red, green, blue), depth)


_BASIC = (
    (0, 0, 0), (170, 0, 0), (0, 170, 0), (170, 85, 0), (0, 0, 170), (170, 0, 170), (0, 170, 170), (170, 170, 170),
    (85, 85, 85), (255, 85, 85), (85, 255, 85), (255, 255, 85), (85, 85, 255), (255, 85, 255), (85, 255, 255),
    (255, 255, 255),
)  # fmt: skip
_STEPS = (0, 95, 135, 175, 215, 255)


def _rgb(index: int) -> tuple[int, int, int]:
    """A colour of xterm's palette of 256: 16 basic ones, a cube of 6x6x6, 24 greys."""
    if index < 16:
        return _BASIC[index]
    if index < 232:
        cube = index - 16
        return _STEPS[cube // 36], _STEPS[cube // 6 % 6], _STEPS[cube % 6]
    grey = 8 + 10 * (index - 232)
    return grey, grey, grey


def _nearest(rgb: tuple[int, int, int], depth: Depth) -> int:
    palette = range(16, 256) if depth is Depth.PALETTE else range(min(int(depth), 16))
    return min(palette, key=lambda index: sum((a - b) ** 2 for a, b in zip(_rgb(index), rgb, strict=True)))


def change(before: Style, after: Style) -> str:
    """The shortest SGR sequence that turns one style into the other; empty when they are the same."""
    if before == after:
        return ""
    added = [_CODES[bit] for bit in _CODES if after.attributes & bit]
    anew = ["", *added, *filter(None, (after.ink, after.paper))]  # an empty first parameter is 0: all off
    best = "\x1b[" + (";".join(anew) if len(anew) > 1 else "") + "m"
    if before.attributes & ~after.attributes:
        return best  # switching a single attribute off is not known to every terminal
    grown = [_CODES[bit] for bit in _CODES if after.attributes & ~before.attributes & bit]
    if before.ink != after.ink:
        grown.append(after.ink or "39")
    if before.paper != after.paper:
        grown.append(after.paper or "49")
    return min(best, "\x1b[" + ";".join(grown) + "m", key=len)
