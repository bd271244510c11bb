"""Reads the apps for a hand, of the engine that its plan was made for and of no other."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from moducop_tui.actions.kit import Kit
from moducop_tui.model.apps import Apps
from moducop_tui.model.reading import Topic, Unavailable

LATE = 3.0
"""Seconds by which an engine's events may be late."""
_BETWEEN_LOOKS = 0.2


@dataclass(frozen=True, slots=True)
class AnotherEngine(Unavailable):
    """By now another engine answers than the one that the plan was made for."""


def read_apps(kit: Kit, endpoint: str | None) -> Apps | Unavailable:
    """The apps as they are now. Where another engine answers by now, what it says of containers is no answer."""
    apps = kit.read(Topic.APPS)
    if isinstance(apps, Unavailable):
        return apps
    if not isinstance(apps, Apps):
        return Unavailable("The container engine was not read.")
    if endpoint is not None and apps.engine.endpoint != endpoint:
        return AnotherEngine(f"{apps.engine.name} on {apps.engine.socket} answers, the plan was made for {endpoint}.")
    return apps


def read_again(kit: Kit, endpoint: str, is_done: Callable[[Apps], bool]) -> Apps | Unavailable:
    """The apps after something was done: read until it is seen, for `LATE` seconds at most.

    An engine's event, without which nothing is looked at again, may come later than its answer: Podman's does.
    """
    until = time.monotonic() + LATE
    apps = read_apps(kit, endpoint)
    while not isinstance(apps, Unavailable) and not is_done(apps) and time.monotonic() < until:
        time.sleep(_BETWEEN_LOOKS)
        apps = read_apps(kit, endpoint)
    return apps
