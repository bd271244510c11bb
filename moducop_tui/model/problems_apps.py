"""What is wrong with apps, their containers and the engine that runs them."""

from __future__ import annotations

from collections.abc import Iterator

from moducop_tui.model.app_rules import app_is_well, condition, is_well, loops, never_could
from moducop_tui.model.apps import App, AppKind, Apps, Container, ContainerState, Health
from moducop_tui.model.problem import Problem, Severity, shortened
from moducop_tui.model.reading import Reading, Topic

PATIENCE = 60.0
"""Seconds without an answer after which an engine that has answered before counts as gone, not as slow."""
_TIMELESS = 0.0
"""A clock for `condition` that leaves spans of time out: a problem's words stay the same while it lasts."""


def engine_problems(reading: Reading[Apps], now: float) -> Iterator[Problem]:
    """An engine that can't be asked. `now` is of the monotonic clock."""
    if reading.error is None:
        return
    age = reading.age(now)
    slow = age is not None and age < PATIENCE
    seen = "" if age is None else ": apps as last seen"
    yield Problem(
        Severity.WARNING if slow else Severity.CRITICAL,
        Topic.APPS,
        shortened(f"The container engine can't be asked{seen}"),
        evidence=reading.error,
        advice="systemctl status docker says whether it runs; without it no app is started again.",
        brief="engine not answering" if slow else "engine can't be asked",
    )


def apps_problems(apps: Apps | None) -> Iterator[Problem]:
    """A problem for each app that is not well, and one for an engine that can't start any."""
    if apps is not None and apps.engine.trouble is not None:
        yield Problem(
            Severity.CRITICAL,
            Topic.APPS,
            shortened(f"{apps.engine.name} can neither start nor stop a container"),
            evidence=apps.engine.trouble,
            advice="What runs goes on; what ends is not started again.",
            brief="engine can't start apps",
        )
    for app in () if apps is None else apps.apps:
        if not app_is_well(app):
            yield _problem(app)


def _problem(app: App) -> Problem:
    ill = sorted((one for one in app.members if not is_well(one)), key=lambda one: not _fails(one, app))
    name = shortened(app.name, 24)
    if ill:
        first = ill[0]
        fails = _fails(first, app) or app.manifest_error is not None
        words = f"{shortened(_name_within(first, app), 20)} {condition(first, _TIMELESS)}"
        more = f", {len(ill) - 1} more" if len(ill) > 1 else ""
        sentence = f"App {name}: {words}{more}" if app.kind is not AppKind.SINGLE else f"Container {words}{more}"
    else:
        fails = not app.members
        sentence = f"App {name}: its manifests are damaged" if app.members else f"App {name}: nothing of it runs"
    return Problem(
        Severity.CRITICAL if fails else Severity.WARNING,
        Topic.APPS,
        shortened(sentence),
        evidence=_evidence(app, ill),
        advice="Apps shows its containers, and the log of each." if app.members else "Install the app again.",
        brief="app fails" if fails else "app not well",
        briefs="apps fail" if fails else "apps not well",
    )


def _fails(container: Container, app: App) -> bool:
    """Whether a container that is not well has failed, rather than being on its way or put away by somebody."""
    state = container.state
    if state is ContainerState.RUNNING:
        return container.health is Health.UNHEALTHY or loops(container)
    if state in (ContainerState.PAUSED, ContainerState.REMOVING):
        return False
    if state is ContainerState.CREATED:
        return never_could(container)
    if state is ContainerState.EXITED:
        tried_by_hand = app.kind is AppKind.SINGLE and (container.restart_policy or "no") == "no"
        return container.exit_code != 0 and not tried_by_hand
    return True


def _name_within(container: Container, app: App) -> str:
    return container.name if app.kind is AppKind.SINGLE else container.service or container.name


def _evidence(app: App, ill: list[Container]) -> str:
    parts = [app.manifest_error] if app.manifest_error is not None else []
    for container in ill:
        parts.append(f"{container.name} ({container.image}): {condition(container, _TIMELESS)}")
        if container.error:
            parts.append(container.error)
    return "; ".join(parts) or f"no container belongs to it, manifests in {app.manifest or 'an unknown place'}"
