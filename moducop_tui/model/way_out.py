"""The actions that lead on from where a device stands, best first: what menus and the command line offer.

From the state machine of the device facts (2.4) and from what helps each client after an interruption (2.3). General
actions, which are no way out of anything (install, switch, restart), are not among them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from moducop_tui.model.app_rules import app_is_well
from moducop_tui.model.apps import App
from moducop_tui.model.generation import Generation, generation_of
from moducop_tui.model.ledger import Known
from moducop_tui.model.memory_match import memory_is_true
from moducop_tui.model.mender import Mender, PendingUpdate, version_key
from moducop_tui.model.phases import BEFORE_COMMIT, BEFORE_INSTALL, CLEANUP, COMMIT_DONE, INSTALL, Phase
from moducop_tui.model.plan import Action, ActionKind
from moducop_tui.model.readings import Readings
from moducop_tui.model.slots import SlotName
from moducop_tui.model.update_verdict import judge_update
from moducop_tui.model.verdict import BootVerdict, judge_boot

_COMMITTED = COMMIT_DONE | {CLEANUP}
_ONLY_RESUMED = frozenset({"ArtifactFailure_Enter", CLEANUP})
_CLIENTS_WITHOUT_STEPS = frozenset({Generation.GO, Generation.CPP4})
_APP = "app"


@dataclass(frozen=True, slots=True)
class WayOut:
    """An action and what it brings about, in a sentence."""

    action: Action
    sentence: str


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the device stands."""

    readings: Readings
    verdict: BootVerdict
    now: float

    @property
    def mender(self) -> Mender | None:
        return self.readings.mender.value

    @property
    def pending(self) -> PendingUpdate | None:
        return None if self.mender is None else self.mender.pending

    @property
    def step(self) -> str | None:
        return None if self.pending is None else self.pending.in_state

    @property
    def here(self) -> str:
        return self.verdict.booted or "the running slot"

    @property
    def there(self) -> str:
        return self.verdict.booted.other if self.verdict.booted else "the other slot"

    @property
    def next(self) -> SlotName | None:
        return self.verdict.next_boot

    @property
    def armed(self) -> bool:
        boot = self.readings.boot.value
        return boot is not None and boot.upgrade_available == 1


def ways_out(readings: Readings, now: float = 0.0) -> tuple[Action, ...]:
    """The actions alone. `now` in seconds since the epoch, for how the device fares since an update."""
    return tuple(way.action for way in find_ways_out(readings, now))


def find_ways_out(readings: Readings, now: float = 0.0) -> tuple[WayOut, ...]:
    """The actions that mean something now, best first; none where nothing has to be done, or nothing can be."""
    verdict = judge_boot(readings.slots.value, readings.boot.value, readings.mender.value)
    if not verdict.agree:
        return ()
    place = _Place(readings, verdict, now)
    if _noted_by_another(place):
        sentence = f"{place.here} can't read what its other slot's client noted; back in {place.there} that one can."
        return (WayOut(Action(ActionKind.REBOOT), sentence),)
    find = _BY_PHASE.get(verdict.phase)
    return tuple(WayOut(*found) for found in find(place)) if find is not None else ()


_Found = Iterator[tuple[Action, str]]


def _noted_by_another(place: _Place) -> bool:
    """A client that notes no steps can't read what one that does has noted: after an update across generations."""
    return place.step is not None and generation_of(place.mender) in _CLIENTS_WITHOUT_STEPS


def _idle(place: _Place) -> _Found:
    apps = place.readings.apps.value
    for app in apps.apps if apps is not None else ():
        sentence = _left_behind(app, place.mender)
        if sentence is not None:
            yield Action(ActionKind.REPAIR, f"app {app.name}"), sentence
    if _memory_can_be_repaired(place):
        yield (
            Action(ActionKind.REPAIR),
            f"Has Mender believe what runs in {place.here}: its memory names another image.",
        )


def _left_behind(app: App, mender: Mender | None) -> str | None:
    """What repairing would put right: half of its directories, or a version that is not well and not Mender's.

    The second may come of an update that was cut short, or of a way back to the version before: nothing tells which.
    """
    if app.manifest_error is not None:
        return f"Puts right what an interrupted update of {app.name} left behind."
    believed = None if mender is None else dict(mender.provides).get(version_key(app.name))
    if believed is None or app.version in (None, believed) or app_is_well(app):
        return None
    return f"{app.name} {app.version} is there and not well, and Mender knows {believed}: makes them agree, if it can."


def _memory_can_be_repaired(place: _Place) -> bool:
    mender, slots, booted = place.mender, place.readings.slots.value, place.verdict.booted
    slot = None if slots is None or booted is None else slots.slot(booted)
    if mender is None or slot is None or memory_is_true(mender, slot.image) is not False:
        return False
    knows = generation_of(mender) in (Generation.CPP4, Generation.CPP5)
    named = slot.image is not None and slot.image.artifact_name is not None
    return knows and named and mender.protected is False and mender.device_type is not None


def _staged(place: _Place) -> _Found:
    yield Action(ActionKind.RESUME), f"Activates what is written: the next boot tries {place.there}, once."
    yield Action(ActionKind.ROLLBACK), f"Drops the update: {place.here} stays."


