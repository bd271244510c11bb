"""With which screen the console opens: what runs now, or what waits for a person's word, comes before Overview."""

from __future__ import annotations

from moducop_tui.keymap import Place
from moducop_tui.model.reading import Topic
from moducop_tui.model.readings import Readings
from moducop_tui.model.update_verdict import judge_update
from moducop_tui.model.verdict import Phase, judge_boot

_NEEDED = (Topic.SLOTS, Topic.BOOT, Topic.MENDER, Topic.WORK, Topic.SYSTEM)
_SILENT = frozenset({Phase.IDLE, Phase.UNKNOWN, Phase.AT_WORK, Phase.BROKEN})
"""Phases in which nobody is asked anything."""


class Opening:
    """Decides once a boot: a simulated device boots while the console runs. Its visitor sees Overview first."""

    def __init__(self, *, simulated: bool) -> None:
        self._simulated = simulated
        self._decided_in: str | None = None
        """The boot for which it was decided; empty while its id is not known."""

    def elsewhere(self, readings: Readings, wall_now: float, *, key_pressed: bool) -> Place | None:
        """The screen to go to now; None: the one that is shown stays. Who has pressed a key is not led away."""
        system = readings.system.value
        boot_id = (system.boot_id if system else None) or ""
        before, first = self._decided_in, self._decided_in is None
        if not first and boot_id in ("", before):
            return None
        place = opening_place(readings, wall_now)
        if place is None:
            return None
        self._decided_in = boot_id
        stays = (self._simulated or key_pressed) if first else not before
        return None if stays or place is Place.OVERVIEW else place


def opening_place(readings: Readings, wall_now: float) -> Place | None:
    """The place; None while that can't be told, because a reading that it depends on is still to come."""
    needed = [readings.of(topic) for topic in _NEEDED]
    if any(one.is_stale or (one.value is None and one.error is None) for one in needed):
        return None
    work = readings.work.value
    if work is not None and work.running is not None:
        return Place.WORK
    verdict = judge_boot(readings.slots.value, readings.boot.value, readings.mender.value)
    waits = verdict.phase not in _SILENT or judge_update(readings, work.before if work else None, wall_now) is not None
    return Place.UPDATE if waits else Place.OVERVIEW
