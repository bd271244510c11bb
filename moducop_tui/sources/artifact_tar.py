"""A strict reader of tar streams: plain files only, one after the other, and nothing behind the end.

Mender's clients read artifacts with libraries that know links, directories, devices, sparse files and five dialects.
An artifact needs none of that, so whatever else stands in one is refused before anything is made of it.
Formats: POSIX.1-2017, pax(1), "ustar interchange format" and "pax interchange format".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from moducop_tui.model.foreign import clean
from moducop_tui.sources.artifact_feed import ArtifactError, Feed

RECORD = 512
_ZEROS = bytes(RECORD)
_PADDING_LIMIT = 1 << 20
"""Zero bytes that may follow the end; GNU tar fills up to 10240."""
_EXTENSION_LIMIT = 1 << 16
_SIZE_LIMIT = 1 << 40
_KINDS = {
    b"1": "a hard link",
    b"2": "a symbolic link",
    b"3": "a device node",
    b"4": "a device node",
    b"5": "a directory",
    b"6": "a pipe",
}
_HARMLESS_KEYS = frozenset({"mtime", "atime", "ctime", "uid", "gid", "uname", "gname", "comment"})
_OCTAL = re.compile(rb"[0-7]+\Z")


@dataclass(frozen=True, slots=True)
class Entry:
    """One file. `name` is raw: bytes that are no UTF-8 stay as surrogates. `size` in bytes."""

    name: str
    size: int


@dataclass(frozen=True, slots=True)
class _Head:
    name: bytes
    size: int
    kind: bytes


class TarReader:
    """Walks through a tar once, from its front. `what` is the tar in words, such as `its header`."""

    def __init__(self, feed: Feed, what: str) -> None:
        self._feed = feed
        self._what = what
        self._left = 0
        self._padding = 0

    def next(self) -> Entry | None:
        """The next file, None at the end mark. Content that was not read is passed over.

        Raises ArtifactError where anything but a plain file comes, or the stream ends before the end mark.
        """
        for _ in self.content():
            pass
        self._feed.take(self._padding)
        head = self._head()
        extended: dict[str, str] = {}
        if head is not None and head.kind == b"x":
            extended = self._extension(head.size)
            head = self._head()
            if head is None or head.kind == b"x":
                raise ArtifactError(f"{self._what} has an extended header without a file")
        if head is None:
            return None
        if head.kind not in {b"0", b"\0"}:
            raise ArtifactError(f"{self._what} holds {_KINDS.get(head.kind, 'something')} where only files belong")
        entry = _entry(head, extended, self._what)
        self._left = entry.size
        self._padding = -entry.size % RECORD
        return entry

    def content(self) -> Iterator[memoryview]:
        """What is left of the current file, in pieces."""
        for piece in self._feed.pieces(self._left):
            self._left -= len(piece)
            yield piece

    def read(self, limit: int) -> bytes:
        """The current file as a whole. Raises ArtifactError where it is larger than `limit` bytes."""
        if self._left > limit:
            raise ArtifactError(f"{self._what} has a part of {self._left} bytes, more than can be right")
        return b"".join(self.content())

    def finish(self) -> None:
        """Read what follows the end mark: some zero bytes at most."""
        count = 0
        for piece in self._feed.remainder():
            count += len(piece)
            if count > _PADDING_LIMIT or bytes(piece).strip(b"\0"):
                raise ArtifactError(f"something stands behind the end of {self._what}")

    def _head(self) -> _Head | None:
        record = self._feed.take(RECORD)
        if record == _ZEROS:
            if self._feed.take(RECORD) != _ZEROS:
                raise ArtifactError(f"{self._what} has half an end mark")
            return None
        written = _octal(record[148:156])
        if written is None or written != sum(record) - sum(record[148:156]) + 8 * 0x20:
            raise ArtifactError(f"{self._what} is no tar, or is damaged: the checksum of an entry is wrong")
        size = _octal(record[124:136])
        if size is None or size > _SIZE_LIMIT:
            raise ArtifactError(f"{self._what} has an entry without a size that makes sense")
        name = record[:100].split(b"\0", 1)[0]
        if record[257:263] == b"ustar\0" and (prefix := record[345:500].split(b"\0", 1)[0]):
            name = prefix + b"/" + name
        return _Head(name, size, record[156:157])

    def _extension(self, size: int) -> dict[str, str]:
        if size > _EXTENSION_LIMIT:
            raise ArtifactError(f"{self._what} has an extended header of {size} bytes, more than can be right")
        raw = self._feed.take(size)
        self._feed.take(-size % RECORD)
        found: dict[str, str] = {}
        while raw:
            key, value, raw = _extended_record(raw, self._what)
            if key in found or (key not in {"path", "size"} and key not in _HARMLESS_KEYS):
                raise ArtifactError(f"{self._what} has an extended header that is not known: {clean(key, 40)}")
            found[key] = value
        return found


def _extended_record(raw: bytes, what: str) -> tuple[str, str, bytes]:
    """The first record `LENGTH KEY=VALUE`, which ends with its line, of an extended header, and what follows it."""
    digits, blank, _ = raw[:8].partition(b" ")
    length = int(digits) if blank and digits.isdigit() else 0
    record = raw[len(digits) + 1 : length]
    key, equals, value = record.partition(b"=")
    if not equals or not record.endswith(b"\n") or length > len(raw):
        raise ArtifactError(f"{what} has an extended header that makes no sense")
    return key.decode("utf-8", "surrogateescape"), value[:-1].decode("utf-8", "surrogateescape"), raw[length:]


def _entry(head: _Head, extended: dict[str, str], what: str) -> Entry:
    name = extended.get("path", head.name.decode("utf-8", "surrogateescape"))
    size = head.size
    if (text := extended.get("size")) is not None:
        size = int(text) if text.isascii() and text.isdigit() and len(text) < 14 else _SIZE_LIMIT + 1
    if size > _SIZE_LIMIT or not name or "\0" in name:
        raise ArtifactError(f"{what} has an entry without a name or a size that makes sense")
    return Entry(name, size)


def _octal(field: bytes) -> int | None:
    """A number as Go's `archive/tar` reads it, on which `mender-artifact` stands: it ends with the first NUL."""
    found = _OCTAL.match(field.strip(b" \0").split(b"\0", 1)[0])
    return int(found[0], 8) if found else None