def _installed(place: _Place) -> _Found:
    reboot = Action(ActionKind.REBOOT), f"Boots {place.there} to try it; it comes back unless that is committed."
    back = Action(ActionKind.ROLLBACK), f"Drops the update before it is tried: {place.here} boots next."
    yield from (back, reboot) if _is_distrusted(place) else (reboot, back)


def _is_distrusted(place: _Place) -> bool:
    """The ledger says that what is in the slot was not written to its end, or is not what it must be."""
    work = place.readings.work.value
    return work is not None and place.next is not None and work.ledger.of(place.next).known is Known.WRITING


def _trial(place: _Place) -> _Found:
    work = place.readings.work.value
    verdict = judge_update(place.readings, None if work is None else work.before, place.now)
    keep = Action(ActionKind.COMMIT), f"Keeps {place.here}: it boots from now on."
    back = Action(ActionKind.ROLLBACK), f"Gives {place.here} up and reboots into {place.there}."
    yield from (back, keep) if verdict is not None and verdict.is_worse else (keep, back)


def _install_cut(place: _Place) -> _Found:
    yield Action(ActionKind.ROLLBACK), f"Tidies up after the install that was cut short: {_lasting(place)} stays."


def _fell_back(place: _Place) -> _Found:
    yield Action(ActionKind.ROLLBACK), f"Has Mender drop the update that was not kept: {place.here} stays."


def _commit_cut(place: _Place) -> _Found:
    if place.step in _COMMITTED:
        yield Action(ActionKind.RESUME), f"Ends the commit that was cut short: {place.here} stays."
        return
    yield Action(ActionKind.KEEP), f"Keeps {place.here}, although Mender by itself would now give it up."
    if place.armed:
        yield Action(ActionKind.ROLLBACK), f"Gives {place.here} up and reboots into {place.there}."


def _rollback_cut(place: _Place) -> _Found:
    kind = ActionKind.RESUME if place.step in _ONLY_RESUMED else ActionKind.ROLLBACK
    yield Action(kind), f"Ends the rollback that was cut short: {_lasting(place)} stays."


def _lasting(place: _Place) -> str:
    """The slot on which the device ends up."""
    if not place.armed:
        return place.next or "the slot that boots next"
    return place.verdict.falls_back_to or "the slot before"


def _rolled_back_waiting(place: _Place) -> _Found:
    yield Action(ActionKind.REBOOT), f"Reboots into {place.there}, which boots next for good."
    yield Action(ActionKind.DISARM), f"Stays on {place.here} instead."


def _manual_trial(place: _Place) -> _Found:
    yield Action(ActionKind.CONFIRM), f"Keeps {place.here}: it boots from now on."
    yield Action(ActionKind.REBOOT), f"Returns to {place.there}: the trial of {place.here} ends."


def _manual_armed(place: _Place) -> _Found:
    target = place.next or "the slot that is armed"
    yield Action(ActionKind.REBOOT), f"Boots {target} to try it; it comes back unless that is confirmed."
    yield Action(ActionKind.DISARM), f"Takes the switch back: {place.here} stays."


def _app_pending(place: _Place) -> _Found:
    mender, pending = place.mender, place.pending
    if mender is None or pending is None:
        return
    name = pending.app or pending.artifact_name or "the update"
    if _was_cut(mender, pending):
        repaired = _APP in pending.payload_types and pending.app is not None
        if repaired:
            sentence = f"Has Mender forget the update of {name} that was cut short, and makes the app whole."
            yield Action(ActionKind.REPAIR, f"app {pending.app}"), sentence
        elif generation_of(mender) is Generation.CPP5:
            yield Action(ActionKind.RESUME), f"Has Mender end the update of {name} that was cut short."
        return
    if pending.in_state == BEFORE_INSTALL:
        yield Action(ActionKind.RESUME), f"Installs {name}, which is loaded already."
    else:
        yield Action(ActionKind.COMMIT), f"Keeps {name} as it is now."
    if _APP not in pending.payload_types or mender.app_rollback is not False:
        yield Action(ActionKind.ROLLBACK), f"Gives the update of {name} up."


def _was_cut(mender: Mender, pending: PendingUpdate) -> bool:
    """Whether it did not come to its end. Without a noted step only a module that commits by itself tells: it was."""
    if pending.in_state is None:
        return _APP in pending.payload_types and not mender.app_rollback
    return pending.in_state == INSTALL or pending.in_state not in {BEFORE_INSTALL, BEFORE_COMMIT}


_BY_PHASE: Mapping[Phase, Callable[[_Place], _Found]] = MappingProxyType(
    {
        Phase.IDLE: _idle,
        Phase.STAGED: _staged,
        Phase.INSTALLED: _installed,
        Phase.TRIAL: _trial,
        Phase.INSTALL_CUT: _install_cut,
        Phase.FELL_BACK: _fell_back,
        Phase.COMMIT_CUT: _commit_cut,
        Phase.ROLLBACK_CUT: _rollback_cut,
        Phase.ROLLED_BACK_WAITING: _rolled_back_waiting,
        Phase.MANUAL_TRIAL: _manual_trial,
        Phase.MANUAL_ARMED: _manual_armed,
        Phase.APP_PENDING: _app_pending,
    }
)
"""AT_WORK, BROKEN and UNKNOWN have none: wait, or ask for help."""
