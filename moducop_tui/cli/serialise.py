"""Frozen facts as JSON's own types, generically: a field added to the model appears by itself."""

from __future__ import annotations

import math
from dataclasses import fields, is_dataclass
from enum import Enum

from moducop_tui.model.kept_back import is_kept_back

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]

_NAMED_TEXTS = "tuple[tuple[str, str], ...]"
"""The type of a field that pairs names with texts: an object in JSON, so that a script can ask for a name."""


def to_json(value: object) -> Json:
    """A dataclass as an object, an enum as its value, a tuple as a list, a number that is none as null.

    What a fact keeps back is not printed either.
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, Enum):
        return value.value if isinstance(value.value, str) else value.name.lower()
    if isinstance(value, str | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, tuple):
        return [to_json(item) for item in value]
    if is_dataclass(value) and not isinstance(value, type):
        shown = (field for field in fields(value) if not is_kept_back(field))
        return {field.name: _field(getattr(value, field.name), str(field.type)) for field in shown}
    raise TypeError(f"{type(value).__name__} has no form in JSON.")


def _field(value: object, type_name: str) -> Json:
    if type_name == _NAMED_TEXTS and isinstance(value, tuple):
        return dict(value)
    return to_json(value)
