"""What of an output counts as a crash, and what as a leak."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

_CRASH = re.compile(r"Traceback|[Ii]nternal error|Fatal Python|Segmentation|MemoryError|RecursionError")
_RAW = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb]"
)


def crash_in(text: str) -> str | None:
    """The place where it broke down, in few words."""
    found = _CRASH.search(text)
    return None if found is None else " ".join(text[max(0, found.start() - 60) : found.end() + 160].split())


def raw_in(text: str) -> str | None:
    """What a terminal would obey, or not show, with a little of what is around it; line breaks are the program's."""
    found = _RAW.search(text)
    return None if found is None else ascii(text[max(0, found.start() - 30) : found.end() + 30])


def raw_in_json(text: str) -> str | None:
    """The same for every text of a JSON document. Raises ValueError where it is none."""
    for one in _texts(json.loads(text)):
        if (raw := raw_in(one)) is not None:
            return raw
    return None


def _texts(value: object) -> Iterator[str]:
    pending = [value]
    while pending:
        one = pending.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            pending += [*one, *one.values()]
        elif isinstance(one, list):
            pending += one


def is_sentence(text: str) -> bool:
    """Whether a person can be told it."""
    return bool(text) and text.isprintable() and len(text) <= 1000 and crash_in(text) is None
