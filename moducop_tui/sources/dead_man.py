"""Reads the dead-man timer: what it is armed for, how long it still waits, and whether it has rebooted the device."""

from __future__ import annotations

from dataclasses import replace

from moducop_tui.host import Host
from moducop_tui.model.dead_man_files import ARMED, FIRED, LIMIT, LINK, parse_armed, parse_fired
from moducop_tui.model.places import DEAD_MAN_CLOCK
from moducop_tui.model.work import DeadMan, Fired
from moducop_tui.trusted import read_bytes


def read_dead_man(host: Host) -> DeadMan | None:
    """The armed timer, with the seconds that it still waits where it runs in this boot; None: none is armed."""
    content = _read(host, ARMED)
    armed = None if content is None else parse_armed(content)
    if armed is None or not _is_installed(host):
        return None
    end, now = _number(_read(host, DEAD_MAN_CLOCK)), _number(_uptime(host))
    if end is None or now is None:
        return replace(armed, seconds_left=None)
    return replace(armed, seconds_left=max(0.0, end - now))


def read_fired(host: Host) -> Fired | None:
    """The reboot that the timer made when it was armed last; None: it made none."""
    content = _read(host, FIRED)
    return None if content is None else parse_fired(content)


def _is_installed(host: Host) -> bool:
    """Whether the next boot starts it; a link of which only the beginning is there starts nothing."""
    return host.exists(LINK)


def _read(host: Host, path: str) -> bytes | None:
    """A record of the timer's own: none that somebody else than root may have made."""
    try:
        return read_bytes(host, path, LIMIT)
    except OSError:
        return None


def _number(content: bytes | None) -> float | None:
    """The first number of a file, in seconds."""
    try:
        return float((content or b"").split()[0])
    except (ValueError, IndexError):
        return None


def _uptime(host: Host) -> bytes | None:
    try:
        return host.read_bytes("/proc/uptime", LIMIT)
    except OSError:
        return None
