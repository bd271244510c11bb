"""A server's answer as HTTP/1.1 has it: read strictly, in bounded pieces, and no further than is asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from moducop_tui.model.foreign import clean
from moducop_tui.web.trouble import TooShortError, TroubleError
from moducop_tui.web.wire import Wire

_LINE_LIMIT = 16 << 10
_LINES_LIMIT = 200
_HEAD_LIMIT = 64 << 10
"""Bytes of a line, lines, and bytes of all headers that an answer may have."""
_INTERIM = 8
"""Answers that only announce the real one."""
_STATUS = re.compile(rb"HTTP/1\.[0-9] ([1-9][0-9][0-9])(?: [^\r\n]*)?")
_HEADER = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\0]*)")
_LENGTH = re.compile(r"[0-9]{1,16}", re.ASCII)
_CHUNK = re.compile(rb"([0-9A-Fa-f]{1,16})[ \t]*(?:;.*)?", re.DOTALL)
_NO_HTTP = "its answer is no HTTP"


class Incoming:
    """The bytes of an answer from their front."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._rest = bytearray()

    def line(self, limit: int = _LINE_LIMIT) -> bytes:
        """The next line without its end. Raises TroubleError where it is longer than `limit`, or the answer ends."""
        searched = 0
        while (end := self._rest.find(b"\n", searched)) < 0:
            searched = len(self._rest)
            if searched > limit:
                raise TroubleError("it sends a line without an end")
            came = self._wire.receive()
            if not came:
                raise TroubleError("it ends in the middle of its answer" if self._rest else "it hung up without a word")
            self._rest += came
        if end > limit:
            raise TroubleError("it sends a line without an end")
        line = bytes(self._rest[:end])
        del self._rest[: end + 1]
        return line.removesuffix(b"\r")

    def content(self, limit: int | None) -> bytes:
        """Content that is there, `limit` bytes at most, at least one; nothing at the end of all."""
        if not self._rest:
            self._rest += self._wire.receive()
        # Only what is taken is copied: a server may send pieces of a few bytes, and many of them have come already.
        taken = len(self._rest) if limit is None else min(limit, len(self._rest))
        came = bytes(memoryview(self._rest)[:taken])
        del self._rest[:taken]
        self._wire.was_content(len(came))
        return came


@dataclass(frozen=True, slots=True)
class Answer:
    """`status` with the standard's words for it, and those headers that count, their names in small letters."""

    status: int
    words: str
    headers: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def location(self) -> str | None:
        """Where it sends on to."""
        return next(iter(self.headers.get("location", ())), None)

    @property
    def packed(self) -> str | None:
        """How it packed the content, which nobody asked for."""
        found = [one for one in self.headers.get("content-encoding", ()) if one.lower() not in ("", "identity")]
        return clean(found[0], 30) if found else None

    @property
    def is_chunked(self) -> bool:
        """Raises TroubleError where the content comes in a form that nobody asked for."""
        found = [part.strip().lower() for one in self.headers.get("transfer-encoding", ()) for part in one.split(",")]
        if found in ([], ["identity"]):
            return False
        if found != ["chunked"]:
            raise TroubleError(f"it sends in a form that was not asked for ({clean(found[0], 30)})")
        return True

    @property
    def length(self) -> int | None:
        """Bytes of content, None where it does not say. Raises TroubleError where it says nonsense, or two things."""
        found = {part.strip() for one in self.headers.get("content-length", ()) for part in one.split(",")}
        if self.is_chunked or not found:
            return None
        length = found.pop()
        if found or not _LENGTH.fullmatch(length):
            raise TroubleError(f"what it says of the length is no number ({clean(length, 30)})")
        return int(length)


def read_answer(incoming: Incoming) -> Answer:
    """The answer without its content. Raises TroubleError, and what the wire raises."""
    for _ in range(_INTERIM):
        found = _STATUS.fullmatch(incoming.line())
        if found is None:
            raise TroubleError(_NO_HTTP)
        status = int(found[1])
        headers = _headers(incoming)
        if status >= 200:
            return Answer(status, _words(status), headers)
        if status == 101:
            break
    raise TroubleError("it only announces an answer, and gives none")


def _words(status: int) -> str:
    """The standard's words: a server's own may repeat what it was asked with, which is kept for ever then."""
    from http import HTTPStatus

    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def read_content(incoming: Incoming, answer: Answer) -> Iterator[bytes]:
    """The content in blocks. Raises TroubleError also where it ends too early."""
    return _chunks(incoming) if answer.is_chunked else _plain(incoming, answer.length)


def _headers(incoming: Incoming) -> dict[str, tuple[str, ...]]:
    """Up to the empty line. Also passed over behind chunks, where nothing of it counts."""
    found: dict[str, tuple[str, ...]] = {}
    left = _HEAD_LIMIT
    for _ in range(_LINES_LIMIT):
        line = incoming.line()
        left -= len(line)
        if not line:
            return found
        if left < 0:
            break
        header = _HEADER.fullmatch(line)
        if header is None:
            raise TroubleError(_NO_HTTP)
        name = header[1].decode("ascii").lower()
        found[name] = (*found.get(name, ()), header[2].decode("latin-1").rstrip(" \t"))
    raise TroubleError("its headers have no end")


def _plain(incoming: Incoming, length: int | None) -> Iterator[bytes]:
    left = length
    while left is None or left > 0:
        block = incoming.content(left)
        if not block:
            if left is not None:
                raise TooShortError(f"{left} bytes before the end")
            return
        left = None if left is None else left - len(block)
        yield block


def _chunks(incoming: Incoming) -> Iterator[bytes]:
    while True:
        found = _CHUNK.fullmatch(incoming.line())
        if found is None:
            raise TroubleError("it sends in pieces whose size is no number")
        size = int(found[1], 16)
        if not size:
            _headers(incoming)
            return
        yield from _plain(incoming, size)
        if incoming.line(2):
            raise TroubleError("its pieces are not as long as it says")
