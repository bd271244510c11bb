"""How the place of an artifact is written: a path, `stick:/dev/sda1:updates/x.mender`, or a URL."""

from __future__ import annotations

import re

STICK = "stick:"
"""What the place of a file on a stick that nobody has mounted begins with."""
LOCKED = "While acting is locked, only what is listed on sticks and on /data is looked at: no other path, and no URL."
"""What is said to whoever names another place without the right to act, whether or not there is anything."""
_URLS = ("http://", "https://")
_ANY_URL = re.compile(r"\s*([A-Za-z][A-Za-z0-9+.-]*)://([^?#]*)")
_PARAMETERS = re.compile(r";[^/]*")
_MISTYPED = re.compile(r"(?:[^?#;]*@)?([^?#;]*)", re.DOTALL)
_SERVER = re.compile(r"(\[[^\]]*\]|[^:]*)(:[0-9]*)?")


def is_url(place: str) -> bool:
    """Whether the place is on a web server."""
    return place.lower().startswith(_URLS)


def is_secure(place: str) -> bool:
    """Whether nobody on the way can change what is read."""
    return place.lower().startswith("https://")


def shown_place(place: str) -> str:
    """The place as it may be shown and kept: of a URL scheme, server and path.

    What gives the right to load it is often a part of the rest: a question, a fragment, parameters of the path, a name
    and a password before the server. So it is in what was meant as a URL: neither a path nor on a stick.
    """
    url = _ANY_URL.match(place)
    if url is None:
        meant = None if place.startswith(("/", STICK)) else _MISTYPED.match(place)
        return place if meant is None else meant[1]
    server, slash, path = url[2].partition("/")
    _, at, server = server.rpartition("@")
    if not _SERVER.fullmatch(server) or (at and "@" in path):  # the end of a password may stand behind it
        return f"{url[1]}://..."
    return f"{url[1]}://{server}{slash}{_PARAMETERS.sub('', path)}"


def place_on(device: str, path: str) -> str:
    """The place of a file on a stick; `path` is relative to its root."""
    return f"{STICK}{device}:{path}"
