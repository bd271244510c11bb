"""Keys as terminals report them that a program before us has left in a keyboard mode of its own.

Kitty's protocol (sw.kovidgoyal.net/kitty/keyboard-protocol): `CSI code:shifted:base ; modifiers:event ; text u`, and
xterm's modifyOtherKeys (ctlseqs, "Alt and Meta Keys"): `CSI 27 ; modifiers ; code ~`. In both Esc and Ctrl-C come so.
Switching a mode off is no way: minicom prints the sequence. What comes is taken for what every terminal sends.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from moducop_tui.terminal.key_names import key_of_character, with_modifiers

RELEASED = "3"
"""The event of a key that was let go; 1 is pressed, 2 repeated."""
_KITTY = re.compile(r"(\d{1,7})(?::(\d{0,7}))?(?::(\d{0,7}))?(?:;(\d{0,3})(?::(\d))?(?:;(\d{0,7}))?(?::\d{0,7}){0,8})?")
_XTERM = re.compile(r"27;(\d{1,3});(\d{1,7})")
_SHIFT, _ALT, _CONTROL = 1, 2, 4
_LOCKS = 64 | 128
"""Caps Lock and Num Lock: they change nothing in which key it is."""
_FROM_KEYPAD: Mapping[int, str] = MappingProxyType(
    {57399 + digit: str(digit) for digit in range(10)}
    | dict(zip(range(57409, 57417), (".", "/", "*", "-", "+", "\r", "=", ","), strict=True))
)
_NAMED: Mapping[int, str] = MappingProxyType(
    dict(
        zip(
            range(57417, 57427),
            ("left", "right", "up", "down", "pageup", "pagedown", "home", "end", "insert", "delete"),
            strict=True,
        )
    )
)
_SAME_WITH_ANY = ("\x1b", "\r", "\x7f")
"""Esc, Enter and Backspace, which terminals send alike with Shift and with Ctrl."""

NamedKey = tuple[str, str | None]
"""A key's name, and the character that it stands for."""


def reported_keys(parameters: str, final: str) -> list[NamedKey] | None:
    """The key of a report: none where it was let go or is no key of ours. None where this is no report of a key."""
    kitty = _KITTY.fullmatch(parameters) if final == "u" else None
    xterm = _XTERM.fullmatch(parameters) if final == "~" else None
    if kitty is not None:
        code, shifted, base, modifiers, event, text = kitty.groups()
        held = _held(modifiers)
        if base and held & _CONTROL:  # Ctrl-C of a keyboard that is set to Cyrillic
            code = base
        key = None if event == RELEASED else _key(int(code), held, _number(text) or _number(shifted))
    elif xterm is not None:
        key = _key(int(xterm[2]), _held(xterm[1]), None)
    else:
        return None
    return [] if key is None else [key]


def _number(digits: str | None) -> int | None:
    return int(digits) if digits else None


def _held(modifiers: str | None) -> int:
    """What is held down; a terminal counts from one."""
    return max(0, (_number(modifiers) or 1) - 1) & ~_LOCKS


def _key(code: int, held: int, typed: int | None) -> NamedKey | None:
    """The key of a code. `typed` is the character that it gives with what is held, where the terminal tells it."""
    if held & ~(_SHIFT | _ALT | _CONTROL):
        return None  # the window manager's key
    if code in _NAMED:
        return with_modifiers(_NAMED[code], held + 1), None
    character = _FROM_KEYPAD.get(code) or _character(code)
    if character == "\t" and held & _SHIFT:
        return with_modifiers("tab", held + 1), None
    if character not in _SAME_WITH_ANY:
        character = _as_typed(character, held, typed)
    name = "escape" if character == "\x1b" else key_of_character(character) if character else None
    if name is None:
        return None
    return (f"alt+{name}", None) if held & _ALT else (name, character)


def _as_typed(character: str, held: int, typed: int | None) -> str:
    """The character that a terminal without such a mode sends."""
    if held & _CONTROL:
        return chr(ord(character) & 0x1F) if "@" <= character <= "~" else ""
    if held & _SHIFT:
        return _character(typed) if typed else _capital(character)
    return character


def _capital(character: str) -> str:
    """The capital letter; a small one that has none of a single character, as the German sharp s, stays as it is."""
    capital = character.upper()
    return capital if len(capital) == 1 else character


def _character(code: int) -> str:
    return chr(code) if code <= 0x10FFFF else ""
