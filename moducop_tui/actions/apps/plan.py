"""Plans for containers and apps: restart, stop, start, and back to the version before."""

from __future__ import annotations

from moducop_tui.actions.apps.commands import anew_command, app_command, container_command
from moducop_tui.actions.apps.previous import previous_plan
from moducop_tui.actions.apps.steps import awaiting, compose_condition, engine_conditions, room_conditions
from moducop_tui.actions.conditions import nobody_else, read_just_now
from moducop_tui.actions.scene import Scene
from moducop_tui.model.acts import ControlApp, ControlContainer, Verb
from moducop_tui.model.app_rules import condition, is_well
from moducop_tui.model.apps import App, AppKind, Container, ContainerState
from moducop_tui.model.plan import Action, ActionKind, Met, Plan, Precondition, Step, Weight
from moducop_tui.model.reading import Topic

_VERBS = {ActionKind.RESTART: Verb.RESTART, ActionKind.STOP: Verb.STOP, ActionKind.START: Verb.START}
_STOPPED = (ContainerState.EXITED, ContainerState.CREATED, ContainerState.DEAD)


def make_plan(action: Action, scene: Scene) -> Plan:
    """The plan for `container NAME` or `app NAME`."""
    kind, _, name = (action.subject or "").partition(" ")
    apps = scene.readings.apps.value
    conditions = [*read_just_now(scene.readings, {Topic.APPS: "container engine"}), nobody_else(scene)]
    conditions += engine_conditions(apps)
    if action.kind in (ActionKind.RESTART, ActionKind.PREVIOUS):
        conditions += room_conditions(scene.readings.storage.value)
    if kind not in ("container", "app"):
        return _without_subject(action)
    if apps is None:  # whether there is one of that name can't be told
        title = f"{action.words[:1].upper()}{action.words[1:]}"
        return Plan(action, title, (), tuple(conditions), (), _weight(action.kind))
    if kind == "container":
        return _container_plan(action, name, conditions, scene)
    app = next((one for one in apps.apps if one.name == name), None)
    if action.kind is ActionKind.PREVIOUS:
        return previous_plan(action, name, app, conditions, scene)
    return _app_plan(action, name, app, conditions, scene)


def _without_subject(action: Action) -> Plan:
    remedy = f"Say what to {action.kind.value}: `container NAME` or `app NAME`."
    missing = Precondition("a container or an app is named", "none", Met.NO, remedy)
    return Plan(action, action.words.capitalize(), (), (missing,), (), _weight(action.kind))


def _weight(kind: ActionKind) -> Weight:
    """Stopping takes a service away; a restart brings it back by itself."""
    return Weight.INTERRUPTS if kind in (ActionKind.STOP, ActionKind.PREVIOUS) else Weight.LIGHT


def _container_plan(action: Action, name: str, conditions: list[Precondition], scene: Scene) -> Plan:
    verb, apps = _VERBS.get(action.kind), scene.readings.apps.value
    container = next((one for one in (apps.containers if apps else ()) if one.name == name), None)
    title = f"{action.kind.value.capitalize()} container {name}"
    if container is None or verb is None or apps is None:
        remedy = f"There is no container {name} on this device: look at Apps for the names."
        if verb is None:
            remedy = "Only an app as a whole can go back to the version before."
        absent = Precondition(f"container {name} is there", "not found", Met.NO, remedy)
        return Plan(action, title, (), (*conditions, absent), (), _weight(action.kind))
    argv = container_command(apps.engine, verb, container.id)
    act = ControlContainer(container.id, container.name, verb, argv, apps.engine.endpoint)
    steps = [Step(f"{verb.value} {container.name}", " ".join(argv), act, undo=_undo_of(verb))]
    if verb is not Verb.STOP:
        steps.append(awaiting((container.name,), None, apps.engine, (container,)))
    now = condition(container, scene.wall_now)
    return Plan(
        action,
        title,
        (_container_sentence(container, verb, now),),
        (*conditions, _state_condition(container, verb, now)),
        tuple(steps),
        _weight(action.kind),
        afterwards=_after_stop(container.restart_policy) if verb is Verb.STOP else (),
    )


def _container_sentence(container: Container, verb: Verb, now: str) -> str:
    belongs = f" of app {container.project}" if container.project else ""
    return f"{verb.value.capitalize()}s container {container.name}{belongs} ({container.image}), now {now}."


