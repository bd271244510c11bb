"""Foreign text made harmless: the one way by which text from outside enters the model.

Log lines, container names, labels, file names, artifact headers and environment values may hold anything:
escape sequences, control characters, text that runs backwards, bytes that are no UTF-8, lines of megabytes.
"""

from __future__ import annotations

import re
import unicodedata

LINE_LIMIT = 2000
"""Characters that a single text may have; the console never needs more of one."""

_ESCAPE_SEQUENCE = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]"  # CSI: colours, cursor movement
    r"|\x9b[0-?]*[ -/]*[@-~]"
    r"|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)"  # OSC, DCS, SOS, PM, APC
    r"|\x1b[ -/]*[0-~]"
)
_UNSAFE = re.compile(r"[^\x20-\x7e\xa1-\xac\xae-\u02ff]")
"""Quick test: letters outside these blocks are looked at one by one."""
_FORBIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def clean(value: str | bytes, limit: int = LINE_LIMIT) -> str:
    r"""Text that is safe on any terminal: one line, no control or format character, at most `limit` characters.

    Whole escape sequences are taken out; a lone control character is shown in caret notation (`^[`), other invisible
    or direction-changing characters as `<U+202E>`, bytes that are no UTF-8 as `\xff`, line breaks, tabs and blanks of
    any width as a blank. What is cut off is marked with `...`.
    """
    if isinstance(value, bytes):
        value = value[: limit * 4].decode("utf-8", "backslashreplace")
    cut = len(value) > limit
    text = value[: limit * 2] if cut else value
    if _UNSAFE.search(text):
        text = _ESCAPE_SEQUENCE.sub("", text)
        text = _UNSAFE.sub(_visible, text)
    if len(text) > limit or cut:
        text = text[: limit - 3] + "..."
    return text


def clean_or_none(value: str | bytes | None, limit: int = LINE_LIMIT) -> str | None:
    """`clean`, with nothing (None, or only blanks) as None."""
    if value is None:
        return None
    return clean(value, limit).strip() or None


def _visible(match: re.Match[str]) -> str:
    character = match.group()
    if character in "\t\n\r\v\f":
        return " "
    code = ord(character)
    if code < 0x20 or code == 0x7F:
        return "^" + chr(code ^ 0x40)
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    category = unicodedata.category(character)
    if category == "Zs":
        return " "
    return f"<U+{code:04X}>" if category in _FORBIDDEN_CATEGORIES else character
