"""How well apps and containers are, in words: shared by Overview, Apps and the report."""

from __future__ import annotations

from moducop_tui.model.app_rules import age, app_is_well, condition, has_all, is_starting, is_well, loops, never_could
from moducop_tui.model.apps import App, AppKind, Apps, Container, ContainerState, Health
from moducop_tui.roles import UNKNOWN, Role
from moducop_tui.text import Line, Span, cells, cut, line, line_cells
from moducop_tui.units import coarse, count, percent, size

GAP = 3
"""Blanks between what is said of several containers in one row."""
_NAME_WIDTH = 20
"""Columns of a name before a condition: the condition must be seen."""
_WEIGHT = {Role.BAD: 0, Role.WARN: 1, Role.DIM: 2, Role.TEXT: 2, Role.OK: 3}


def container_role(container: Container) -> Role:
    """How well a container is: well, on its way, not decided yet, or failed."""
    if container.one_off:
        return Role.OK if container.state is ContainerState.RUNNING else Role.DIM
    if is_starting(container):
        return Role.TEXT
    if is_well(container):
        return Role.OK
    state = container.state
    if state in (ContainerState.RESTARTING, ContainerState.DEAD) or container.oom_killed or container.error:
        return Role.BAD
    if state is ContainerState.RUNNING:
        return Role.BAD if container.health is Health.UNHEALTHY or loops(container) else Role.WARN
    failed = never_could(container) or (state is ContainerState.EXITED and bool(container.exit_code))
    return Role.BAD if failed else Role.WARN


def weight(container: Container) -> int:
    """The worse a container is, the less: to find the worst of many."""
    return _WEIGHT[container_role(container)]


def app_role(app: App) -> Role:
    """An app is as well as its worst container; without containers nothing of it runs."""
    if app.manifest_error:
        return Role.BAD
    if not has_all(app):
        return Role.WARN
    return min((container_role(one) for one in app.members), key=lambda role: _WEIGHT[role], default=Role.OK)


def worst_first(apps: Apps) -> list[App]:
    """Apps that are not well before those that are, otherwise by name."""
    return sorted(apps.apps, key=lambda app: _WEIGHT[app_role(app)])


def short_name(container: Container, app: App) -> str:
    """The service's name within its app, else the container's own."""
    if app.kind is AppKind.SINGLE or not container.service:
        return container.name
    if container.one_off:  # several may be of one service
        return container.name.removeprefix(app.name).lstrip("-_") or container.name
    return container.service


def up_for(container: Container, wall_now: float) -> float | None:
    """Seconds that a container has been running; None where that can't be known."""
    return age(container.started_at, wall_now)


def summary(app: App, wall_now: float, width: int = 1000) -> list[Line]:
    """An app's containers as items: each that is not well with its condition, then the well ones together.

    In `width` cells as many names of well ones are said as fit, and how many more there are.
    """
    if app.manifest_error:
        return [line(Span(app.manifest_error, Role.BAD))]
    if not has_all(app):
        return [line(Span("no container of it exists", Role.WARN))]
    parts: list[Line] = []
    for container in sorted(app.containers, key=lambda one: _WEIGHT[container_role(one)]):
        if container_role(container) is Role.OK:
            continue
        text = f"{cut(short_name(container, app), _NAME_WIDTH)} {condition(container, wall_now)}"
        parts.append(line(Span(text, container_role(container))))
    well = [container for container in app.containers if container_role(container) is Role.OK]
    return [*parts, *_well_together(well, app, wall_now, width - sum(line_cells(part) + GAP for part in parts))]


def _well_together(well: list[Container], app: App, wall_now: float, width: int) -> list[Line]:
    done = [one for one in well if one.state is not ContainerState.RUNNING]
    up = [one for one in well if one not in done]
    items: list[Line] = []
    if up:
        ages = [seconds for seconds in (up_for(one, wall_now) for one in up) if seconds is not None]
        healthy = ", healthy" if all(one.health is Health.HEALTHY for one in up) else ""
        words = f"up {coarse(min(ages)) if ages else UNKNOWN}{healthy}"
        if app.kind is AppKind.SINGLE:
            items.append(line(Span(words, Role.OK)))
        else:
            items += _up_together(up, app, words, width)
    if done:
        names = " ".join(short_name(one, app) for one in done)
        items.append(line(Span(f"done: {names}", Role.DIM)))
    return items


def _up_together(up: list[Container], app: App, words: str, width: int) -> list[Line]:
    """How many are well, with their names; nothing where there is not even room for the number."""
    head = f"{len(up)} {words}"
    if cells(head) > width:
        head = f"+{len(up)} up"
    if cells(head) > width:
        return []
    names = names_within([short_name(one, app) for one in up], width - cells(head) - 2)
    return [line(Span(head, Role.OK), f": {names}" if names else "")]


def share_words(container: Container) -> str:
    """`  3 %`: the share of one CPU; a bar where nothing runs that could take any."""
    return percent(container.cpu_share) if has_processes(container) else "    -"


def memory_words(container: Container) -> str:
    """`41 MB`: the memory in use; a bar where nothing runs that could take any."""
    return size(container.memory) if has_processes(container) else "-"


def has_processes(container: Container) -> bool:
    """Whether anything of the container is there to be measured."""
    return container.state not in (
        ContainerState.RESTARTING, ContainerState.EXITED, ContainerState.CREATED, ContainerState.DEAD,
    )  # fmt: skip


def names_within(names: list[str], width: int) -> str:
    """As many whole names as fit, then how many there are more: `broker cache +4`. Empty where not one fits."""
    for shown in range(len(names), 0, -1):
        more = [f"+{len(names) - shown}"] if shown < len(names) else []
        text = " ".join([*names[:shown], *more])
        if cells(text) <= width:
            return text
    return ""


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
