"""JSON that we wrote, read back: its texts are cleaned again, for others may have written into the same file."""

from __future__ import annotations

from typing import TypeAlias

from moducop_tui.model.foreign import clean

CleanJson: TypeAlias = "bool | int | float | str | list[CleanJson] | dict[str, CleanJson] | None"
_LINES = 400
"""Lines of one text that are kept."""


def clean_json(content: bytes) -> CleanJson:
    """The value, its texts harmless on any terminal but for their line breaks. Raises ValueError, RecursionError."""
    import json

    return _cleaned(json.loads(content))


def _cleaned(value: object) -> CleanJson:
    if isinstance(value, str):
        return clean(value) if "\n" not in value else "\n".join(clean(line) for line in value.split("\n")[:_LINES])
    if isinstance(value, list):
        return [_cleaned(one) for one in value]
    if isinstance(value, dict):
        return {str(name): _cleaned(one) for name, one in value.items()}
    return value if isinstance(value, bool | int | float) else None
