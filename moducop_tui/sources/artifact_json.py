"""The JSON texts inside an artifact, read so that Mender's tools cannot have read something else.

`mender-artifact` and the older clients read with Go's `encoding/json`: names of fields in any case, the last of two
that are the same, no number beyond a float. The newer client reads with nlohmann's library: names as they are written,
no bytes that are no UTF-8, nothing behind the end. A text that the two would take differently is refused.
Sources: go 1.19 src/encoding/json/decode.go; mender-artifact 3.9.0 artifact/metadata.go.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Set
from typing import TypeAlias

from moducop_tui.model.foreign import clean
from moducop_tui.sources.artifact_feed import ArtifactError

VALUE_LIMIT = 50_000
"""Values that a text may hold: a megabyte of empty lists would take forty times that in memory."""
_MARKS = (b",", b"[", b"{", b":")
"""Each value stands behind one of them, but for the outermost."""
_TOO_DEEP = b"[" * 1000
"""Deeper than Python reads."""
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
_DIGITS_LIMIT = 400
"""Digits of a whole number that are looked at; the largest float has 309."""

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"


def read_object(raw: bytes, where: str) -> dict[str, Json]:
    """The object that a part of the artifact is. `where` is its name. Raises ArtifactError."""
    if _TOO_DEEP in raw:
        raise invalid(where)
    if sum(map(raw.count, _MARKS)) > VALUE_LIMIT:
        raise ArtifactError(f"its part '{where}' holds more than {VALUE_LIMIT} values, more than can be right")
    try:
        content = json.loads(
            raw.decode("utf-8"), object_pairs_hook=_pairs, parse_constant=_refuse, parse_int=_whole, parse_float=_float
        )
        if _SURROGATE.search(raw):
            json.dumps(content, ensure_ascii=False).encode("utf-8")  # half of a pair is no text
    except (ValueError, RecursionError):
        raise invalid(where) from None
    if not isinstance(content, dict):
        raise ArtifactError(f"its part '{where}' is no JSON object")
    return content


def check_keys(content: dict[str, Json], known: Set[str], where: str, *, others: bool) -> None:
    """That no key is one of the known in another spelling, and whether there may be `others`. Raises ArtifactError."""
    for key in content.keys() - known:
        if key.casefold() in known:
            raise invalid(where)
        if not others:
            raise ArtifactError(f"its part '{where}' has a key that Mender does not know: {clean(key, 40)}")


def invalid(where: str) -> ArtifactError:
    """The error of a text that cannot be read, or can be read in two ways."""
    return ArtifactError(f"its part '{where}' is not valid JSON")


def _pairs(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("the same key twice")
    return found


def _refuse(word: str) -> None:
    raise ValueError(word)


def _whole(digits: str) -> int:
    """Go reads every number as a float, and refuses what is beyond it; so does the newer client."""
    if len(digits) > _DIGITS_LIMIT:
        raise ValueError("a number beyond any")
    _float(digits)
    return int(digits)


def _float(text: str) -> float:
    value = float(text)
    if math.isinf(value):
        raise ValueError("a number beyond any")
    return value
