"""How the place of an artifact is written: a path, `stick:/dev/sda1:updates/x.mender`, or a URL."""

from __future__ import annotations

STICK = "stick:"
"""What the place of a file on a stick that nobody has mounted begins with."""
_URLS = ("http://", "https://")


def is_url(place: str) -> bool:
    """Whether the place is on a web server."""
    return place.lower().startswith(_URLS)


def place_on(device: str, path: str) -> str:
    """The place of a file on a stick; `path` is relative to its root."""
    return f"{STICK}{device}:{path}"
