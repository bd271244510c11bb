"""A web server that means harm: each path is another way to hold, to fill or to mislead whoever reads from it.

Every play goes on until its visitor hangs up: what ends it is the reader. One that bears too much of it is noted.
"""

from __future__ import annotations

import contextlib
import itertools
import select
import socket
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

from tests.attack.listening import Listening

_PAUSE: Final = 0.01
_PIECE: Final = 8192
MOST_BYTES: Final = 48 << 20
MOST_PAUSES: Final = 3000
"""What a play gives before it counts as endured: a reader that took so much would have taken all."""
_OK: Final = b"HTTP/1.1 200 OK\r\n"
_CHUNKED: Final = _OK + b"Transfer-Encoding: chunked\r\n\r\n"

Said = Iterator[bytes]
"""What a play says, piece by piece; an empty piece is a pause."""


def _forever(start: bytes, again: bytes) -> Callable[[], Said]:
    def play() -> Said:
        yield start
        piece = again * (1 + _PIECE // max(1, len(again)))
        while True:
            yield piece

    return play


def _drips(start: bytes, content: bytes) -> Callable[[], Said]:
    """A byte now and then: each alone is in time."""

    def play() -> Said:
        yield start
        for byte in itertools.cycle(content):
            yield bytes([byte])
            yield b""

    return play


def _once(content: bytes) -> Callable[[], Said]:
    def play() -> Said:
        yield content

    return play


def _then_silent(content: bytes) -> Callable[[], Said]:
    def play() -> Said:
        yield content
        while True:
            yield b""

    return play


def _length(words: str, content: bytes = b"x" * 100) -> Callable[[], Said]:
    return _once(_OK + f"Content-Length: {words}\r\n\r\n".encode() + content)


def _to(location: bytes) -> Callable[[], Said]:
    return _once(b"HTTP/1.1 302 Found\r\nLocation: " + location + b"\r\n\r\n")


def _redirections() -> Said:
    yield b"HTTP/1.1 302 Found\r\nLocation: /redirections?" + b"a" * 6000 + b"\r\n\r\n"


PLAYS: Final[Mapping[str, Callable[[], Said]]] = MappingProxyType(
    {
        "headers without end": _forever(_OK, b"X-Header: y\r\n"),
        "a header line without end": _forever(_OK + b"X: ", b"y"),
        "a status line without end": _forever(b"HTTP/1.1 200 ", b"O"),
        "interim answers without end": _forever(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        "interim answers with headers": _forever(b"", b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"),
        "another protocol": _forever(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n", b"x"),
        "redirections": _redirections,
        "a redirection to nowhere": _once(b"HTTP/1.1 302 Found\r\n\r\n"),
        "a redirection to a file": _to(b"file:///etc/shadow"),
        "a redirection with a line break": _to(b"http://a/\rX: y"),
        "a redirection to brackets": _to(b"http://[::"),
        "a redirection without a host": _to(b"http:///x"),
        "a redirection with a password": _to(b"http://user:hunter2@127.0.0.1/"),
        "a redirection with a token": _to(b"http://127.0.0.1:1/x?token=hunter2#hunter2"),
        "a redirection of 100 kB": _to(b"http://a/" + b"b" * 100_000),
        "a redirection with content": _forever(b"HTTP/1.1 302 Found\r\nLocation: file:///x\r\n\r\n", b"x"),
        "a chunk's extension without end": _forever(_CHUNKED + b"5;", b"a"),
        "chunks with long extensions": _forever(_CHUNKED, b"1;" + b"a" * 1000 + b"\r\nx\r\n"),
        "chunks of a byte": _forever(_CHUNKED, b"1\r\nx\r\n"),
        "trailers without end": _forever(_CHUNKED + b"0\r\n", b"X: y\r\n"),
        "a trailer line without end": _forever(_CHUNKED + b"0\r\nX: ", b"y"),
        "a negative chunk": _forever(_CHUNKED + b"-5\r\n", b"x"),
        "a chunk of 2^64": _forever(_CHUNKED + b"FFFFFFFFFFFFFFFF\r\n", b"x"),
        "a chunk size of a million digits": _forever(_CHUNKED + b"f" * 1_000_000, b"f"),
        "a chunk size with zeros before it": _forever(_CHUNKED + b"0" * 1_000_000, b"0"),
        "a chunk size with a sign": _once(_CHUNKED + b"+5\r\nxxxxx\r\n0\r\n\r\n"),
        "a chunk size as Python writes it": _once(_CHUNKED + b"0x5\r\nxxxxx\r\n0\r\n\r\n"),
        "a chunk size with an underscore": _once(_CHUNKED + b"0_5\r\nxxxxx\r\n0\r\n\r\n"),
        "an empty chunk size": _once(_CHUNKED + b"\r\nxxxxx\r\n0\r\n\r\n"),
        "a chunk that is longer": _once(_CHUNKED + b"5\r\nxxxxxxxxxx\r\n0\r\n\r\n"),
        "chunks that end early": _once(_CHUNKED + b"5\r\nxx"),
        "packed chunks": _once(_OK + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
        "packed content": _once(_OK + b"Content-Encoding: gzip\r\n\r\n\x1f\x8b"),
        "a length that is too long": _length("1000"),
        "a negative length": _length("-1"),
        "a length of a million digits": _length("9" * 1_000_000),
        "a length of 5000 digits": _length("9" * 5000),
        "two lengths": _length("5\r\nContent-Length: 7"),
        "a length with words": _length("100 bytes"),
        "a length of 2^63": _forever(_OK + b"Content-Length: 9223372036854775808\r\n\r\n", b"x"),
        "more than its length": _forever(_OK + b"Content-Length: 1000\r\n\r\n", b"x"),
        "content without end": _forever(_OK + b"\r\n", b"x"),
        "zeros without end": _forever(b"", bytes(1000)),
        "a drip of headers": _drips(_OK, b"X: y\r\n"),
        "a drip of status": _drips(b"", b"HTTP/1.1 "),
        "a drip of content": _drips(_OK + b"\r\n", b"x"),
        "a drip of trailers": _drips(_CHUNKED + b"0\r\n", b"X: y\r\n"),
        "a drip of chunk sizes": _drips(_CHUNKED, b"0"),
        "silence": _then_silent(b""),
        "silence in the headers": _then_silent(_OK),
        "silence in the content": _then_silent(_OK + b"\r\nxxx"),
        "silence in the trailers": _then_silent(_CHUNKED + b"0\r\n"),
        "nothing": _once(b""),
        "half a status": _once(b"HTTP/1.1 2"),
        "an older protocol": _once(b"HTTP/0.9 200 OK\r\n\r\nx"),
        "a later protocol": _once(b"HTTP/2 200\r\n\r\nx"),
        "a status that is no number": _once(b"HTTP/1.1 2oo OK\r\n\r\nx"),
        "a status with escapes": _once(b"HTTP/1.1 404 \x1b]0;title\x07\x1b[2J\x9b31m\r\n\r\n"),
        "no content": _once(b"HTTP/1.1 204 No Content\r\n\r\n"),
        "a header without a name": _once(_OK + b": x\r\n\r\n"),
        "a header that goes on": _once(_OK + b"X: y\r\n z\r\n\r\n"),
        "no TLS, zeros": _forever(b"", bytes(1000)),
        "TLS records without end": _forever(b"", b"\x17\x03\x03\x00\x05abcde"),
        "TLS alerts without end": _forever(b"", b"\x15\x03\x03\x00\x02\x01\x00"),
        "TLS changes of cipher without end": _forever(b"", b"\x14\x03\x03\x00\x01\x01"),
        "TLS that stalls": _then_silent(b"\x16\x03\x03\x40\x00"),
        "a drip of TLS": _drips(b"", b"\x16\x03\x03\x40\x00\x02\x00\x3f\xff"),
    }
)  # fmt: skip
"""Each way by its name. Those that say TLS are said without being asked: for `https`."""
_NOT_FOUND: Final = _once(b"HTTP/1.1 404 Not Found\r\n\r\n")
ON_TLS: Final = tuple(name for name in PLAYS if "TLS" in name)


class HostileServer(Listening):
    """Serves all plays on a port of its own. `endured` are those that ended by themselves, for nobody hung up."""

    def __init__(self) -> None:
        listening = socket.create_server(("127.0.0.1", 0))
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 16)
        self.endured: set[str] = set()
        self.tls_next = ON_TLS[0]
        """What an encrypted visitor gets: its greeting names no path."""
        self.address = f"127.0.0.1:{listening.getsockname()[1]}"
        super().__init__(listening)

    def url(self, name: str, scheme: str | None = None) -> str:
        """Where a play is given. Of those on TLS only the last that was asked for."""
        self.tls_next = name if name in ON_TLS else self.tls_next
        number = list(PLAYS).index(name)
        return f"{scheme or ('https' if name in ON_TLS else 'http')}://{self.address}/{number}/x.mender"

    def receive(self, visitor: socket.socket) -> None:
        """Give it the play that it asks for."""
        with visitor, contextlib.suppress(OSError):
            visitor.settimeout(5.0)
            asked = visitor.recv(65536)
            if not asked:
                return
            if asked.startswith(b"\x16"):
                name = self.tls_next
            else:
                path = asked.split(b" ")[1].decode("latin-1").split("/")
                name = list(PLAYS)[int(path[1])] if path[1].isdecimal() else path[1].split("?")[0]
            self._play(name, visitor)

    def _play(self, name: str, visitor: socket.socket) -> None:
        said = paused = 0
        for piece in PLAYS.get(name, _NOT_FOUND)():
            if self.ended.is_set():
                return
            if said > MOST_BYTES or paused > MOST_PAUSES:
                self.endured.add(name)
                return
            if piece:
                visitor.sendall(piece)
                said += len(piece)
            else:
                paused += 1
                if self.ended.wait(_PAUSE) or self._has_gone(visitor):
                    return

    @staticmethod
    def _has_gone(visitor: socket.socket) -> bool:
        readable, _, _ = select.select([visitor], [], [], 0)
        return bool(readable) and not visitor.recv(65536)
