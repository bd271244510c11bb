"""What leads on after an action has ended, in sentences; said once the device was read again."""

from __future__ import annotations

from moducop_tui.model.plan import ActionKind
from moducop_tui.model.reading import Topic
from moducop_tui.model.way_out import find_ways_out
from moducop_tui.model.work import Record
from moducop_tui.pages.look import Look

READ_AGAIN_WITHIN = 20.0
"""Seconds after an action's end in which every topic is read again, also on a busy device."""
READING_AGAIN = "What comes next: the device is being read again ..."
_ABOUT_APPS = frozenset({ActionKind.RESTART, ActionKind.STOP, ActionKind.START, ActionKind.PREVIOUS})


def next_words(last: Record, look: Look) -> list[str]:
    """What leads on from here, after an action on slots or updates; what was done to an app leads nowhere else."""
    if last.action.kind in _ABOUT_APPS:
        return []
    if _is_from_before(last, look):
        return [READING_AGAIN]
    ways = find_ways_out(look.readings, look.wall_now)
    return [f"Next: {way.action.words}. {way.sentence}" for way in ways]


def _is_from_before(last: Record, look: Look) -> bool:
    """Whether what is known of the slots is older than the action's end: what led on then may be wrong now."""
    if last.ended_at is None or not 0 <= (since := look.wall_now - last.ended_at) < READ_AGAIN_WITHIN:
        return False
    ages = (look.readings.of(topic).age(look.now) for topic in (Topic.BOOT, Topic.MENDER))
    return any(age is not None and age > since for age in ages)
