"""Starts, stops and restarts an app as a whole, in compose's own order."""

from __future__ import annotations

from moducop_tui.actions.hands.same_engine import AnotherEngine, read_again, read_apps
from moducop_tui.actions.hands.tool import run_tool
from moducop_tui.actions.kit import Kit, Result
from moducop_tui.model.acts import ControlApp, Verb
from moducop_tui.model.app_rules import was_started_again
from moducop_tui.model.apps import Apps, Container, ContainerState
from moducop_tui.model.reading import Unavailable

PATIENCE = 300.0
"""Seconds for compose: containers stop one after the other, and the images of the version before may be large."""
_STOPPED = (ContainerState.EXITED, ContainerState.CREATED, ContainerState.DEAD)


def control_app(act: ControlApp, kit: Kit) -> Result:
    """Tell compose, then look at the app's containers again."""
    before = _containers(kit, act)
    if (why_not := _why_not(act, before)) is not None:
        return Result(good=False, sentence=f"{act.app} was not touched: {why_not}")
    ran = run_tool(act.argv, PATIENCE, kit)
    if act.otherwise and ran.exit_code:
        ran = run_tool(act.otherwise, PATIENCE, kit).after(ran)
    read = read_again(kit, act.endpoint, lambda apps: not ran.well or _is_done(act, before, _members(apps, act)))
    after = read if isinstance(read, Unavailable) else _members(read, act)
    if isinstance(after, Unavailable):
        return ran.result(good=False, sentence=f"What became of {act.app} can't be told: {after.reason}")
    running = _running(after)
    count = f"{len(running)} of {len(after)} containers of {act.app} run"
    if not ran.well:
        return ran.result(
            good=False, sentence=f"Compose could not {act.verb.value} {act.app}, {ran.complaint} Now {count}."
        )
    if act.verb is Verb.STOP:
        return ran.result(good=not running, sentence=f"{count}.")
    untouched = _untouched(before, running) if act.verb is Verb.RESTART else []
    if untouched:
        return ran.result(good=False, sentence=f"{count}, but {untouched[0].name} was not started again.")
    return ran.result(good=bool(after), sentence=f"{count}.")


def _why_not(act: ControlApp, before: tuple[Container, ...] | Unavailable) -> str | None:
    """A sentence where this is not the app of the plan. An engine that only does not answer may still do it."""
    if isinstance(before, AnotherEngine):
        return before.reason
    if before == () and act.verb is not Verb.START:
        return "it has no container any more."
    return None


def _containers(kit: Kit, act: ControlApp) -> tuple[Container, ...] | Unavailable:
    apps = read_apps(kit, act.endpoint)
    if isinstance(apps, Unavailable):
        return apps
    return _members(apps, act)


def _members(apps: Apps, act: ControlApp) -> tuple[Container, ...]:
    return next((one.members for one in apps.apps if one.name == act.app), ())


def _is_done(act: ControlApp, before: tuple[Container, ...] | Unavailable, after: tuple[Container, ...]) -> bool:
    running = _running(after)
    if act.verb is Verb.STOP:
        return not running
    return bool(after) and not (act.verb is Verb.RESTART and _untouched(before, running))


def _running(containers: tuple[Container, ...]) -> list[Container]:
    return [one for one in containers if one.state not in _STOPPED]


def _untouched(before: tuple[Container, ...] | Unavailable, running: list[Container]) -> list[Container]:
    """Containers that run since before the restart: compose says that all went well also when it left one alone."""
    if isinstance(before, Unavailable):
        return []
    known = {one.id: one for one in before}
    return [one for one in running if one.id in known and not was_started_again(known[one.id], one)]
