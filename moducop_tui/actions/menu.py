"""Which actions mean something on the device as it is, best first; and of the others, why not.

A plan that needs no look at the device is made at once, so that what the menu says is what the plan would say.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from moducop_tui.actions.plans import make_plan
from moducop_tui.actions.scene import Scene
from moducop_tui.model.apps import App, AppKind, Container, ContainerState
from moducop_tui.model.phases import Phase
from moducop_tui.model.plan import Action, ActionKind, Plan
from moducop_tui.model.way_out import WayOut, find_ways_out

STOPPED = (ContainerState.EXITED, ContainerState.CREATED, ContainerState.DEAD)
"""States of a container that can be started and not stopped."""
_WAYS_OUT = {
    ActionKind.COMMIT: "Commit",
    ActionKind.CONFIRM: "Confirm a manual trial",
    ActionKind.KEEP: "Keep the running slot",
    ActionKind.RESUME: "Resume",
    ActionKind.ROLLBACK: "Roll back",
    ActionKind.DISARM: "Disarm what boots next",
    ActionKind.REPAIR: "Repair Mender's memory",
}
"""What ends something that is pending, and what it is called while nothing is."""


@dataclass(frozen=True, slots=True)
class Offered:
    """One action of the menu. `sentence` says what it does; where it is not possible now, why."""

    action: Action
    name: str
    sentence: str
    is_possible: bool = True


def offered(scene: Scene, chosen: tuple[App, Container] | None = None) -> tuple[Offered, ...]:
    """The menu. `chosen` are the container under the cursor and its app: what is done with them comes first."""
    ways = [_way_out(way, scene) for way in find_ways_out(scene.readings, scene.wall_now)]
    taken = {one.action for one in ways}
    others = (one for one in _of_slots(scene) if one.action not in taken)
    found = [*(_of_apps(*chosen) if chosen else ()), *ways, *others]
    found.sort(key=lambda one: not one.is_possible)  # keeps the order otherwise
    return tuple(found)


def _way_out(way: WayOut, scene: Scene) -> Offered:
    plan = make_plan(way.action, scene)
    name = plan.title if plan.runs else f"{way.action.words[:1].upper()}{way.action.words[1:]}"
    return Offered(way.action, name, way.sentence)


def _of_slots(scene: Scene) -> Iterator[Offered]:
    yield _install(scene)
    if scene.verdict.booted is not None:
        yield _switch(scene)
    yield _judged(Action(ActionKind.REBOOT), scene, "Reboot")
    yield _judged(Action(ActionKind.POWER_OFF), scene, "Power off")
    for kind, name in _WAYS_OUT.items():
        yield _judged(Action(kind), scene, name)


def _judged(action: Action, scene: Scene, name: str) -> Offered:
    plan = make_plan(action, scene)
    if plan.runs:
        return Offered(action, plan.title, " ".join(plan.summary))
    return Offered(action, name, _why_not(plan), is_possible=False)


def _why_not(plan: Plan) -> str:
    """The first thing that is in the way; all of them are on the plan's own page."""
    first = next(iter(plan.obstacles), None)
    return (first.remedy if first and first.remedy else plan.refusal) or "It means nothing here."


def _install(scene: Scene) -> Offered:
    """Whether an artifact goes onto the device its own plan says, once one is chosen."""
    free = scene.verdict.phase is Phase.IDLE and scene.verdict.agree
    sentence = "Choose an artifact: on a stick, on /data, by path or URL. Its header is shown before anything is done."
    return Offered(Action(ActionKind.INSTALL), "Install an update", sentence if free else _not_now(scene), free)


def _switch(scene: Scene) -> Offered:
    """The other slot is looked at when the plan is opened."""
    other = scene.verdict.booted.other if scene.verdict.booted else None
    action = Action(ActionKind.SWITCH, other.value if other else None)
    free = scene.verdict.phase is Phase.IDLE and scene.verdict.agree
    sentence = f"Boots {other} once, after it was looked at; unless that is confirmed the device comes back by itself."
    return Offered(action, f"Switch to slot {other}", sentence if free else _not_now(scene), free)


def _not_now(scene: Scene) -> str:
    verdict = scene.verdict
    return f"Not now: {verdict.sentence if verdict.agree else ' '.join(verdict.contradictions)}"


def _of_apps(app: App, container: Container) -> Iterator[Offered]:
    """What can be done with the chosen container and with all of its app."""
    name, whole = f"container {container.name}", f"app {app.name}"
    stopped = container.state in STOPPED
    if not stopped:
        yield Offered(Action(ActionKind.RESTART, name), f"Restart {container.name}", "Stops and starts this container.")
    turn = ActionKind.START if stopped else ActionKind.STOP
    yield Offered(Action(turn, name), f"{turn.value.capitalize()} {container.name}", f"Tells this container to {turn}.")
    if app.kind is AppKind.SINGLE:
        return
    for kind in (ActionKind.RESTART, ActionKind.STOP, ActionKind.START):
        sentence = f"Tells all containers of {app.name} to {kind}, in compose's order."
        yield Offered(Action(kind, whole), f"{kind.value.capitalize()} app {app.name}", sentence)
    if app.kind is AppKind.MENDER:
        sentence = f"Brings {app.name} back to the version before, where its last update left one."
        yield Offered(Action(ActionKind.PREVIOUS, whole), f"Version before of {app.name}", sentence)
