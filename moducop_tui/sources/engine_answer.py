"""One question to an engine's socket and its whole answer: whoever answers, neither memory nor time runs away.

What answers may be hostile or broken, and what it tells of is named and labelled by whoever made an image. Long texts
in an answer are cut while it is read, so that one container with a label of megabytes does not hide all others; what is
too large all the same is not kept.
"""

from __future__ import annotations

import http.client
import io
import re
import socket
import time

PLAIN = 256 << 10
"""Bytes of an answer up to which its texts are left as they are: those of dozens of containers."""
KEPT = 2 << 20
"""Bytes that are kept of an answer, its long texts cut."""
READ = 256 << 20
"""Bytes that are read of an answer at most."""
VALUES = 100_000
"""Values, such as a label or a mount, in an answer: each costs up to some two hundred bytes once it is understood."""
TEXT = 4096
"""Bytes that are kept of a text in a long answer."""
_CHUNK = 1 << 16
_INSIDE = re.compile(rb'[^"\\]*+(?:\\(?:u[0-9a-fA-F]{4}|[^u])[^"\\]*+)*+', re.DOTALL)
"""What may stand in a text of JSON (RFC 8259, section 7), up to its closing quote or to an escape that is cut off."""
_ESCAPE = 6
"""Bytes of the longest escape."""


class TooMuchError(Exception):
    """The answer is larger than what is kept; its text completes `gave an answer of`."""


def ask(socket_path: str, path: str, seconds: float) -> tuple[int, bytes]:
    """The status and the body of `GET path`. `seconds` are for all of it.

    Raises TooMuchError, OSError (TimeoutError among it), and ValueError for an answer that is none.
    """
    until = time.monotonic() + seconds
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(seconds)
        connection.connect(socket_path)
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode("ascii"))
        response = http.client.HTTPResponse(_Patient(connection, until))  # type: ignore[arg-type]
        try:
            response.begin()
            return response.status, _body(response)
        except http.client.IncompleteRead as error:
            raise ConnectionResetError("the answer ends before its end") from error
        except ConnectionError:
            raise
        except http.client.HTTPException as error:
            raise ValueError(f"no answer of HTTP: {type(error).__name__}") from error
        finally:
            response.close()


def _body(response: http.client.HTTPResponse) -> bytes:
    if response.getheader("Content-Encoding", "identity").strip().lower() not in ("", "identity"):
        raise ValueError("a compressed answer, which was not asked for")
    kept = _Kept()
    while chunk := response.read(_CHUNK):
        kept.add(chunk)
    if response.length:
        raise ConnectionResetError("the answer ends before its end")
    return kept.whole()


class _Patient(io.RawIOBase):
    """A connection's bytes until a moment and up to a number: headers, chunk sizes and trailers count as well."""

    def __init__(self, connection: socket.socket, until: float) -> None:
        self._connection = connection
        self._until = until
        self._taken = 0

    def makefile(self, _mode: str) -> io.BufferedReader:
        """What HTTPResponse asks a socket for."""
        return io.BufferedReader(self, _CHUNK)  # type: ignore[arg-type]

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        """The next bytes. Raises TimeoutError and TooMuchError."""
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError("the whole answer took too long")
        self._connection.settimeout(left)
        taken = self._connection.recv_into(buffer)
        self._taken += taken
        if self._taken > READ:
            raise TooMuchError(f"more than {READ >> 20} MiB")
        return taken


class _Kept:
    """The kept part of an answer: all of a short one, a long one with its texts cut."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._size = 0
        self._values = 0
        self._shortener: Shortener | None = None

    def add(self, chunk: bytes) -> None:
        if self._shortener is None and self._size + len(chunk) > PLAIN:
            self._shortener = Shortener()
            earlier = b"".join(self._parts)
            self._parts, self._size = [], 0
            self._keep(self._shortener.feed(earlier))
        self._keep(chunk if self._shortener is None else self._shortener.feed(chunk))

    def _keep(self, part: bytes) -> None:
        self._size += len(part)
        # Those within texts count as well: a bound, not a number.
        self._values += part.count(b",") + part.count(b"[") + part.count(b"{")
        if self._size > KEPT:
            raise TooMuchError(f"more than {KEPT >> 20} MiB")
        if self._values > VALUES:
            raise TooMuchError(f"more than {VALUES} values")
        self._parts.append(part)

    def whole(self) -> bytes:
        return b"".join(self._parts)


class Shortener:
    """Cuts every text in JSON that comes in pieces to `TEXT` bytes."""

    def __init__(self) -> None:
        self._held = b""
        self._within = False
        self._room = 0

    def feed(self, chunk: bytes) -> bytes:
        """What is left of the next piece. Raises ValueError where a text has an escape that JSON does not know."""
        data, self._held = self._held + chunk, b""
        out = []
        at = 0
        while at < len(data):
            if self._within:
                kept, at = self._inside(data, at)
                out.append(kept)
                if at < len(data) and self._within:
                    self._held = data[at:]
                    break
            else:
                quote = data.find(b'"', at)
                end = len(data) if quote < 0 else quote + 1
                out.append(data[at:end])
                self._within, self._room, at = quote >= 0, TEXT, end
        return b"".join(out)

    def _inside(self, data: bytes, at: int) -> tuple[bytes, int]:
        """The kept part of a text, or of what has come of it, and where it goes on behind that."""
        end = _end(data, at, len(data))
        cut = _end(data, at, min(end, at + self._room))
        self._room = self._room - (cut - at) if cut == end else 0
        if data[end : end + 1] == b'"':
            self._within = False
            return data[at:cut] + b'"', end + 1
        if len(data) - end >= _ESCAPE:
            raise ValueError("an escape that JSON does not know")
        return data[at:cut], end


def _end(data: bytes, at: int, before: int) -> int:
    found = _INSIDE.match(data, at, before)
    return at if found is None else found.end()
