"""Scenes for plans: the well device, with what a test changes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from moducop_tui.actions.scene import Scene
from moducop_tui.model.checks import AppCheck, Checks
from moducop_tui.model.reading import Reading
from moducop_tui.model.work import Work
from tests.unit.core.well_device import WALL, well

CHECK = AppCheck(
    app="nginx-demo",
    file="/data/mender-app/nginx-demo/manifests/docker-compose.yml",
    compose=("docker", "compose"),
    previous=None,
    previous_file=None,
    previous_version=None,
)
PREVIOUS = AppCheck(
    app="nginx-demo",
    file="/data/mender-app/nginx-demo/manifests/docker-compose.yml",
    compose=("docker", "compose"),
    previous="/data/mender-app/nginx-demo-previous",
    previous_file="/data/mender-app/nginx-demo/manifests/docker-compose.yml",
    previous_version="77b0e1c",
)


def scene(app: AppCheck | None = CHECK, app_error: str | None = None, **changed: Any) -> Scene:
    """The well device; `changed` by topic."""
    readings = well(**{"work": Work(), **changed})
    return Scene(readings, Checks(app=app, app_error=app_error), WALL)


def stale(topic: str, error: str) -> Scene:
    """The well device, of which one topic could not be read again."""
    made = scene()
    old: Reading[object] = getattr(made.readings, topic)
    changed: dict[str, Any] = {topic: replace(old, error=error)}
    return replace(made, readings=replace(made.readings, **changed))
