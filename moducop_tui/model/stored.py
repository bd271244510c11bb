"""Frozen dataclasses to JSON and back: for the console's own state, which must survive a version of the console.

What is stored may be torn, older or newer than this program: unknown keys are passed over, missing ones take the
field's default, and whatever does not fit raises StoredError instead of becoming a wrong value.
"""

from __future__ import annotations

import dataclasses
import functools
import math
import types
import typing
from enum import Enum
from typing import TypeAlias, TypeVar

from moducop_tui.model.kept_back import is_kept_back

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
Value = TypeVar("Value")


class StoredError(ValueError):
    """Stored state that does not fit its type; the text says which part."""


def encode(value: object, *, secrets: bool = False) -> Json:
    """A dataclass, enum, tuple or plain value as JSON knows it. What is kept back is left out, unless `secrets`."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = (field for field in dataclasses.fields(value) if secrets or not is_kept_back(field))
        return {field.name: encode(getattr(value, field.name), secrets=secrets) for field in fields}
    if isinstance(value, Enum):
        return encode(value.value)
    if isinstance(value, tuple):
        return [encode(one, secrets=secrets) for one in value]
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise StoredError(f"{type(value).__name__} can't be stored")


def decode(kind: type[Value], stored: object) -> Value:
    """A value of that dataclass from what `encode` made of one. Raises StoredError."""
    return typing.cast("Value", _decode(kind, stored, kind.__name__))


def _decode(kind: object, stored: object, where: str) -> object:
    origin = typing.get_origin(kind)
    if origin in (types.UnionType, typing.Union):
        return _one_of(typing.get_args(kind), stored, where)
    if origin is tuple:
        return _tuple(typing.get_args(kind), stored, where)
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        return _dataclass(kind, stored, where)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return _enum(kind, stored, where)
    return _plain(kind, stored, where)


def _enum(kind: type[Enum], stored: object, where: str) -> Enum:
    try:
        return kind(stored)
    except ValueError:
        raise StoredError(f"{where}: {stored!r:.60} is no {kind.__name__}") from None


def _plain(kind: object, stored: object, where: str) -> object:
    """A number is no truth value, though Python has it so; a whole number is a float too, as JSON has it."""
    fits = not isinstance(stored, bool) if kind in (int, float) else True
    accepted = (int, float) if kind is float else kind
    if accepted not in (int, str, bool, (int, float)):
        raise StoredError(f"{where}: {kind} can't be read back")
    if not (fits and isinstance(stored, accepted)):
        raise StoredError(f"{where}: {stored!r:.60} does not fit")
    return _float(stored, where) if kind is float else stored


def _float(stored: object, where: str) -> float:
    """A number that can be reckoned with. JSON's digits have no end, and Python's reads more than JSON has."""
    try:
        number = float(typing.cast("float", stored))
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise StoredError(f"{where}: it is no number that can be")
    return number


def _one_of(kinds: tuple[object, ...], stored: object, where: str) -> object:
    if stored is None and types.NoneType in kinds:
        return None
    failure = StoredError(f"{where}: {stored!r:.60} does not fit")
    for kind in kinds:
        if kind is types.NoneType:
            continue
        try:
            return _decode(kind, stored, where)
        except StoredError as error:
            failure = error
    raise failure


def _tuple(kinds: tuple[object, ...], stored: object, where: str) -> tuple[object, ...]:
    if not isinstance(stored, list):
        raise StoredError(f"{where}: {stored!r:.60} is no list")
    if len(kinds) == 2 and kinds[1] is Ellipsis:
        return tuple(_decode(kinds[0], one, f"{where}[{index}]") for index, one in enumerate(stored))
    if len(kinds) != len(stored):
        raise StoredError(f"{where}: {len(stored)} values instead of {len(kinds)}")
    return tuple(_decode(kind, one, where) for kind, one in zip(kinds, stored, strict=True))


@functools.cache
def _hints(kind: type) -> dict[str, object]:
    """Worked out once a type: an audit trail has thousands of lines of the same five."""
    return dict(typing.get_type_hints(kind))


def _dataclass(kind: type, stored: object, where: str) -> object:
    if not isinstance(stored, dict):
        raise StoredError(f"{where}: {stored!r:.60} is no object")
    hints = _hints(kind)
    names = [field.name for field in dataclasses.fields(kind) if field.name in stored]
    values = {name: _decode(hints[name], stored[name], f"{where}.{name}") for name in names}
    try:
        return kind(**values)
    except TypeError as error:
        raise StoredError(f"{where}: {error}") from None
