"""Which containers belong together: compose projects, Mender's applications, and single containers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from moducop_tui.model.apps import App, AppKind
from moducop_tui.model.natural_order import natural
from moducop_tui.sources.container_facts import Inspected
from moducop_tui.sources.mender_apps import MenderApp


def group_apps(inspected: Iterable[Inspected], mender_apps: Sequence[MenderApp]) -> tuple[App, ...]:
    """All apps in the order of their names; a Mender application is one also when it has no container."""
    projects: dict[str, list[Inspected]] = {app.name: [] for app in mender_apps}
    apps = []
    for one in inspected:
        if one.container.project is None:
            apps.append(App(one.container.name, AppKind.SINGLE, (one.container,), one.version))
        else:
            projects.setdefault(one.container.project, []).append(one)
    installed = {app.name: app for app in mender_apps}
    apps.extend(_project(name, members, installed.get(name)) for name, members in projects.items())
    return tuple(sorted(apps, key=lambda app: (natural(app.name.casefold()), app.name, app.kind)))


def _project(name: str, members: list[Inspected], mender_app: MenderApp | None) -> App:
    found = (one.container for one in members)
    containers = tuple(sorted(found, key=lambda one: (natural(one.service or one.name), natural(one.name))))
    labelled = next(
        (one.version for one in sorted(members, key=lambda one: one.container.one_off) if one.version), None
    )
    if mender_app is None:
        return App(name, AppKind.COMPOSE, containers, labelled)
    version = mender_app.version or labelled
    return App(name, AppKind.MENDER, containers, version, mender_app.manifests, mender_app.error)
