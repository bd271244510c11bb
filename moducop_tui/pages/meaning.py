"""Which keys mean something on the device as it is: a bar of keys that all end in a refusal helps nobody."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from moducop_tui.model.phases import Phase
from moducop_tui.model.plan import Action, ActionKind
from moducop_tui.model.readings import Readings
from moducop_tui.model.verdict import judge_boot
from moducop_tui.model.way_out import ways_out
from moducop_tui.pages.look import Look

_KEEPING = frozenset({ActionKind.COMMIT, ActionKind.CONFIRM, ActionKind.KEEP, ActionKind.RESUME})
_GIVING_UP = frozenset({ActionKind.ROLLBACK, ActionKind.REPAIR})
COMMIT, ROLLBACK, DISARM = "ask_commit", "ask_rollback", "ask_disarm"
"""The actions of the keys `c`, `r` and `d`; what each leads to depends on where the device stands."""
KEYS: Mapping[str, str] = MappingProxyType({COMMIT: "c", ROLLBACK: "r", DISARM: "d"})


def key_action(way: Action, phase: Phase) -> str | None:
    """The action of the key that leads to this way out; None where only the menu does."""
    if way.kind in _KEEPING:
        return COMMIT
    if way.kind in _GIVING_UP or (way.kind is ActionKind.REBOOT and phase is Phase.MANUAL_TRIAL):
        return ROLLBACK
    return DISARM if way.kind is ActionKind.DISARM else None


def way_of(action: str, readings: Readings, wall_now: float) -> Action | None:
    """Where a key leads to now: the first way out that it stands for."""
    phase = judge_boot(readings.slots.value, readings.boot.value, readings.mender.value).phase
    return next((way for way in ways_out(readings, wall_now) if key_action(way, phase) == action), None)


def means_nothing(action: str, look: Look) -> bool:
    """Whether a key's plan would only say why not. The key works all the same, and says it."""
    if action == "ask_switch":
        return look.verdict.phase is not Phase.IDLE or not look.verdict.agree
    if action == "ask_cancel":
        work = look.readings.work.value
        return work is None or work.running is None or not work.running.can_cancel
    return action in KEYS and way_of(action, look.readings, look.wall_now) is None
