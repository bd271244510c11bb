"""How a device fares now against how it fared before an update: units, apps, network, journal, clock."""

from __future__ import annotations

from dataclasses import dataclass

from moducop_tui.model.app_rules import app_is_well
from moducop_tui.model.apps import Apps
from moducop_tui.model.log import Log
from moducop_tui.model.natural_order import natural
from moducop_tui.model.readings import Readings
from moducop_tui.model.system import System
from moducop_tui.model.work import Snapshot

SETTLED = 300.0
"""Seconds after the boot from which a clock or a link that is not there yet counts as worse: modems take minutes."""
_MANY_ERRORS = 50
"""Errors in an hour from which more than three times as many as before count as worse.

The hour after an update has a boot in it, and each boot brings some: a false alarm here would give good updates up.
"""


@dataclass(frozen=True, slots=True)
class Comparison:
    """One thing now and before, in words; `before` is None where it was not kept.

    `worse` is None where it can't be told; `worse_words` names what is worse in a few words, for a sentence.
    """

    what: str
    now: str
    before: str | None
    worse: bool | None
    worse_words: str = ""


@dataclass(frozen=True, slots=True)
class Fares:
    """What is kept before an update; None: could not be read. Fields as in `model.work.Snapshot`."""

    failed_units: tuple[str, ...] | None
    apps: int | None
    apps_not_well: tuple[str, ...]
    interfaces_up: tuple[str, ...] | None
    errors: int | None
    clock_synchronised: bool | None


def fares_now(system: System | None, apps: Apps | None, log: Log | None) -> Fares:
    """How the device fares by these readings."""
    return Fares(
        failed_units=None if system is None else system.failed_units,
        apps=None if apps is None else len(apps.apps),
        apps_not_well=() if apps is None else tuple(app.name for app in apps.apps if not app_is_well(app)),
        interfaces_up=None if system is None else interfaces_up(system),
        errors=None if log is None else log.errors_last_hour,
        clock_synchronised=None if system is None else system.clock_synchronised,
    )


def interfaces_up(system: System) -> tuple[str, ...]:
    """Interfaces to the outside with a link."""
    return tuple(one.name for one in system.interfaces if one.up and one.carrier and not one.serves_containers)


def compare(readings: Readings, before: Snapshot | None) -> tuple[Comparison, ...]:
    """All comparisons, in the order in which they are shown."""
    system, apps, log = readings.system.value, readings.apps.value, readings.log.value
    return (
        _units(system, before),
        _apps(apps, before),
        _network(system, before),
        _clock(system, before),
        _journal(log, before),
    )


def _units(system: System | None, before: Snapshot | None) -> Comparison:
    failed = None if system is None else system.failed_units
    kept = None if before is None else before.failed_units
    now = _failed_words(failed)
    if failed is None or kept is None:
        return Comparison("units", now, None if kept is None else str(len(kept)), None)
    new = sorted(set(failed) - set(kept), key=natural)
    words = f"{new[0]} fails" if len(new) == 1 else f"{len(new)} more units fail"
    return Comparison("units", now, str(len(kept)), bool(new), words)


def _failed_words(failed: tuple[str, ...] | None) -> str:
    if failed is None:
        return "not known"
    return "0 failed" if not failed else f"{len(failed)} failed: {', '.join(failed)}"


def _apps(apps: Apps | None, before: Snapshot | None) -> Comparison:
    kept = None
    if before is not None and before.apps is not None and before.apps_well is not None:
        kept = f"{before.apps_well} of {before.apps}"
    if apps is None:
        lost = before is not None and bool(before.apps_well)
        return Comparison("apps", "not read", kept, True if lost else None, "the apps can't be read")
    unwell = [app.name for app in apps.apps if not app_is_well(app)]
    words = f"{len(apps.apps) - len(unwell)} of {len(apps.apps)} well"
    now = words if not unwell else f"{words}, not {', '.join(unwell)}"
    if before is None or kept is None:
        return Comparison("apps", now, None, None)
    new = [name for name in unwell if name not in before.apps_not_well]
    fewer = len(apps.apps) - len(unwell) < (before.apps_well or 0)
    said = f"{new[0]} is not well" if len(new) == 1 else words
    return Comparison("apps", now, kept, bool(new) or fewer, said)


def _network(system: System | None, before: Snapshot | None) -> Comparison:
    up = None if system is None else interfaces_up(system)
    kept = None if before is None else before.interfaces_up
    now = "not known" if up is None else _link_words(up)
    words = None if kept is None else _link_words(kept)
    if up is None or kept is None:
        return Comparison("network", now, words, None)
    lost = ", ".join(name for name in kept if name not in up)
    if lost and _is_young(system):
        return Comparison("network", f"{now}, {lost} not yet", words, None)
    return Comparison("network", now, words, bool(lost), f"{lost} has no link")


def _is_young(system: System | None) -> bool:
    """Whether the boot is so short ago that what is missing may still come."""
    return system is None or system.uptime is None or system.uptime < SETTLED


def _link_words(names: tuple[str, ...]) -> str:
    return f"{', '.join(names)} up" if names else "no link"


def _clock(system: System | None, before: Snapshot | None) -> Comparison:
    synchronised = None if system is None else system.clock_synchronised
    kept = None if before is None else before.clock_synchronised
    words = {True: "synchronised", False: "not synchronised", None: "not known"}
    shown = None if kept is None else words[kept]
    young = _is_young(system)
    worse = None if synchronised is None or kept is None or young else kept and not synchronised
    now = "not synchronised yet" if synchronised is False and young else words[synchronised]
    return Comparison("clock", now, shown, worse, "the clock is not synchronised")


def _journal(log: Log | None, before: Snapshot | None) -> Comparison:
    errors = None if log is None else log.errors_last_hour
    kept = None if before is None else before.errors
    now = "not read" if errors is None else f"{errors} errors in the last hour"
    if errors is None or kept is None:
        return Comparison("journal", now, None if kept is None else str(kept), None)
    worse = errors > max(_MANY_ERRORS, 3 * kept)
    return Comparison("journal", now, str(kept), worse, f"{errors} errors an hour, {kept} before")
