"""An encrypted connection. OpenSSL never touches the socket: each byte that it is given was waited for and counted."""

from __future__ import annotations

import ssl
from contextlib import suppress

from moducop_tui.web.patience import Patience
from moducop_tui.web.wire import PlainWire

AUTHORITIES = "/etc/ssl/certs/ca-certificates.crt"
"""Where both Debian and Yocto have the certificates that a device trusts."""
_BLOCK = 1 << 16


class SecureWire:
    """TLS over a wire. Making it shakes hands; raises what the wire raises, and ssl.SSLError."""

    def __init__(self, wire: PlainWire, host: str) -> None:
        self._wire = wire
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        name = host.partition("%")[0]
        self._tls = trust().wrap_bio(self._incoming, self._outgoing, server_hostname=name)
        while not self._shakes_hands():
            self._feed()
        self._flush()

    @property
    def patience(self) -> Patience:
        """The wire's own."""
        return self._wire.patience

    @patience.setter
    def patience(self, patience: Patience) -> None:
        self._wire.patience = patience

    def receive(self) -> bytes:
        """What has come, decrypted; nothing at the end, which not every server says in the encrypted form."""
        while True:
            try:
                content = self._tls.read(_BLOCK)
            except ssl.SSLWantReadError:
                self._feed()
                continue
            except ssl.SSLEOFError:
                return b""
            self._flush()
            return content

    def send(self, content: bytes) -> None:
        """Hand over all of it."""
        rest = content
        while rest:
            rest = rest[self._tls.write(rest) :]
            self._flush()

    def was_content(self, count: int) -> None:
        """So many bytes of what came were content."""
        self._wire.was_content(count)

    def _shakes_hands(self) -> bool:
        try:
            self._tls.do_handshake()
        except ssl.SSLWantReadError:
            return False
        return True

    def _feed(self) -> None:
        self._flush()
        content = self._wire.receive()
        if content:
            self._incoming.write(content)
        else:
            self._incoming.write_eof()

    def _flush(self) -> None:
        waiting = self._outgoing.read()
        if waiting:
            self._wire.send(waiting)


def trust() -> ssl.SSLContext:
    """The device's own certificates. A bundle's OpenSSL looks for them where Debian has them, and Yocto may not."""
    context = ssl.create_default_context()
    places = ssl.get_default_verify_paths()
    if not places.cafile and not places.capath:
        with suppress(OSError):  # then no certificate is trusted, and that is said
            context.load_verify_locations(AUTHORITIES)
    return context
