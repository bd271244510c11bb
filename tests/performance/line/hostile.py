"""Log lines that a container may write to cost a line its second, or to hide what stands beside them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

TOWERS: Mapping[str, str] = MappingProxyType(
    {
        "marks": "a" + "\u0301" * 1900,
        "enclosing marks": "a" + "\u0489" * 1900,
        "marks of several kinds": "a" + "\u0301\u0323\u0e31" * 633,
        "spacing marks": "\u0915" + "\u093e" * 1900,
        "vowels of Hangul": "\u1100" + "\u1161" * 1900,
        "variation selectors": "a" + "\ufe0f" * 1900,
        "other variation selectors": "a" + "\U000e0100" * 1900,
        "tags": "\U0001f3f4" + "\U000e0067" * 1900,
        "fillers": "\u3164" * 2000,
        "graphemes joined": "a" + "\u034f" * 1900,
        "skins": "\U0001f44d" + "\U0001f3fd" * 1900,
        "directions": "\u202e" * 2000,
        "marks without a letter": "\u0301" * 2000,
        "strings that do not end": "\x9d" * 2000,
        "colours": "\x1b[31m" * 400,
    }
)
"""By what they are made of."""
