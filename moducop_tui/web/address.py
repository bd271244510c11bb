"""Where a URL leads, and where a server may send on to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from moducop_tui.model.artifact_place import is_url, shown_place
from moducop_tui.model.foreign import clean
from moducop_tui.web.trouble import WebError

LENGTH_LIMIT = 8000
"""Characters of a URL; servers take no longer ones."""
_HOST = re.compile(r"[a-z0-9._-]+|[0-9a-f:.]+(%[a-z0-9._-]+)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Address:
    """`request` is what the server is asked for: path and question."""

    url: str
    is_secure: bool
    host: str
    port: int
    request: str

    @property
    def words(self) -> str:
        """The server's name in a sentence."""
        return clean(self.host, 60)

    @property
    def host_header(self) -> str:
        """The server as HTTP names it."""
        host = f"[{self.host.partition('%')[0]}]" if ":" in self.host else self.host
        return host if self.port == _usual_port(secure=self.is_secure) else f"{host}:{self.port}"


def address_of(url: str) -> Address:
    """Raises WebError, which never repeats what may be secret."""
    nothing = WebError(f"{clean(shown_place(url), 60)} is no URL.")
    if not is_url(url) or not url.isascii() or not url.isprintable() or " " in url or len(url) > LENGTH_LIMIT:
        raise nothing
    try:
        parts = urlsplit(url)
        host, port, secure = parts.hostname, parts.port, parts.scheme.lower() == "https"
    except ValueError:
        raise nothing from None
    if not host or not _HOST.fullmatch(host):
        raise nothing
    if parts.username is not None or parts.password is not None:
        raise WebError("A URL with a user name or a password in it is not used: take one with a token behind a `?`.")
    request = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Address(url, secure, host, _usual_port(secure=secure) if port is None else port, request)


def next_address(here: Address, location: str | None) -> Address:
    """Where a server sends on to. Raises WebError."""
    try:
        url = urljoin(here.url, location or "")
    except ValueError:
        url = ""
    if not location or not is_url(url):
        raise WebError(f"{here.words} sends to a place that is no web server.")
    try:
        there = address_of(url)
    except WebError:
        raise WebError(f"{here.words} sends on to {clean(shown_place(url), 60)}, which can't be used.") from None
    if here.is_secure and not there.is_secure:
        raise WebError(f"{here.words} sends on to a place that is not encrypted; that is not followed.")
    return there


def _usual_port(*, secure: bool) -> int:
    return 443 if secure else 80
