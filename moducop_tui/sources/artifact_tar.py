"""A strict reader of tar streams: plain files only, one after the other, and nothing behind the end.

Mender's clients read artifacts with libraries that know links, directories, devices, sparse files and five dialects.
An artifact needs none of that, so whatever else stands in one is refused before anything is made of it.
Formats: POSIX.1-2017, pax(1), "ustar interchange format" and "pax interchange format".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from moducop_tui.sources.artifact_feed import ArtifactError, Feed
from moducop_tui.sources.artifact_pax import EXTENSION_LIMIT, read_extension
from moducop_tui.sources.artifact_tar_record import RECORD, SIZE_LIMIT, Record, read_record

_ZEROS = bytes(RECORD)
_PADDING_LIMIT = 1 << 20
"""Zero bytes that may follow the end; GNU tar fills up to 10240."""
_KINDS = {
    b"1": "a hard link",
    b"2": "a symbolic link",
    b"3": "a device node",
    b"4": "a device node",
    b"5": "a directory",
    b"6": "a pipe",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One file. `name` is raw: bytes that are no UTF-8 stay as surrogates. `size` in bytes."""

    name: str
    size: int


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
        record = self._record()
        extended: dict[str, str] = {}
        if record is not None and record.kind == b"x":
            extended = self._extension(record.size)
            record = self._record()
            if record is None or record.kind == b"x":
                raise ArtifactError(f"{self._what} has an extended header without a file")
        if record is None:
            return None
        if record.kind not in {b"0", b"\0"}:
            raise ArtifactError(f"{self._what} holds {_KINDS.get(record.kind, 'something')} where only files belong")
        entry = _entry(record, extended, self._what)
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

    def whole(self, limit: int) -> memoryview:
        """As `read`, of what may be large: nothing of it is in memory twice."""
        if self._left > limit:
            raise ArtifactError(f"{self._what} has a part of {self._left} bytes, more than can be right")
        found = bytearray(self._left)
        at = 0
        for piece in self.content():
            found[at : at + len(piece)] = piece
            at += len(piece)
        return memoryview(found)

    def finish(self) -> None:
        """Read what follows the end mark: some zero bytes at most."""
        count = 0
        for piece in self._feed.remainder():
            count += len(piece)
            if count > _PADDING_LIMIT or bytes(piece).strip(b"\0"):
                raise ArtifactError(f"something stands behind the end of {self._what}")

    def _record(self) -> Record | None:
        raw = self._feed.take(RECORD)
        if raw == _ZEROS:
            if self._feed.take(RECORD) != _ZEROS:
                raise ArtifactError(f"{self._what} has half an end mark")
            return None
        return read_record(raw, self._what)

    def _extension(self, size: int) -> dict[str, str]:
        if size > EXTENSION_LIMIT:
            raise ArtifactError(f"{self._what} has an extended header of {size} bytes, more than can be right")
        raw = self._feed.take(size)
        self._feed.take(-size % RECORD)
        return read_extension(raw, self._what)


def _entry(record: Record, extended: dict[str, str], what: str) -> Entry:
    name = extended.get("path", record.name.decode("utf-8", "surrogateescape"))
    size = int(extended.get("size", record.size))
    if size > SIZE_LIMIT or not name:
        raise ArtifactError(f"{what} has an entry without a name or a size that makes sense")
    return Entry(name, size)
