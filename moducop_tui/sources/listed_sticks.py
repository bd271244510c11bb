"""Whether a device is one of the sticks that the console lists. Nothing else is ever opened as a stick."""

from __future__ import annotations

from moducop_tui.config import Config
from moducop_tui.host import Host
from moducop_tui.model.foreign import clean
from moducop_tui.model.media import Media
from moducop_tui.model.reading import Unavailable
from moducop_tui.sources.artifact_place import PlaceError
from moducop_tui.sources.media import MediaSource

_NAME_LIMIT = 60


def no_stick(device: str) -> PlaceError:
    """What is said of every device that is no listed stick, whatever it is, and whether or not there is one."""
    return PlaceError(f"There is no stick {clean(device, _NAME_LIMIT)}: it was pulled out, or never was there.")


def check_is_listed(host: Host, device: str) -> None:
    """Raises PlaceError where the list of sticks does not have a device such as `/dev/sda1`, by this very name."""
    media = listed(host)
    if isinstance(media, Unavailable):
        raise PlaceError(media.reason)
    if device not in {stick.device for stick in media.sticks}:
        raise no_stick(device)


def listed(host: Host) -> Media | Unavailable:
    """The sticks that are plugged in just now."""
    source = MediaSource(Config(), host)
    try:
        return source.read()
    finally:
        source.close()
