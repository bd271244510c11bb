"""What a piece of text means. Screens turn a role into a colour; the mark says the same where there is none."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """The meaning of a span. Meaning is never by colour alone: see `MARKS`."""

    TEXT = "text"
    OK = "ok"
    WARN = "warn"
    BAD = "bad"
    DIM = "dim"
    """Of less weight: evidence, units."""
    RULE = "rule"
    """The frame: rules and borders of `-`, `|` and `+`, which become lines where a terminal has them."""
    EDGE = "edge"
    """The same around a box, in the terminal's own ink: colour would cost more there than the box."""
    KEY = "key"
    """A key that can be pressed, or the name of what it reaches."""
    TITLE = "title"
    """The name of a panel, the booted slot: what the eye looks for first."""
    CURSOR = "cursor"
    """The row that the next key acts on."""
    FOUND = "found"
    """The words that a search found."""
    HEAD = "head"
    """The bar at the top, which says what device this is."""
    HEAD_TITLE = "head title"
    """The device's name in it, and keys."""
    ALERT = "alert"
    """A warning that must be seen before all else: in the bars at the top, and counted at the foot."""
    ALARM = "alarm"
    """The same of what is bad."""
    DEMO = "demo"
    """The sign that nothing on the screen is real."""


MARKS: dict[Role, str] = {Role.WARN: "!", Role.BAD: "x", Role.CURSOR: ">"}
"""The mark at the left edge of a row, one character; a blank for all other roles."""

STALE_MARK = "~"
"""The mark of a value that the last attempt could not renew."""
UNKNOWN = "?"
"""What stands where a value could not be read. Never a zero."""


def mark(role: Role) -> str:
    """The one-character mark of a role, a blank where it has none."""
    return MARKS.get(role, " ")
