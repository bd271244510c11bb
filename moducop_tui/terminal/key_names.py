"""Names of keys as Textual has them, for characters and for the sequences that terminals send."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

LETTER_KEYS: Mapping[str, str] = MappingProxyType(
    {
        "A": "up", "B": "down", "C": "right", "D": "left", "H": "home", "F": "end", "Z": "shift+tab",
        "P": "f1", "Q": "f2", "S": "f4",
    }
)  # fmt: skip
"""Final letters of `CSI ...` and `SS3 ...`. F3's `CSI 1 ; m R` has the form of a cursor report and is none of ours."""

KEYPAD: Mapping[str, str] = MappingProxyType(
    {"M": "\r", "X": "=", "j": "*", "k": "+", "l": ",", "m": "-", "n": ".", "o": "/"}
    | {chr(ord("p") + digit): str(digit) for digit in range(10)}
)
"""Final letters of `SS3 ...` from a keypad in application mode, and the character that each key stands for."""

NUMBER_KEYS: Mapping[int, str] = MappingProxyType(
    {1: "home", 2: "insert", 3: "delete", 4: "end", 5: "pageup", 6: "pagedown", 7: "home", 8: "end"}
    | dict(zip((11, 12, 13, 14, 15, 17, 18, 19, 20, 21, 23, 24), (f"f{n}" for n in range(1, 13)), strict=True))
)
"""Numbers of `CSI n ~` (VT220 Programmer Reference Manual, table 3-4; 1, 4, 7 and 8 as the Linux console and rxvt)."""

_CONTROLS = {"\t": "tab", "\r": "enter", "\n": "enter", "\x7f": "backspace", "\x08": "backspace"}
_REPLACED = {
    "solidus": "slash", "reverse_solidus": "backslash", "commercial_at": "at", "hyphen_minus": "minus",
    "plus_sign": "plus", "low_line": "underscore",
}  # fmt: skip


@lru_cache(maxsize=512)
def key_of_character(character: str) -> str | None:
    """The key that sends this character; None when no key does, only noise."""
    if character in _CONTROLS:
        return _CONTROLS[character]
    if "\x01" <= character <= "\x1a":
        return f"ctrl+{chr(ord(character) + 96)}"
    if not character.isprintable() or character == "\ufffd":
        return None
    if character.isalnum():
        return character
    name = unicodedata.name(character, character).lower().replace("-", "_").replace(" ", "_")
    return _REPLACED.get(name, name)


def with_modifiers(key: str, parameter: int) -> str:
    """The key's name with Alt, Ctrl and Shift as xterm counts them: one more than 1 Shift, 2 Alt, 4 Ctrl."""
    held = parameter - 1
    names = [name for bit, name in ((2, "alt"), (4, "ctrl"), (1, "shift")) if held > 0 and held & bit]
    return "+".join([*names, key])
