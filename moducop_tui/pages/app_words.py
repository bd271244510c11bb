"""How well apps and containers are, in words: shared by Overview, Apps and the report."""

from __future__ import annotations

from moducop_tui.model.app_rules import app_is_well, condition, is_well
from moducop_tui.model.apps import App, AppKind, Apps, Container, ContainerState, Health
from moducop_tui.roles import UNKNOWN, Role
from moducop_tui.text import Line, Span, line
from moducop_tui.units import coarse, count, percent, size

_WEIGHT = {Role.BAD: 0, Role.WARN: 1, Role.DIM: 2, Role.TEXT: 2, Role.OK: 3}


def container_role(container: Container) -> Role:
    """How well a container is: well, not decided yet, or failed."""
    if is_well(container):
        return Role.OK
    state = container.state
    if state in (ContainerState.RESTARTING, ContainerState.DEAD) or container.oom_killed or container.error:
        return Role.BAD
    if state is ContainerState.RUNNING:
        return Role.BAD if container.health is Health.UNHEALTHY else Role.WARN
    return Role.BAD if state is ContainerState.EXITED and container.exit_code else Role.WARN


def app_role(app: App) -> Role:
    """An app is as well as its worst container; without containers nothing of it runs."""
    if app.manifest_error:
        return Role.BAD
    if not app.containers:
        return Role.WARN
    return min((container_role(one) for one in app.containers), key=lambda role: _WEIGHT[role])


def worst_first(apps: Apps) -> list[App]:
    """Apps that are not well before those that are, otherwise by name."""
    return sorted(apps.apps, key=lambda app: _WEIGHT[app_role(app)])


def short_name(container: Container, app: App) -> str:
    """The service's name within its app, else the container's own."""
    if app.kind is AppKind.SINGLE or not container.service:
        return container.name
    return container.service


def up_for(container: Container, wall_now: float) -> float | None:
    """Seconds that a container has been running; None where that can't be known."""
    return None if container.started_at is None else wall_now - container.started_at


def summary(app: App, wall_now: float) -> list[Line]:
    """An app's containers as items: each that is not well with its condition, then the well ones together."""
    if app.manifest_error:
        return [line(Span(app.manifest_error, Role.BAD))]
    if not app.containers:
        return [line(Span("no container of it exists", Role.WARN))]
    parts: list[Line] = []
    for container in sorted(app.containers, key=lambda one: _WEIGHT[container_role(one)]):
        if is_well(container):
            continue
        text = f"{short_name(container, app)} {condition(container, wall_now)}"
        parts.append(line(Span(text, container_role(container))))
    well = [container for container in app.containers if is_well(container)]
    return [*parts, *_well_together(well, app, wall_now)]


def _well_together(well: list[Container], app: App, wall_now: float) -> list[Line]:
    done = [one for one in well if one.state is not ContainerState.RUNNING]
    up = [one for one in well if one not in done]
    items: list[Line] = []
    if up:
        ages = [age for age in (up_for(one, wall_now) for one in up) if age is not None]
        healthy = ", healthy" if all(one.health is Health.HEALTHY for one in up) else ""
        words = f"up {coarse(min(ages)) if ages else UNKNOWN}{healthy}"
        if app.kind is AppKind.SINGLE:
            items.append(line(Span(words, Role.OK)))
        else:
            items.append(line(Span(f"{len(up)} {words}", Role.OK), f": {_names(up, app)}"))
    if done:
        items.append(line(Span(f"done: {_names(done, app)}", Role.DIM)))
    return items


def _names(containers: list[Container], app: App) -> str:
    return " ".join(short_name(one, app) for one in containers)


def counts(apps: Apps) -> Line:
    """`2 well, 1 not, of 3 apps`: for the rule of the panel."""
    total = len(apps.apps)
    well = sum(app_is_well(app) for app in apps.apps)
    running = sum(one.state is ContainerState.RUNNING for one in apps.containers)
    containers = f"{running} of {count(len(apps.containers), 'container')} up"
    if well == total:
        return line(Span(f"{count(total, 'app')} well, {containers}", Role.DIM))
    worst = min((app_role(app) for app in apps.apps), key=lambda role: _WEIGHT[role])
    return line(Span(f"{total - well} of {count(total, 'app')} not well, {containers}", worst))


def load_words(container: Container) -> str:
    """`  3 %  41 MB`: CPU of one core and memory."""
    return f"{percent(container.cpu_share)} {size(container.memory):>6}"
