"""Starts, stops and restarts a container through the engine's own program."""

from __future__ import annotations

from moducop_tui.actions.hands.same_engine import read_again, read_apps
from moducop_tui.actions.hands.tool import Ran, run_tool
from moducop_tui.actions.kit import Kit, Result
from moducop_tui.model.acts import ControlContainer, Verb
from moducop_tui.model.app_rules import condition, was_started_again
from moducop_tui.model.apps import Apps, Container, ContainerState
from moducop_tui.model.reading import Unavailable

PATIENCE = 90.0
"""Seconds for the engine: it gives a container 10 s to stop, compose files ask for more."""
_LIVE = (ContainerState.RUNNING, ContainerState.PAUSED, ContainerState.RESTARTING)


def control_container(act: ControlContainer, kit: Kit) -> Result:
    """Tell the engine, then look at the container again: the engine's word alone is not believed."""
    apps = read_apps(kit, act.endpoint)
    if isinstance(apps, Unavailable):
        return Result(good=False, sentence=f"{act.name} was not touched: {apps.reason}")
    before = _found(apps, act)
    if before is None:
        return Result(
            good=False, sentence=f"{act.name} was not touched: this container is gone, another may have its name."
        )
    ran = run_tool(act.argv, PATIENCE, kit)
    after = read_again(kit, act.endpoint, lambda apps: not ran.well or _is_done(act, before, _found(apps, act)))
    if isinstance(after, Unavailable):
        return ran.result(good=False, sentence=f"What became of {act.name} can't be told: {after.reason}")
    return _judged(act, before, _found(after, act), kit.wall_clock(), ran)


def _is_done(act: ControlContainer, before: Container, after: Container | None) -> bool:
    if after is None or act.verb is Verb.STOP:
        return after is None or after.state not in _LIVE
    started_again = act.verb is Verb.START or was_started_again(before, after)
    return started_again and (after.state in _LIVE or after.finished_at != before.finished_at)


def _found(apps: Apps, act: ControlContainer) -> Container | None:
    """By its id: a name may have passed to another container since the plan was made."""
    return next((one for one in apps.containers if one.id == act.id), None)


def _judged(act: ControlContainer, before: Container, after: Container | None, now: float, ran: Ran) -> Result:
    if after is None:
        return ran.result(good=False, sentence=f"{act.name} is gone: somebody removed it meanwhile.")
    words = condition(after, now)
    if _is_done(act, before, after):
        return ran.result(good=True, sentence=f"{act.name}: {words}.")
    engine = "The engine did not do it" if ran.well else "It failed"
    return ran.result(good=False, sentence=f"{act.name} is {words}. {engine}, {ran.complaint}")
