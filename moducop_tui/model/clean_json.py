"""JSON that we wrote, read back: its texts are cleaned again, for others may have written into the same file."""

from __future__ import annotations

from typing import TypeAlias

from moducop_tui.model.foreign import clean

CleanJson: TypeAlias = "bool | int | float | str | list[CleanJson] | dict[str, CleanJson] | None"
_LINES = 400
"""Lines of one text that are kept."""
_OF_MANY_LINES = frozenset({"output"})
"""The names of texts that keep their line breaks. A break in any other one would begin a line that says what its writer
likes: another action in the history, another reason."""


def clean_json(content: bytes) -> CleanJson:
    """The value, its texts harmless on any terminal. Raises ValueError, RecursionError."""
    import json

    return cleaned(json.loads(content))


def cleaned(value: object, name: str = "") -> CleanJson:
    """A value of JSON with every text in it cleaned; `name` is the one under which it stands."""
    if isinstance(value, str):
        return "\n".join(clean(line) for line in _lines(value)) if name in _OF_MANY_LINES else clean(value)
    if isinstance(value, list | tuple):
        return [cleaned(one, name) for one in value]
    if isinstance(value, dict):
        return {clean(str(key)): cleaned(one, str(key)) for key, one in value.items()}
    return value if isinstance(value, bool | int | float) else None


def _lines(text: str) -> list[str]:
    return text.split("\n")[:_LINES]