def _state_condition(container: Container, verb: Verb, now: str) -> Precondition:
    """That the verb means something; a restart always does."""
    stopped = container.state in _STOPPED
    if verb is Verb.START and not stopped:
        remedy = f"{container.name} runs already: restart it, if that is meant."
        return Precondition(f"{container.name} does not run", now, Met.NO, remedy)
    if verb is Verb.STOP and stopped:
        return Precondition(f"{container.name} runs", now, Met.NO, f"{container.name} does not run: nothing to stop.")
    if container.state is ContainerState.REMOVING:
        remedy = f"{container.name} is being removed: wait, and look again."
        return Precondition(f"{container.name} stays", now, Met.NO, remedy)
    return Precondition(f"{container.name} can be told to {verb.value}", now, Met.YES)


def _undo_of(verb: Verb) -> str | None:
    return {Verb.STOP: "start", Verb.START: "stop"}.get(verb)


def _after_stop(policy: str | None) -> tuple[str, ...]:
    if (policy or "no") == "always":
        return ("It starts again when Docker or the device starts: its restart policy is always.",)
    return ("It stays stopped, also after a reboot, until somebody starts it.",)


def _app_plan(action: Action, name: str, app: App | None, conditions: list[Precondition], scene: Scene) -> Plan:
    verb = _VERBS[action.kind]
    title = f"{action.kind.value.capitalize()} app {name}"
    check, apps = scene.checks.app, scene.readings.apps.value
    conditions = [*conditions, _app_condition(name, app, verb)]
    if app is None or check is None or apps is None:
        if check is None and app is not None:
            why = scene.checks.app_error or "not looked at"
            conditions.append(Precondition("its directories are readable", why, Met.NO, why))
        return Plan(action, title, (), tuple(conditions), (), _weight(action.kind))
    if app.kind is AppKind.SINGLE:
        remedy = f"{name} is a single container: {action.kind.value} the container itself."
        conditions.append(Precondition("an app of several containers", "a single container", Met.NO, remedy))
        return Plan(action, title, (), tuple(conditions), (), _weight(action.kind))
    argv = app_command(check, apps.engine, verb, has_containers=bool(app.members))
    conditions.append(compose_condition(check.compose, argv))
    steps = []
    otherwise = anew_command(check, apps.engine) if argv and verb is Verb.START and app.members else ()
    if argv:
        command = " || ".join(" ".join(words) for words in (argv, otherwise) if words)
        act = ControlApp(name, verb, argv, apps.engine.endpoint, otherwise)
        steps.append(Step(f"{verb.value} {name}", command, act, undo=_undo_of(verb)))
    names = tuple(one.name for one in app.members)
    if steps and verb is not Verb.STOP:
        steps.append(awaiting(() if otherwise else names, name, apps.engine, app.members))
    return Plan(
        action,
        title,
        (_app_sentence(app, verb),),
        tuple(conditions),
        tuple(steps),
        _weight(action.kind),
        afterwards=_after_all(verb, anew=bool(otherwise)),
    )


def _after_all(verb: Verb, *, anew: bool) -> tuple[str, ...]:
    if verb is Verb.STOP:
        return ("All of it stays stopped until somebody starts it.",)
    if anew:
        return ("Containers that can't start any more are made anew; what they keep in volumes stays.",)
    return ()


def _app_sentence(app: App, verb: Verb) -> str:
    count, well = len(app.members), sum(is_well(one) for one in app.members)
    if count == 0:
        return f"Creates the containers of {app.name} from its compose file: it has none now."
    what = "the one container" if count == 1 else f"all {count} containers"
    return f"{verb.value.capitalize()}s {what} of {app.name} in compose's order: now {well} of {count} well."


def _app_condition(name: str, app: App | None, verb: Verb) -> Precondition:
    if app is None:
        return Precondition(f"app {name} is there", "not found", Met.NO, f"There is no app {name} on this device.")
    if app.manifest_error is not None:
        return Precondition("its manifests are complete", "damaged", Met.NO, app.manifest_error)
    running = [one for one in app.members if one.state not in _STOPPED]
    reading = f"{len(running)} of {len(app.members)} containers run"
    if verb is Verb.STOP and not running:
        return Precondition(f"{name} runs", reading, Met.NO, f"Nothing of {name} runs: there is nothing to stop.")
    if verb is Verb.START and app.members and len(running) == len(app.members):
        return Precondition(
            f"{name} does not run", reading, Met.NO, f"All of {name} runs: restart it, if that is meant."
        )
    if verb is Verb.RESTART and not app.members:
        return Precondition(f"{name} has containers", reading, Met.NO, f"{name} has no container: start it.")
    return Precondition(f"{name} can be told to {verb.value}", reading, Met.YES)
