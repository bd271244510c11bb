"""Sizes, shares and times in words of a fixed, small width. Unknown is `?`, never zero."""

from __future__ import annotations

import time

from moducop_tui.roles import UNKNOWN

_UNITS = ("B", "kB", "MB", "GB", "TB", "PB", "EB")
MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR


def size(count: int | float | None) -> str:
    """Bytes in at most six characters, powers of 1000: `412 kB`, `2.6 GB`."""
    if count is None:
        return UNKNOWN
    number, unit = _scaled(count)
    return f"{number} {unit}"


def size_of(used: int | None, total: int | None) -> str:
    """`2.6 of 5.7 GB`; the first unit is left out where it is the second's."""
    if used is None or total is None:
        return f"{size(used)} of {size(total)}"
    used_number, used_unit = _scaled(used)
    total_number, total_unit = _scaled(total)
    if used_unit == total_unit:
        return f"{used_number} of {total_number} {total_unit}"
    return f"{used_number} {used_unit} of {total_number} {total_unit}"


def _scaled(count: int | float) -> tuple[str, str]:
    value = float(max(0, count))
    unit = 0
    while unit < len(_UNITS) - 1 and round(value) >= 1000:
        value /= 1000
        unit += 1
    if unit and round(value, 1) < 10:
        return f"{value:.1f}", _UNITS[unit]
    return f"{min(value, 9999):.0f}", _UNITS[unit]


def percent(share: float | None) -> str:
    """A share of 0 to 1 in five characters: ` 46 %`. 100 % is only what is full, 0 % only what is empty."""
    if share is None:
        return f"{UNKNOWN:>3} %"
    whole = round(share * 100)
    if share > 0 and whole < 1:
        return " <1 %"
    if share < 1:
        whole = min(whole, 99)
    return f"{min(max(whole, 0), 999):>3} %"


def coarse(seconds: float | None) -> str:
    """A time span in one unit, in at most six characters, that changes seldom: `4 s`, `30 s`, `12 min`, `5 h`, `3 d`.

    Negative spans come of a clock that was set back: nothing can be said then.
    """
    if seconds is None or seconds < 0:
        return UNKNOWN
    if seconds < 10:
        return f"{int(seconds)} s"
    if seconds < MINUTE:
        return f"{int(seconds // 10) * 10} s"
    if seconds < HOUR:
        return f"{int(seconds // MINUTE)} min"
    if seconds < DAY:
        return f"{int(seconds // HOUR)} h"
    return f"{min(int(seconds // DAY), 9999)} d"


def uptime(seconds: float | None) -> str:
    """A long time to the minute: `3 d 04:12`, `4 h 12 min`, `12 min`."""
    if seconds is None or seconds < 0:
        return UNKNOWN
    days, rest = divmod(int(seconds), DAY)
    hours, rest = divmod(rest, HOUR)
    minutes = rest // MINUTE
    if days:
        return f"{days} d {hours:02}:{minutes:02}"
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min"


def follow_zone() -> None:
    """Take over a time zone that was changed since: libc reads it once, and a console may run for weeks."""
    time.tzset()


def clock(realtime: float | None) -> str:
    """The time of day, `10:41:58`, in the device's own time zone."""
    return _formatted(realtime, "%H:%M:%S", 8)


def date_and_clock(realtime: float | None) -> str:
    """Date and time of day, `2026-02-18 10:41:58`, in the device's own time zone."""
    return _formatted(realtime, "%Y-%m-%d %H:%M:%S", 19)


def _formatted(realtime: float | None, pattern: str, width: int) -> str:
    if realtime is None:
        return UNKNOWN.ljust(width)
    try:
        return time.strftime(pattern, time.localtime(realtime))
    except (OverflowError, ValueError, OSError):
        return UNKNOWN.ljust(width)


def count(number: int, one: str, many: str | None = None) -> str:
    """A number with its noun: `1 app`, `3 apps`."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def text_of(value: object) -> str:
    """A fact as text: `?` for what is unknown, `yes` and `no` for what is true or not."""
    if value is None or value == "":
        return UNKNOWN
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
