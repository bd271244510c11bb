"""Reads the apps for a hand, of the engine that its plan was made for and of no other."""

from __future__ import annotations

from moducop_tui.actions.kit import Kit
from moducop_tui.model.apps import Apps
from moducop_tui.model.reading import Topic, Unavailable


def read_apps(kit: Kit, endpoint: str | None) -> Apps | Unavailable:
    """The apps as they are now. Where another engine answers by now, what it says of containers is no answer."""
    apps = kit.read(Topic.APPS)
    if isinstance(apps, Unavailable):
        return apps
    if not isinstance(apps, Apps):
        return Unavailable("The container engine was not read.")
    if endpoint is not None and apps.engine.endpoint != endpoint:
        return Unavailable(f"{apps.engine.name} on {apps.engine.socket} answers, the plan was made for {endpoint}.")
    return apps
