"""The extended header in front of a file of a tar: records `LENGTH KEY=VALUE`, each on its line, read as Go does.

Sources: POSIX.1-2017, pax(1), "pax Extended Header"; go 1.19 src/archive/tar/reader.go mergePAX, strconv.go.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from moducop_tui.model.foreign import clean
from moducop_tui.sources.artifact_feed import ArtifactError

EXTENSION_LIMIT = 1 << 16
"""Bytes that an extended header may have."""
_INTEGER = re.compile(r"[+-]?[0-9]{1,40}")
_TIME = re.compile(r"([+-]?[0-9]{1,40})(?:\.[0-9]*)?")
_SIZE = re.compile(r"[0-9]{1,13}")


def read_extension(raw: bytes, what: str) -> dict[str, str]:
    """The records by their keys. Raises ArtifactError where one makes no sense, comes twice or is not known here."""
    found: dict[str, str] = {}
    while raw:
        key, value, raw = _record(raw, what)
        makes_sense = _KEYS.get(key)
        if makes_sense is None or key in found:
            raise ArtifactError(f"{what} has an extended header that is not known: {clean(key, 40)}")
        if not makes_sense(value):
            raise ArtifactError(f"{what} has an extended header whose {key} makes no sense: {clean(value, 40)}")
        found[key] = value
    return found


def _record(raw: bytes, what: str) -> tuple[str, str, bytes]:
    """The first record, and what follows it."""
    digits, blank, _ = raw[:8].partition(b" ")
    length = int(digits) if blank and digits.isdigit() else 0
    record = raw[len(digits) + 1 : length]
    key, equals, value = record.partition(b"=")
    if not equals or not record.endswith(b"\n") or length > len(raw):
        raise ArtifactError(f"{what} has an extended header that makes no sense")
    return key.decode("utf-8", "surrogateescape"), value[:-1].decode("utf-8", "surrogateescape"), raw[length:]


def _is_integer(value: str) -> bool:
    """Of 64 bits; nothing at all keeps what the record in front of the file says."""
    return not value or (_INTEGER.fullmatch(value) is not None and _fits(value))


def _is_time(value: str) -> bool:
    """Seconds, with or without a fraction; nothing at all keeps what the record says."""
    found = _TIME.fullmatch(value)
    return not value or (found is not None and _fits(found[1]))


def _fits(digits: str) -> bool:
    return -(1 << 63) <= int(digits) < 1 << 63


def _is_text(value: str) -> bool:
    return "\0" not in value


def _is_name(value: str) -> bool:
    return bool(value) and "\0" not in value


def _is_size(value: str) -> bool:
    return _SIZE.fullmatch(value) is not None


def _is_anything(_: str) -> bool:
    return True


_KEYS: dict[str, Callable[[str], bool]] = {
    "path": _is_name,
    "size": _is_size,
    "uid": _is_integer,
    "gid": _is_integer,
    "mtime": _is_time,
    "atime": _is_time,
    "ctime": _is_time,
    "uname": _is_text,
    "gname": _is_text,
    "comment": _is_anything,
}
"""The keys that are known, each with whether a value makes sense. Links and sparse files are none of them."""
