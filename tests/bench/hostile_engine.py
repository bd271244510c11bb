"""An engine that answers as badly as it can: without end, too much, too slowly, or with what grows when it is read."""

from __future__ import annotations

import contextlib
import gzip
import json
import select
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final

Answer = Callable[[], Iterable[bytes]]

_MEGABYTE: Final = 1 << 20
_OK: Final = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
_VERSION: Final = b'{"Version": "28.2.2", "ApiVersion": "1.50", "Components": []}'


def whole(body: bytes, head: bytes = _OK) -> Iterator[bytes]:
    """An answer in order."""
    yield head + b"Content-Length: %d\r\n\r\n" % len(body)
    yield body


def until_the_end(parts: Iterable[bytes], head: bytes = _OK) -> Iterator[bytes]:
    """An answer without a length."""
    yield head + b"\r\n"
    yield from parts


def chunked(parts: Iterable[bytes]) -> Iterator[bytes]:
    """An answer in chunks."""
    yield _OK + b"Transfer-Encoding: chunked\r\n\r\n"
    for part in parts:
        yield b"%x\r\n%s\r\n" % (len(part), part)
    yield b"0\r\n\r\n"


def _endless(part: bytes) -> Iterator[bytes]:
    while True:
        yield part


def _dripped(text: bytes) -> Iterator[bytes]:
    for number in range(10_000):
        yield text[number % len(text) :][:1]
        time.sleep(0.05)


def containers(count: int, label: bytes = b"", more: bytes = b"") -> Iterator[bytes]:
    """A list of containers, each with a label and whatever more."""
    yield b"["
    for number in range(count):
        yield b"," * bool(number)
        yield b'{"Id": "%064x", "Names": ["/one-%d"], "State": "running", "Labels": {"a": "' % (number, number)
        for at in range(0, len(label), _MEGABYTE):
            yield label[at : at + _MEGABYTE]
        yield b'"}' + more + b"}"
    yield b"]"


_BIG: Final = b"x" * (9 * _MEGABYTE)
_LISTS: Final[dict[str, Answer]] = {
    "a body of 400 MB": lambda: whole(b"[" + b" " * (400 * _MEGABYTE) + b"]"),
    "one text of 400 MB": lambda: until_the_end([b'["', *[b"y" * _MEGABYTE] * 400, b'"]']),
    "an endless body": lambda: until_the_end(_endless(b" " * 65536)),
    "endless chunks": lambda: chunked(_endless(b"[[],[],[],[]," * 100)),
    "chunks of a byte": lambda: chunked(_endless(b"[")),
    "a chunk of a terabyte": lambda: [_OK + b"Transfer-Encoding: chunked\r\n\r\nffffffffff\r\n", *[b"z" * 65536] * 40],
    "a length of a terabyte": lambda: [_OK + b"Content-Length: 1099511627776\r\n\r\n", *[b"z" * 65536] * 40],
    "an endless chunk extension": lambda: [_OK + b"Transfer-Encoding: chunked\r\n\r\n1;", *[b"e" * 65536] * 40],
    "endless trailers": lambda: [
        _OK + b"Transfer-Encoding: chunked\r\n\r\n2\r\n[]\r\n0\r\n", *[b"T: t\r\n" * 10_000] * 2000
    ],
    "endless headers": lambda: [_OK, *[b"H: h\r\n" * 10_000] * 2000],
    "an endless header": lambda: [_OK + b"H: ", *[b"h" * 65536] * 200],
    "endless interim answers": lambda: _endless(b"HTTP/1.1 100 Continue\r\n\r\n" * 1000),
    "a compressed bomb": lambda: whole(gzip.compress(bytes(100 * _MEGABYTE), 1), _OK + b"Content-Encoding: gzip\r\n"),
    "empty objects": lambda: whole(b"[" + b"{}," * 600_000 + b"{}]"),
    "objects in objects": lambda: whole(b'{"a":' * 300_000 + b"1" + b"}" * 300_000),
    "arrays in arrays": lambda: whole(b"[" * 1_000_000),
    "wide letters": lambda: whole(b'["' + "\U0001f600".encode() * 500_000 + b'"]'),
    "escaped wide letters": lambda: whole(b'["' + b"\\ud83d\\ude00" * 4_000_000 + b'"]'),
    "numbers": lambda: whole(b"[" + b"1e5," * 500_000 + b"1]"),
    "one long number": lambda: whole(b"[" + b"9" * 1_900_000 + b"]"),
    "no text of any language": lambda: whole(bytes(range(128, 256)) * 16_000),
    "a million containers": lambda: until_the_end(containers(1_000_000)),
    "a million names": lambda: whole(b'[{"Id": "a", "Names": [' + b'"/n",' * 1_000_000 + b'"/n"]}]'),
    "a million labels": lambda: whole(b'[{"Id": "a", "Labels": {' + b'"k": "v",' * 1_000_000 + b'"k": "v"}}]'),
    "as many other labels": lambda: whole(
        json.dumps([{"Id": "a", "Labels": {str(n): n for n in range(300_000)}}]).encode()
    ),
    "forty thousand containers": lambda: whole(b"[" + b'{"Id":"1"},' * 40_000 + b'{"Id":"2"}]'),
    "a drip": lambda: until_the_end(_dripped(b"[   ")),
    "a drip of a head": lambda: _dripped(b"HTTP/1.1 200 OK\r\nA: b\r\n"),
    "an end in the middle": lambda: [_OK + b"Content-Length: 100\r\n\r\n[{}"],
    "nothing": list,
    "an error of 400 MB": lambda: until_the_end([b"e" * _MEGABYTE] * 400, b"HTTP/1.1 500 No\r\n"),
    "twelve containers with a label of 9 MB": lambda: until_the_end(containers(12, _BIG)),
}  # fmt: skip
LISTS: Final = tuple(_LISTS)

