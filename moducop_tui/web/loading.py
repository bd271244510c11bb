"""The content behind a URL, from its front, block by block."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass

from moducop_tui import __version__
from moducop_tui.web.address import Address, address_of, next_address
from moducop_tui.web.answer import Answer, Incoming, read_answer, read_content
from moducop_tui.web.connecting import Connection, connect
from moducop_tui.web.patience import Patience
from moducop_tui.web.reach import Reach
from moducop_tui.web.trouble import TooShortError, TroubleError, WebError, reason
from moducop_tui.web.wire import Wire

ANSWER_LIMIT = 20.0
"""Seconds from the look-up of the first server's name to the content, redirections included."""
RATE_SPAN = 60.0
LEAST_RATE = 1024
"""A server that sends fewer bytes a second over so many seconds is too slow to wait for."""
_REDIRECTIONS = 5
_REDIRECTING = frozenset({301, 302, 303, 307, 308})
_FAILURES = (OSError, ssl.SSLError, TroubleError)


@dataclass(frozen=True, slots=True)
class Content:
    """What is behind a URL. `size` in bytes, None when the server does not say. Blocks raise WebError."""

    blocks: Iterator[bytes]
    size: int | None


@contextmanager
def open_url(url: str, seconds: float, gave_up: Callable[[], bool] = lambda: False) -> Iterator[Content]:
    """The content behind a URL. All of it must have come `seconds` from now, and `gave_up` is asked all the time.

    Raises WebError; GaveUpError, which is one, when nobody waits any more.
    """
    patience = Patience(seconds, gave_up)
    answering = patience.within(ANSWER_LIMIT, "it did not answer in time")
    here = address_of(url)
    farthest: Reach | None = None
    for _ in range(_REDIRECTIONS + 1):
        with closing(_connection(here, answering, farthest)) as connection:
            answer, incoming = _ask(connection.wire, here)
            if answer.status not in _REDIRECTING:
                connection.wire.patience = patience
                yield _content(answer, incoming, here, connection.wire)
                return
        farthest = connection.reach if farthest is None else max(farthest, connection.reach)
        here = next_address(here, answer.location)
    raise WebError(f"{address_of(url).words} sends from one place to the next without an end.")


def _connection(address: Address, patience: Patience, farthest: Reach | None) -> Connection:
    try:
        return connect(address, patience, farthest)
    except _FAILURES as error:
        raise _unread(address, error) from None


def _ask(wire: Wire, address: Address) -> tuple[Answer, Incoming]:
    """The answer without its content."""
    lines = (
        f"GET {address.request} HTTP/1.1",
        f"Host: {address.host_header}",
        f"User-Agent: moducop-tui/{__version__}",
        "Accept: */*",
        "Accept-Encoding: identity",
        "Connection: close",
    )
    try:
        wire.send("".join(f"{line}\r\n" for line in (*lines, "")).encode("ascii"))
        incoming = Incoming(wire)
        return read_answer(incoming), incoming
    except _FAILURES as error:
        raise _unread(address, error) from None


def _content(answer: Answer, incoming: Incoming, address: Address, wire: Wire) -> Content:
    if answer.status != 200:
        raise WebError(f"{address.words} does not give the artifact: it answers {answer.words}.")
    if answer.packed is not None:
        raise WebError(f"{address.words} packs what it sends ({answer.packed}), which was not asked for.")
    try:
        return Content(_told(_in_time(read_content(incoming, answer), wire), address), answer.length)
    except TroubleError as error:
        raise _unread(address, error) from None


def _told(blocks: Iterator[bytes], address: Address) -> Iterator[bytes]:
    """The same, failures as sentences."""
    try:
        yield from blocks
    except TooShortError as error:
        raise WebError(f"{address.words} stopped sending {error}.") from None
    except _FAILURES as error:
        raise WebError(f"{address.words} stopped sending: {reason(error)}.") from None


def _in_time(blocks: Iterator[bytes], wire: Wire) -> Iterator[bytes]:
    """The same; ends with a server that sends little enough to hold the device for days, be it content or not."""
    whole, too_slow = wire.patience, f"it sends fewer than {LEAST_RATE} bytes a second"
    began, came = time.monotonic(), 0
    wire.patience = whole.within(RATE_SPAN, too_slow)
    for block in blocks:
        yield block
        came += len(block)
        now = time.monotonic()
        if now - began >= RATE_SPAN:
            if came < LEAST_RATE * (now - began):
                raise TroubleError(too_slow)
            began, came = now, 0
        # Until the next content: what stands between two pieces of it is sent as slowly as a server likes.
        wire.patience = whole.within(RATE_SPAN, too_slow)


def _unread(address: Address, error: Exception) -> WebError:
    return WebError(f"{address.words} can't be read: {reason(error)}.")
