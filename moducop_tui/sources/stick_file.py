"""One artifact on a stick by its place, `stick:/dev/sda1:updates/x.mender`."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from moducop_tui.host import Host
from moducop_tui.model.artifact_place import LOCKED, STICK, place_on
from moducop_tui.model.foreign import clean
from moducop_tui.model.offer_names import STICK_DEPTH, is_offered
from moducop_tui.sources.artifact_place import Bytes, PlaceError, called, why_not_listed
from moducop_tui.sources.listed_sticks import check_is_listed
from moducop_tui.sources.stick_session import Stick, open_stick


@contextmanager
def open_stick_file(host: Host, place: str, *, listed: bool = False) -> Iterator[Bytes]:
    """The bytes of that file on a stick that is listed; `listed`: it must be one that is offered. Raises PlaceError."""
    device, colon, path = place.removeprefix(STICK).partition(":")
    if not device or not colon or not path.strip("/"):
        shown = clean(place, 60)
        raise PlaceError(f"{shown} names no file on a stick: it must be like {place_on('/dev/sda1', 'x.mender')}.")
    check_is_listed(host, device)
    if listed and not is_offered(path.strip("/").split("/"), STICK_DEPTH):
        raise PlaceError(LOCKED)
    with open_stick(host, device) as stick:
        yield open_on(stick, path, listed=listed)


def open_on(stick: Stick, path: str, *, listed: bool = False) -> Bytes:
    """A file of an open stick. `listed`: see `artifact_place.why_not_listed`. Raises PlaceError."""
    name = called(path)
    try:
        answer = stick.ask({"open": path.encode("utf-8", "surrogateescape").hex()})
    except UnicodeEncodeError:  # half of a character: no file system has such a name
        answer = {"errno": errno.ENOENT}
    if (number := answer.get("errno")) is not None:
        why = (why_not_listed(number) if listed else None) or stick.why(number)
        raise PlaceError(f"{name} on the stick can't be read: {why}.")
    return Bytes(stick.blocks(name), answer["size"])
