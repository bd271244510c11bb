"""Whether a dead-man timer can be set for the other slot: what is written to /etc now must be there when it boots."""

from __future__ import annotations

from moducop_tui.model.storage import Overlay, Storage, UpperHome

_HOMES = {
    UpperHome.TMPFS: "/etc keeps its changes in memory, so the other slot will not have the timer",
    UpperHome.OTHER: "/etc keeps its changes elsewhere than on /data, so the other slot may not have the timer",
    UpperHome.UNKNOWN: "where /etc keeps its changes can't be told, so the other slot may not have the timer",
}


def why_no_timer(storage: Storage | None) -> str | None:
    """Why none can be set, in words; None when one can."""
    if storage is None:
        return "the mounts can't be read"
    data = storage.at("/data")
    if data is None or data.read_only:
        return "/data is not mounted" if data is None else "/data is mounted read-only"
    etc = _etc(storage)
    if etc is None:
        return "/etc is no overlay, so the other slot will not have the timer"
    return _HOMES.get(etc.upper_home)


def _etc(storage: Storage) -> Overlay | None:
    return next((overlay for overlay in storage.overlays if overlay.mount_point == "/etc"), None)
