"""Where on the data partition artifacts are offered: in /data, in its directories, and where downloads are kept."""

from __future__ import annotations

from moducop_tui.model.offer_names import is_artifact_name, is_for_people
from moducop_tui.model.places import DOWNLOADS

DATA = "/data"
_NOT_SEARCHED = frozenset({"docker", "containers", "mender", "mender-app", "moducop_tui"})
"""Directories that are not for people's files."""
_DOWNLOADS = DOWNLOADS.removeprefix(f"{DATA}/").split("/")
_OVERLAY = "overlay"
"""Names of directories that hold the uppers of overlays begin with it."""


def is_searched(name: str) -> bool:
    """Whether artifacts are looked for in the directory of that name in /data."""
    return is_for_people(name) and name not in _NOT_SEARCHED and not name.startswith(_OVERLAY)


def kept_parts(place: str) -> tuple[str, ...] | None:
    """The names on the way from /data to such a place, the file's own last; None where no artifact is offered there.

    By the names alone: nothing is looked at.
    """
    if not place.startswith(f"{DATA}/"):
        return None
    *directories, name = parts = place.removeprefix(f"{DATA}/").split("/")
    is_here = not directories or directories == _DOWNLOADS or (len(directories) == 1 and is_searched(directories[0]))
    return tuple(parts) if is_here and is_artifact_name(name) else None
