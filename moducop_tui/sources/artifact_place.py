"""Where an artifact is read from: a file, a file on a stick that nobody has mounted, or a web server."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import PurePosixPath

from moducop_tui.host import Host
from moducop_tui.model.artifact_place import LOCKED, STICK, is_url, shown_place
from moducop_tui.model.foreign import clean
from moducop_tui.model.places import STICK as STICK_DIRECTORY
from moducop_tui.sources.artifact_feed import BLOCK
from moducop_tui.sources.plain_file import NotPlainError, open_plain, open_plain_below

DAY = 86400.0
_NAME_LIMIT = 60
_NOT_THERE = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ENAMETOOLONG, errno.EINVAL, errno.EISDIR})


class PlaceError(Exception):
    """An artifact can't be had from there; the text is a sentence for the technician."""


@dataclass(slots=True)
class Bytes:
    """An opened artifact. `size` in bytes, None when the server does not say; `done` counts what was handed out."""

    blocks: Iterator[bytes]
    size: int | None
    done: int = 0

    def counted(self) -> Iterator[bytes]:
        """The blocks, counted as they go. Raises PlaceError."""
        for block in self.blocks:
            self.done += len(block)
            yield block


def called(place: str) -> str:
    """The short name of an artifact in a sentence: the last part of its path, without a URL's question."""
    path = shown_place(place)
    return clean(PurePosixPath(path).name or path, _NAME_LIMIT)


def open_place(
    host: Host, place: str, seconds: float = DAY, gave_up: Callable[[], bool] = lambda: False, *, listed: bool = False
) -> AbstractContextManager[Bytes]:
    """The artifact's bytes from its front, for as long as the `with` lasts. Raises PlaceError.

    A web server has `seconds` for all of it, and only as long as `gave_up` does not say that nobody waits any more.
    `listed`: only what lists of artifacts have, on sticks and on the data partition. Any other place is refused
    before anything of it is touched.
    """
    if is_url(place):
        if listed:
            raise PlaceError(LOCKED)
        return _open_url(place, seconds, gave_up)
    if place.startswith(STICK):
        from moducop_tui.sources.stick_file import open_stick_file

        return open_stick_file(host, place, listed=listed)
    return _open_file(host, place, listed=listed)


@contextmanager
def _open_url(place: str, seconds: float, gave_up: Callable[[], bool]) -> Iterator[Bytes]:
    from moducop_tui.web.loading import open_url
    from moducop_tui.web.trouble import WebError

    try:
        with open_url(place, seconds, gave_up) as content:
            yield Bytes(_from_web(content.blocks), content.size)
    except WebError as error:
        raise PlaceError(str(error)) from None


def _from_web(blocks: Iterator[bytes]) -> Iterator[bytes]:
    from moducop_tui.web.trouble import WebError

    try:
        yield from blocks
    except WebError as error:
        raise PlaceError(str(error)) from None


@contextmanager
def _open_file(host: Host, place: str, *, listed: bool) -> Iterator[Bytes]:
    name = called(place)
    descriptor = _open_listed(host, place, name) if listed else _open_any(host, place, name)
    try:
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_SEQUENTIAL)
        yield Bytes(_blocks(descriptor, name), os.fstat(descriptor).st_size)
    finally:
        os.close(descriptor)


def _open_any(host: Host, place: str, name: str) -> int:
    if not place.startswith("/") or "\0" in place:
        raise PlaceError(f"{name}: give the whole path of the file, from / on, or a URL that begins with https://.")
    try:
        if place.startswith(f"{STICK_DIRECTORY}/"):  # a link would lead away from what nobody can write to
            return open_plain_below(host, STICK_DIRECTORY, place.removeprefix(f"{STICK_DIRECTORY}/").split("/"))
        return open_plain(host, place)
    except (OSError, ValueError) as error:
        raise PlaceError(f"{name} can't be read: {_why(error)}.") from None


def _open_listed(host: Host, place: str, name: str) -> int:
    from moducop_tui.sources.kept_places import DATA, kept_parts

    parts = kept_parts(place)
    if parts is None:
        raise PlaceError(LOCKED)
    try:
        return open_plain_below(host, DATA, parts)
    except (OSError, ValueError) as error:
        why = why_not_listed(error.errno if isinstance(error, OSError) else errno.EINVAL) or _why(error)
        raise PlaceError(f"{name} can't be read: {why}.") from None


def why_not_listed(number: int | None) -> str | None:
    """Before unlocking: the same words whether nothing, a link, a pipe or a directory is there, or a file on the way.

    None for errors that tell nothing of what is there.
    """
    return "there is no such artifact" if number in _NOT_THERE else None


def _why(error: OSError | ValueError) -> str:
    """A name may hold what no file system takes, such as half of a character (ValueError)."""
    if isinstance(error, NotPlainError) or not isinstance(error, OSError):
        return "it is no file"
    return error.strerror or "it can't be opened"


def _blocks(descriptor: int, name: str) -> Iterator[bytes]:
    try:
        while block := os.read(descriptor, BLOCK):
            yield block
    except OSError as error:
        raise PlaceError(f"{name} can't be read to its end: {error.strerror}.") from None
