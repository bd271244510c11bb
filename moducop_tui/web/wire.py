"""A connection to a server on which nothing waits without an end, and what is no content has a limit."""

from __future__ import annotations

import select
import socket
from typing import Protocol

from moducop_tui.web.patience import SILENCE_LIMIT, Patience
from moducop_tui.web.trouble import TroubleError

BESIDE = 1 << 19
"""Bytes around the content that a server may send: certificates, headers, what stands between pieces of content."""
_BLOCK = 1 << 18
_SILENT = f"it was silent for {SILENCE_LIMIT:.0f} s"


class Wire(Protocol):
    """A stream of bytes, encrypted or not. Methods raise TroubleError, GaveUpError and OSError."""

    patience: Patience

    def receive(self) -> bytes:
        """What has come, at least a byte; nothing at the end."""

    def send(self, content: bytes) -> None:
        """Hand over all of it."""

    def was_content(self, count: int) -> None:
        """So many bytes of what came were content."""


class PlainWire:
    """Over a connected socket that does not block."""

    def __init__(self, connected: socket.socket, patience: Patience) -> None:
        self._socket = connected
        self._left = BESIDE
        self.patience = patience

    def receive(self) -> bytes:
        """As the protocol has it. With each byte of content one more may come beside it."""
        if self._left <= 0:
            raise TroubleError("it sends on and on, and nearly nothing of it is content")
        while True:
            self._wait(select.POLLIN)
            try:
                content = self._socket.recv(min(_BLOCK, self._left))
            except BlockingIOError:
                continue
            self._left -= len(content)
            return content

    def send(self, content: bytes) -> None:
        """As the protocol has it."""
        rest = memoryview(content)
        while rest:
            self._wait(select.POLLOUT)
            try:
                rest = rest[self._socket.send(rest) :]
            except BlockingIOError:
                continue

    def was_content(self, count: int) -> None:
        """As the protocol has it."""
        self._left += 2 * count

    def _wait(self, event: int) -> None:
        poll = select.poll()
        poll.register(self._socket, event)
        self.patience.wait_for(lambda seconds: bool(poll.poll(seconds * 1000)), SILENCE_LIMIT, _SILENT)
