"""Makes the plan of an action on a device: takes the looks that it needs, then asks the plan maker.

Used by the screens (in a thread), by the command line, and by the executor, which makes every plan anew.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from moducop_tui.actions.plans import Need, make_plan, needs
from moducop_tui.actions.scene import Scene
from moducop_tui.config import Config
from moducop_tui.device import Device
from moducop_tui.model.checks import Checks
from moducop_tui.model.plan import Action, ActionKind, Plan
from moducop_tui.model.ports import InspectPort
from moducop_tui.model.reading import Unavailable
from moducop_tui.model.readings import Readings
from moducop_tui.model.slots import SlotName


def prepare(
    device: Device,
    config: Config,
    action: Action,
    readings: Readings,
    gave_up: Callable[[], bool] = lambda: False,
    *,
    listed: bool = False,
) -> Plan:
    """The plan for an action on the device as `readings` have it. May take seconds; changes nothing.

    It is made soon after `gave_up` says that nobody waits for it any more, and is worth nothing then. `listed`: for
    whoever has not the right to act. Of artifacts only those that lists have are looked at then: no server is asked,
    and no other file is opened.
    """
    checks = _look(device.inspect, action, gave_up, listed=listed) if device.inspect is not None else Checks()
    if action.kind is ActionKind.INSTALL and action.detail is None and checks.artifact is not None:
        action = replace(action, detail=checks.artifact.manifest)
    scene = Scene(readings, checks, device.wall_clock(), dead_man=config.dead_man)
    return make_plan(action, scene)


def _look(inspect: InspectPort, action: Action, gave_up: Callable[[], bool], *, listed: bool) -> Checks:
    checks, wanted = Checks(), needs(action)
    if Need.SLOT in wanted and action.subject in tuple(SlotName):
        checks = _noted(checks, "slot", inspect.slot(SlotName(action.subject)))
    if Need.ARTIFACT in wanted and action.place:
        checks = _noted(checks, "artifact", inspect.artifact(action.place, gave_up, listed=listed))
    if Need.APP in wanted and (name := _app_of(action)) is not None:
        checks = _noted(checks, "app", inspect.app(name))
    return replace(checks, free=inspect.free()) if Need.FREE in wanted else checks


def _noted(checks: Checks, field: str, found: object) -> Checks:
    """With what a look found, or with the sentence why it could not be taken."""
    seen: dict[str, Any] = {f"{field}_error": found.reason} if isinstance(found, Unavailable) else {field: found}
    return replace(checks, **seen)


def _app_of(action: Action) -> str | None:
    """The app of `app NAME`; None for a container."""
    kind, _, name = (action.subject or "").partition(" ")
    return name if kind == "app" and name else None
