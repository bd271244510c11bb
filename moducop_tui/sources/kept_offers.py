"""The artifacts that lie on the data partition, where somebody has copied them to or an earlier download left them."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import PurePosixPath

from moducop_tui.host import Host
from moducop_tui.model.artifact import Offer
from moducop_tui.model.foreign import clean
from moducop_tui.model.places import DOWNLOADS
from moducop_tui.model.reading import Unavailable
from moducop_tui.sources.artifact import read_artifact

DATA = "/data"
_ENDING = ".mender"
_NOT_SEARCHED = frozenset({"docker", "containers", "mender", "mender-app", "lost+found", "moducop_tui"})
"""Directories that are not for people's files."""
_OVERLAY = "overlay"
"""Names of directories that hold the uppers of overlays begin with it."""
_FILES = 40
_ENTRIES = 5000
_SECONDS = 5.0
"""Limits of the search: artifacts, entries looked at, time."""
_PATH_LIMIT = 1000


def find_kept(host: Host) -> tuple[Offer, ...] | Unavailable:
    """Artifacts in /data, in its directories, and where downloads are kept; by their paths."""
    try:
        paths = sorted(_paths(host, time.monotonic() + _SECONDS))
    except OSError as error:
        return Unavailable(f"{DATA} can't be searched for artifacts: {error.strerror}.")
    return tuple(_offer(host, path, size) for path, size in paths[:_FILES])


def _paths(host: Host, until: float) -> Iterator[tuple[str, int]]:
    """Path on the device and size of every file of that ending. Raises OSError where /data itself can't be read."""
    left = _ENTRIES
    searched = [DATA, DOWNLOADS]
    for number, directory in enumerate(searched):
        try:
            entries = os.scandir(host.path(directory))
        except OSError:
            if number == 0:
                raise
            continue
        with entries:
            for entry in entries:
                left -= 1
                if left < 0 or time.monotonic() > until:
                    return
                path = str(PurePosixPath(directory, entry.name))
                if entry.name.endswith(_ENDING) and entry.is_file(follow_symlinks=False):
                    yield path, entry.stat(follow_symlinks=False).st_size
                elif directory == DATA and _is_for_people(entry):
                    searched.append(path)


def _is_for_people(entry: os.DirEntry[str]) -> bool:
    name = entry.name
    if name in _NOT_SEARCHED or name.startswith((".", _OVERLAY)):
        return False
    return entry.is_dir(follow_symlinks=False)


def _offer(host: Host, path: str, size: int) -> Offer:
    if clean(path, _PATH_LIMIT) != path:
        error = "Its name has signs that can't be shown: rename it to install it."
        return Offer(clean(path, _PATH_LIMIT), size, error=error)
    artifact = read_artifact(host, path)
    if isinstance(artifact, Unavailable):
        return Offer(path, size, error=artifact.reason)
    return Offer(path, size, artifact=artifact)
