"""Reads from a web server, for the looks at an artifact and for its download: the one place that speaks HTTP.

Certificates are checked, redirections never lead to anything but a web server, and nothing waits for ever.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from urllib.parse import SplitResult, urljoin, urlsplit

from moducop_tui import __version__
from moducop_tui.model.artifact_place import is_url
from moducop_tui.model.foreign import clean

ANSWER_LIMIT = 20.0
"""Seconds that a server has for its whole answer but the content, redirections included."""
_SILENCE_LIMIT = 15.0
"""Seconds without a single byte."""
_AUTHORITIES = "/etc/ssl/certs/ca-certificates.crt"
"""Where both Debian and Yocto have the certificates that a device trusts."""
_REDIRECTIONS = 5
_REDIRECTING = frozenset({301, 302, 303, 307, 308})
_BLOCK = 1 << 20


class WebError(Exception):
    """A server that does not give what it was asked for; the text is a sentence for the technician."""


@dataclass(frozen=True, slots=True)
class Content:
    """What is behind a URL. `size` in bytes, None when the server does not say. Blocks raise WebError."""

    blocks: Iterator[bytes]
    size: int | None


@contextmanager
def open_url(url: str) -> Iterator[Content]:
    """The content behind a URL, from its front. Raises WebError."""
    place = url
    for _ in range(_REDIRECTIONS + 1):
        connection = _connection(place)
        try:
            response = _answer(connection, place)
            if response.status not in _REDIRECTING:
                if response.status != 200:
                    raise WebError(f"{_server(place)} does not give the artifact: it answers {_status(response)}.")
                yield Content(_blocks(response, place), response.length)
                return
            place = _next_place(place, response.getheader("Location"))
        finally:
            connection.close()
    raise WebError(f"{_server(url)} sends from one place to the next without an end.")


def _connection(place: str) -> http.client.HTTPConnection:
    try:
        parts = urlsplit(place)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise WebError(f"{clean(place, 60)} is no URL.") from None
    if not host or not is_url(place) or not place.isascii() or not place.isprintable() or " " in place:
        raise WebError(f"{clean(place, 60)} is no URL.")
    if parts.username is not None:
        raise WebError("A URL with a user name or a password in it is not used: it would be kept in the history.")
    if parts.scheme.lower() == "https":
        return http.client.HTTPSConnection(host, port, timeout=_SILENCE_LIMIT, context=_trust())
    return http.client.HTTPConnection(host, port, timeout=_SILENCE_LIMIT)


def _trust() -> ssl.SSLContext:
    """The device's own certificates. A bundle's OpenSSL looks for them where Debian has them, and Yocto may not."""
    context = ssl.create_default_context()
    places = ssl.get_default_verify_paths()
    if not places.cafile and not places.capath:
        with suppress(OSError):  # then no certificate is trusted, and that is said
            context.load_verify_locations(_AUTHORITIES)
    return context


def _answer(connection: http.client.HTTPConnection, place: str) -> http.client.HTTPResponse:
    """The server's answer without its content."""
    late = threading.Event()
    try:
        connection.connect()
        with _deadline(connection, late):
            headers = {"User-Agent": f"moducop-tui/{__version__}", "Accept-Encoding": "identity"}
            connection.request("GET", _path(urlsplit(place)), headers=headers)
            return connection.getresponse()
    except (OSError, http.client.HTTPException, ValueError) as error:
        why = "it did not answer in time" if late.is_set() else _reason(error)
        raise WebError(f"{_server(place)} can't be read: {why}.") from None


@contextmanager
def _deadline(connection: http.client.HTTPConnection, late: threading.Event) -> Iterator[None]:
    """Ends the connection of a server that answers a byte now and then: each byte alone would be in time."""

    def end() -> None:
        late.set()
        with suppress(OSError, AttributeError):  # it has just been closed
            connection.sock.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(ANSWER_LIMIT, end)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _blocks(response: http.client.HTTPResponse, place: str) -> Iterator[bytes]:
    try:
        while block := response.read1(_BLOCK):
            yield block
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise WebError(f"{_server(place)} stopped sending: {_reason(error)}.") from None
    if response.length:
        raise WebError(f"{_server(place)} stopped sending {response.length} bytes before the end.")


def _next_place(place: str, location: str | None) -> str:
    target = urljoin(place, location or "")
    if not location or not is_url(target):
        raise WebError(f"{_server(place)} sends to a place that is no web server.")
    if is_secure(place) and not is_secure(target):
        raise WebError(f"{_server(place)} sends on to a place that is not encrypted; that is not followed.")
    return target


def is_secure(place: str) -> bool:
    """Whether nobody on the way can change what is read."""
    return place.lower().startswith("https://")


def _path(parts: SplitResult) -> str:
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _server(place: str) -> str:
    return clean(urlsplit(place).hostname or place, 60)


def _status(response: http.client.HTTPResponse) -> str:
    return clean(f"{response.status} {response.reason}".strip(), 60)


def _reason(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not valid ({clean(error.verify_message, 60)}); is the device's clock right?"
    if isinstance(error, TimeoutError):
        return f"it was silent for {_SILENCE_LIMIT:.0f} s"
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return clean(text, 80)
