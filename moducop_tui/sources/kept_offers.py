"""The artifacts that lie on the data partition, where somebody has copied them to or an earlier download left them."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Iterator

from moducop_tui.host import Host
from moducop_tui.model.artifact import Offer
from moducop_tui.model.foreign import clean
from moducop_tui.model.natural_order import natural
from moducop_tui.model.offer_names import is_artifact_name
from moducop_tui.model.places import DOWNLOADS
from moducop_tui.model.reading import Unavailable
from moducop_tui.sources.artifact import read_artifact
from moducop_tui.sources.kept_places import DATA, is_searched
from moducop_tui.sources.offer_memory import within_limit
from moducop_tui.sources.plain_file import open_directory_below

_FILES = 40
_ENTRIES = 5000
_SECONDS = 5.0
"""Limits of the search: artifacts, entries looked at, time."""
_PATH_LIMIT = 1000


def find_kept(host: Host) -> tuple[Offer, ...] | Unavailable:
    """Artifacts in /data, in its directories, and where downloads are kept; by their paths."""
    try:
        paths = sorted(_paths(host, time.monotonic() + _SECONDS), key=lambda found: natural(found[0]))
    except OSError as error:
        return Unavailable(f"{DATA} can't be searched for artifacts: {error.strerror}.")
    return tuple(within_limit(_offer(host, path, size) for path, size in paths[:_FILES]))


def _paths(host: Host, until: float) -> Iterator[tuple[str, int]]:
    """Path on the device and size of every file of that ending. Raises OSError where /data itself can't be read."""
    left = _ENTRIES
    searched: list[tuple[str, ...]] = [(), tuple(DOWNLOADS.removeprefix(f"{DATA}/").split("/"))]
    for number, parts in enumerate(searched):
        try:
            directory = open_directory_below(host, DATA, parts)
        except OSError:
            if number == 0:
                raise
            continue
        try:
            with os.scandir(directory) as entries:
                for entry in entries:
                    left -= 1
                    if left < 0 or time.monotonic() > until:
                        return
                    mode, size = _kind(entry)
                    if stat.S_ISREG(mode) and is_artifact_name(entry.name):
                        yield "/".join((DATA, *parts, entry.name)), size
                    elif stat.S_ISDIR(mode) and not parts and is_searched(entry.name):
                        searched.append((entry.name,))
        finally:
            os.close(directory)


def _kind(entry: os.DirEntry[str]) -> tuple[int, int]:
    """Mode and size of a file itself; zeros of one that has just gone."""
    try:
        status = entry.stat(follow_symlinks=False)
    except OSError:
        return 0, 0
    return status.st_mode, status.st_size


def _offer(host: Host, path: str, size: int) -> Offer:
    if clean(path, _PATH_LIMIT) != path:
        error = "Its name has signs that can't be shown: rename it to install it."
        return Offer(clean(path, _PATH_LIMIT), size, error=error)
    artifact = read_artifact(host, path, listed=True)
    if isinstance(artifact, Unavailable):
        return Offer(path, size, error=artifact.reason)
    return Offer(path, size, artifact=artifact)
