"""The plan that brings an app back to the version which its last update left beside it."""

from __future__ import annotations

from moducop_tui.actions.apps.commands import app_command
from moducop_tui.actions.apps.steps import awaiting, compose_condition
from moducop_tui.actions.scene import Scene
from moducop_tui.model.acts import ControlApp, RestorePrevious, Verb
from moducop_tui.model.apps import App
from moducop_tui.model.plan import Action, Met, Plan, Power, Precondition, Step, Weight


def previous_plan(action: Action, name: str, app: App | None, conditions: list[Precondition], scene: Scene) -> Plan:
    """The plan; `conditions` are those that hold for every app."""
    check = scene.checks.app
    title = f"Back to the version before of app {name}"
    apps = scene.readings.apps.value
    if check is None or check.previous is None or app is None or apps is None:
        return Plan(action, title, (), (*conditions, _none_kept(name, scene)), (), Weight.INTERRUPTS)
    to = check.previous_version or "of unknown version"
    engine = apps.engine
    stop = app_command(check, engine, Verb.STOP, has_containers=True)
    start = app_command(check, engine, Verb.START, has_containers=False, file=check.previous_file)
    conditions += [
        Precondition("the version before is kept", f"{check.previous}: {to}", Met.YES),
        _no_transaction(check.transaction),
        compose_condition(check.compose, start),
    ]
    names = tuple(one.name for one in app.members)
    directory = check.previous.removesuffix("-previous")
    steps = [
        _put_back(name, directory, check.previous),
        Step(f"start {name}", " ".join(start), ControlApp(name, Verb.START, start, engine.endpoint)),
        awaiting((), name, engine, app.members),
    ]
    if names:
        act = ControlApp(name, Verb.STOP, stop, engine.endpoint)
        steps.insert(0, Step(f"stop {name}", " ".join(stop), act, undo="start"))
    return Plan(
        action,
        title,
        (f"Replaces version {app.version or 'unknown'} of {name} by {to}, which the last update left.",),
        tuple(conditions),
        tuple(steps),
        Weight.INTERRUPTS,
        afterwards=(
            f"Mender still believes that {app.version or 'the newer version'} is installed, until the next one.",
        ),
    )


def _put_back(name: str, directory: str, previous: str) -> Step:
    return Step(
        f"put {name}-previous in its place",
        f"mv {directory} aside; mv {previous} {directory}",
        RestorePrevious(name, directory),
        Power.KEEP,
        undo=f"the version now there is kept in {directory.rpartition('/')[0]}/.{name}.aside",
    )


def _none_kept(name: str, scene: Scene) -> Precondition:
    why = scene.checks.app_error or f"no complete directory {name}-previous"
    remedy = f"No version before of {name} is kept on this device: install the artifact of that version."
    return Precondition("the version before is kept", why, Met.NO, remedy)


def _no_transaction(transaction: str | None) -> Precondition:
    words = "no update of it is unresolved"
    if transaction is None:
        return Precondition(words, "no transaction", Met.YES)
    remedy = f"{transaction} holds the backups of an unresolved update: commit or roll that back, delete nothing."
    return Precondition(words, transaction, Met.NO, remedy)
