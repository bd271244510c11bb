"""The record in front of each file of a tar: every field of it, as Mender's tools read it.

`mender-artifact` and the older clients stand on Go's `archive/tar`, which refuses a record where any number in it is
none; the newer client stands on libarchive. What the two would read differently (a size behind a NUL, a name's first
part in a dialect that only one of them knows) is refused.
Sources: go 1.19 src/archive/tar/format.go, strconv.go, reader.go; libarchive archive_read_support_format_tar.c.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from moducop_tui.sources.artifact_feed import ArtifactError

RECORD = 512
SIZE_LIMIT = 1 << 40
"""Bytes that a file of a tar may have."""
_CHECKSUM = slice(148, 156)
_SIZE = slice(124, 136)
_NUMBERS = (slice(100, 108), slice(108, 116), slice(116, 124), slice(136, 148))
"""Mode, owner, group and time of change: nothing is made of them, but they must be numbers."""
_DEVICE_NUMBERS = (slice(329, 337), slice(337, 345))
_GNU_TIMES = (slice(345, 357), slice(357, 369))
"""Of last access and of change, in the dialect of GNU."""
_OCTAL = re.compile(rb"[0-7]+\Z")


@dataclass(frozen=True, slots=True)
class Record:
    """A file's name, its size in bytes, and the letter that says what kind it is."""

    name: bytes
    size: int
    kind: bytes


def read_record(raw: bytes, what: str) -> Record:
    """The record's fields. `what` is the tar in words. Raises ArtifactError where Mender's tools would refuse it."""
    _check_sum(raw, what)
    size = number(raw[_SIZE])
    if size is None or not 0 <= size <= SIZE_LIMIT or _is_behind_nul(raw[_SIZE]):
        raise ArtifactError(f"{what} has an entry without a size that makes sense")
    prefix = _prefix(raw, what)
    if any(number(raw[field]) is None for field in _number_fields(raw)):
        raise ArtifactError(f"{what} has an entry with a mode, an owner, a time or a device number that is no number")
    name = _text(raw[:100])
    return Record(prefix + b"/" + name if prefix else name, size, raw[156:157])


def number(field: bytes) -> int | None:
    """A number as Go's `archive/tar` reads it: octal between NULs and blanks, nothing at all as 0, or base 256."""
    if field[0] & 0x80:
        return _base_256(field)
    digits = field.strip(b" \0").split(b"\0", 1)[0]
    if not digits:
        return 0
    return int(digits, 8) if _OCTAL.match(digits) else None


def _base_256(field: bytes) -> int | None:
    """Two's complement below the first bit, as long as the field; None where it takes more than 64 bits."""
    bits = 8 * len(field) - 1
    value = int.from_bytes(field, "big") & ((1 << bits) - 1)
    if value >> (bits - 1):
        value -= 1 << bits
    return value if -(1 << 63) <= value < 1 << 63 else None


def _is_behind_nul(field: bytes) -> bool:
    """Go passes over NULs in front of the digits; libarchive ends there, and reads 0."""
    return field.lstrip(b" ").startswith(b"\0") and bool(field.strip(b" \0"))


def _check_sum(raw: bytes, what: str) -> None:
    """The sum of all bytes, those of the sum itself taken as blanks; of bytes with or without a sign."""
    blank = raw[: _CHECKSUM.start] + b" " * 8 + raw[_CHECKSUM.stop :]
    field = raw[_CHECKSUM]
    written = None if field[0] & 0x80 else number(field)
    if written != sum(blank) and written != sum(blank) - 256 * sum(byte >> 7 for byte in blank):
        raise ArtifactError(f"{what} is no tar, or is damaged: the checksum of an entry is wrong")


def _number_fields(raw: bytes) -> Iterator[slice]:
    yield from _NUMBERS
    if raw[257:262] == b"ustar":
        yield from _DEVICE_NUMBERS


def _prefix(raw: bytes, what: str) -> bytes:
    """The first part of a long name; raises ArtifactError where it depends on the reader whether there is one."""
    magic = raw[257:265]
    if magic[:6] == b"ustar\0" and raw[508:512] != b"tar\0":
        return _text(raw[345:500])
    gnu = magic == b"ustar  \0" and all(raw[field][0] == 0 or number(raw[field]) is not None for field in _GNU_TIMES)
    if magic[:5] == b"ustar" and not gnu:
        raise ArtifactError(f"{what} has an entry in a dialect of tar that Mender's clients do not read alike")
    return b""


def _text(field: bytes) -> bytes:
    return field.split(b"\0", 1)[0]
