"""What a person asks of the terminal: it goes before everything that could be found out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from moducop_tui.terminal.profile import Charset
from moducop_tui.terminal.sizes import MOST
from moducop_tui.terminal.styles import Depth

COLOURS: Mapping[str, Depth] = MappingProxyType(
    {
        "none": Depth.MONOCHROME,
        "8": Depth.EIGHT,
        "16": Depth.SIXTEEN,
        "256": Depth.PALETTE,
        "true": Depth.TRUE_COLOUR,
    }
)
CHARSETS: Mapping[str, Charset] = MappingProxyType({"ascii": Charset.ASCII, "utf-8": Charset.UTF8, "dec": Charset.DEC})
_SIZE = re.compile(r"(\d{1,3})x(\d{1,3})")
_LEAST = 10
SPEEDS = range(50, 4_000_001)
"""Bits a second that Linux can set a serial line to."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """None where nothing is wished. `origin` says who wishes it: `the configuration`, `the command line`, `a key`."""

    origin: str
    colours: Depth | None = None
    charset: Charset | None = None
    size: tuple[int, int] | None = None
    baud: int | None = None
    """The line is a serial one of this speed, though it looks otherwise: a console server, serial over LAN."""


def read_wishes(origin: str, colours: str | None, charset: str | None, size: str | None, baud: int | None) -> Wishes:
    """Wishes from words that have passed the checks below. Raises ValueError where one has not."""
    return Wishes(
        origin,
        COLOURS[check_colours(colours)] if colours is not None else None,
        CHARSETS[check_charset(charset)] if charset is not None else None,
        size_of(size) if size is not None else None,
        baud if baud is None else check_baud(baud),
    )


def check_colours(word: str) -> str:
    """A word for a number of colours. Raises ValueError."""
    return _one_of(COLOURS, word)


def check_charset(word: str) -> str:
    """A word for a set of characters. Raises ValueError."""
    return _one_of(CHARSETS, word)


def check_size(word: str) -> str:
    """Words for a size. Raises ValueError."""
    size_of(word)
    return word


def size_of(word: str) -> tuple[int, int]:
    """Columns and rows in `80x24`. Raises ValueError."""
    match = _SIZE.fullmatch(word)
    size = (int(match[1]), int(match[2])) if match else (0, 0)
    if not all(_LEAST <= number <= MOST for number in size):
        raise ValueError(f"must be columns x rows, such as 80x24, each from {_LEAST} to {MOST}")
    return size


def check_baud(number: int) -> int:
    """A speed that a serial line can have. Raises ValueError."""
    if number not in SPEEDS:
        raise ValueError(f"must be bits a second from {SPEEDS[0]} to {SPEEDS[-1]}")
    return number


def _one_of(words: Mapping[str, object], word: str) -> str:
    if word not in words:
        raise ValueError(f"must be one of {', '.join(words)}")
    return word
