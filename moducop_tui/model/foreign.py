"""Foreign text made harmless: the one way by which text from outside enters the model.

Log lines, container names, labels, file names, artifact headers and environment values may hold anything:
escape sequences, control characters, text that runs backwards, bytes that are no UTF-8, lines of megabytes.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

LINE_LIMIT = 2000
"""Characters that a single text may have; the console never needs more of one."""
MARKS_LIMIT = 2
"""Combining marks that a letter may carry: what languages need, and no tower that costs a line its second."""
_NAMED_LIMIT = 3
"""Characters in a row that are named; what follows them at once is counted."""

_ESCAPE_SEQUENCE = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]"  # CSI: colours, cursor movement
    r"|\x9b[0-?]*[ -/]*[@-~]"
    r"|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x80-\x9f]*(?:\x07|\x1b\\|\x9c)"  # OSC, DCS, SOS, PM, APC
    r"|\x1b[ -/]*[0-~]"
)
"""A string ends before the next control of the eight-bit set, as in a VT500 (vt100.net/emu/dec_ansi_parser): none is
ever looked through twice, and the time grows with the text, not with its square."""
_UNUSUAL = re.compile(r"[^\x20-\x7e\xa1-\xac\xae-\u02ff]")
"""Quick test: most texts have nothing outside these blocks."""
_FORBIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_MARK_CATEGORIES = frozenset({"Mn", "Mc", "Me"})
_INVISIBLE = frozenset(
    map(chr, (0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, *range(0x180B, 0x1810), 0x3164, *range(0xFE00, 0xFE10), 0xFFA0,
              0x1D159, *range(0xE0100, 0xE01F0)))
)  # fmt: skip
"""Letters and marks that show nothing (Default_Ignorable_Code_Point, DerivedCoreProperties.txt; U+1D159 is a note's
empty head), beside those whose category says so."""
_JOINING = frozenset(map(chr, (*range(0x1161, 0x1200), *range(0xD7B0, 0xD800), *range(0x1F3FB, 0x1F400))))
"""What joins the cell before it and is no mark: vowels and ends of Hangul syllables, the tones of a face's skin."""
_BLANKS = frozenset("\t\n\r\v\f")
"""Controls that are shown as a blank."""


def clean(value: str | bytes, limit: int = LINE_LIMIT) -> str:
    r"""Text that is safe on any terminal: one line, no control or format character, at most `limit` characters.

    Whole escape sequences are taken out; a lone control character is shown in caret notation (`^[`), other invisible
    or direction-changing characters as `<U+202E>`, bytes that are no UTF-8 as `\xff`, line breaks, tabs and blanks of
    any width as a blank. A letter keeps two combining marks, a third one is named like what is invisible; of many in a
    row the first are named, and the others counted. What is cut off is marked with `...`.
    """
    if isinstance(value, bytes):
        # Four bytes are the longest character: one character more than is looked at tells that there is more.
        value = value[: (limit * 2 + 1) * 4].decode("utf-8", "backslashreplace")
    cut = len(value) > limit
    text = value[: limit * 2] if cut else value
    if _UNUSUAL.search(text):
        text = _ESCAPE_SEQUENCE.sub("", text)[: limit + 1]
        text = _questionable().sub(_made_visible, text)
    if len(text) > limit or cut:
        text = text[: limit - 3] + "..."
    return text


def clean_or_none(value: str | bytes | None, limit: int = LINE_LIMIT) -> str | None:
    """`clean`, with nothing (None, or only blanks) as None."""
    if value is None:
        return None
    return clean(value, limit).strip() or None


@cache
def _questionable() -> re.Pattern[str]:
    """What is looked at one by one: outside the blocks of plain letters (Latin, Greek, Cyrillic, drawing, Han, Hangul).

    Made when it is needed first: to compile it takes longer than all the rest of this file.
    """
    return re.compile(
        r"[^\x20-\x7e\xa1-\xac\xae-\u02ff\u0391-\u03a1\u03a3-\u03e1\u0400-\u0482\u2010-\u2027\u2500-\u27bf"
        r"\u3041-\u3096\u30a0-\u30ff\u4e00-\u9fef\uac00-\ud7a3]+"
    )


def _made_visible(run: re.Match[str]) -> str:
    """Characters that stand together, each as it may be shown."""
    marks = 0 if run.start() else MARKS_LIMIT  # at the beginning there is no letter that could carry one
    named = 0
    shown: list[str] = []
    for character in run.group():
        joins, text = _looked_up(character)
        marks = marks + 1 if joins else 0
        if joins and marks > MARKS_LIMIT:
            text = _name(character)
        if text[:3] == "<U+":
            named += 1
            if named > _NAMED_LIMIT:
                continue
        else:
            _count(named, shown)
            named = 0
        shown.append(text)
    _count(named, shown)
    return "".join(shown)


def _count(named: int, shown: list[str]) -> None:
    if named > _NAMED_LIMIT:
        shown.append(f"<{named - _NAMED_LIMIT} more>")


def _name(character: str) -> str:
    return f"<U+{ord(character):04X}>"


@lru_cache(maxsize=2048)
def _looked_up(character: str) -> tuple[bool, str]:
    """Whether a character joins the cell before it, and what is shown for it."""
    category = unicodedata.category(character)
    if category not in _FORBIDDEN_CATEGORIES and character not in _INVISIBLE:
        if character == "\u2800" or category == "Zs":  # Braille without a dot is a blank too
            return False, " "
        return category in _MARK_CATEGORIES or character in _JOINING, character
    if character in _BLANKS:
        return False, " "
    code = ord(character)
    if code < 0x20 or code == 0x7F:
        return False, "^" + chr(code ^ 0x40)
    return False, f"\\x{code - 0xDC00:02x}" if 0xDC80 <= code <= 0xDCFF else _name(character)