_INSPECTIONS: Final[dict[str, Answer]] = {
    "an environment of 50 MB": lambda: until_the_end(
        [b'{"Id": "a", "Config": {"Env": [', *[b'"A=' + b"x" * 65536 + b'",'] * 800, b'"B=1"]}}']
    ),
    "a million mounts": lambda: until_the_end(
        [b'{"Id": "a", "Mounts": [', *[b'{"Source": "/s", "Destination": "/d"},' * 1000] * 1000, b"{}]}"]
    ),
    "endless": lambda: until_the_end(_endless(b'{"Id": ')),
    "mounts of 4,000 letters": lambda: whole(
        json.dumps({"Id": "a", "Mounts": [{"Source": "\U0001f600" * 4000, "Destination": "d" * 4000}] * 120}).encode()
    ),
}
INSPECTIONS: Final = tuple(_INSPECTIONS)

_EVENTS: Final[dict[str, Answer]] = {
    "an endless line": lambda: until_the_end(_endless(b"{" + b"x" * 65536)),
    "endless events": lambda: until_the_end(
        _endless(b'{"Type":"container","Action":"die","Actor":{"ID":"a"}}\n' * 900)
    ),
    "events of ever other containers": lambda: until_the_end(
        b'{"Type":"container","Action":"die","Actor":{"ID":"%064x"}}\n' % number for number in range(10_000_000)
    ),
    "lines of empty lists": lambda: until_the_end(_endless(b'{"a":[' + b"[]," * 300_000 + b"[]]}\n")),
    "empty lines": lambda: until_the_end(_endless(b"\n" * 65536)),
    "endless headers": lambda: [_OK, *[b"H: h\r\n" * 10_000] * 2000],
}
EVENTS: Final = tuple(_EVENTS)


class HostileEngine:
    """Serves one of the above; everything else of it is in order."""

    def __init__(
        self, path: Path, *, lists: str | None = None, inspections: str | None = None, events: str | None = None
    ) -> None:
        self._answers: dict[str, Answer] = {
            "/version": lambda: whole(_VERSION),
            "/containers/json": _LISTS[lists] if lists else lambda: whole(b"".join(containers(12))),
            "/json": _INSPECTIONS[inspections] if inspections else lambda: [b"HTTP/1.1 500 No\r\n\r\n"],
            "/events": _EVENTS[events] if events else lambda: [b"HTTP/1.1 403 No\r\n\r\n"],
        }
        self.lists_asked = 0
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.bind(str(path))
        self._socket.listen(64)
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        """Answer nothing any more."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._socket.accept()
                threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            asked = connection.recv(65536).split(b" ")[1:2]
            path = asked[0].decode().partition("?")[0] if asked else ""
            self.lists_asked += path.endswith("/containers/json")
            kinds = ("/version", "/events", "/containers/json", "/json")
            for part in self._answers[next(kind for kind in kinds if path.endswith(kind))]() if path else ():
                connection.sendall(part)
            if path.endswith("/events"):
                select.select([connection], [], [], 5.0)
