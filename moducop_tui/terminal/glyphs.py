# ruff: noqa: RUF001  (the ambiguous glyphs are the ones that need a twin)
"""Twins of glyphs: for every character an ASCII one of the same width, and DEC's line drawing where it is asked for."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_DEC = dict(zip("─│┌┐└┘├┤┬┴┼━┃┏┓┗┛┣┫┳┻╋═║▒◆°±▔▁╭╮╰╯╸╺╴╶·", "qxlkmjtuwvnqxlkmjtuwvnqxa`fgoslkmjqqqq~", strict=True))
"""DEC Special Graphics (VT220 Programmer Reference Manual, table 2-4): the letter sent while the set is shifted in."""

_ASCII_GROUPS = (
    ("─━═╌┄┈╍┅┉╸╺╴╶▔▁▂▃▄▀", "-"),
    ("│┃║┆┊╎▌▐▎▊▏▕▍▋╏┇┋", "|"),
    ("┌┐└┘├┤┬┴┼┏┓┗┛┣┫┳┻╋╔╗╚╝╠╣╦╩╬╭╮╰╯", "+"),
    ("●○⭘◉•∙◦", "o"),
    ("◆◇★", "*"),
    ("▶►→▸", ">"),
    ("◀◄←◂", "<"),
    ("▲↑▴", "^"),
    ("▼↓▾", "v"),
    ("█▓▇▆▅", "#"),
    ("▒░", ":"),
    ("…", "~"),
    ("✓✔", "v"),
    ("✗✘×", "x"),
    ("°", "o"),
    ("·", "."),
    ("µμ", "u"),
    ("–—‐‑−", "-"),
    ("‘’‚", "'"),
    ("“”„", '"'),
)
_ASCII = {glyph: twin for glyphs, twin in _ASCII_GROUPS for glyph in glyphs}


@lru_cache(maxsize=4096)
def ascii_twin(character: str) -> str:
    """An ASCII character for any character of one cell: drawn alike, its letter without accents, or `?`."""
    if character.isascii():
        return character
    twin = _ASCII.get(character)
    if twin:
        return twin
    plain = unicodedata.normalize("NFKD", character)[:1]
    return plain if plain.isascii() and plain.isprintable() else "?"


def dec_letter(character: str) -> str | None:
    """The letter that DEC Special Graphics draws as this glyph; None when the set does not have it."""
    return _DEC.get(character)
