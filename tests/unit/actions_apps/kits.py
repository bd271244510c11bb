"""A kit whose readings are told one after the other, and a `docker` that does what a test says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from moducop_tui.actions.kit import Kit
from moducop_tui.config import Config
from moducop_tui.host import Host
from moducop_tui.model.plan import Action, ActionKind
from moducop_tui.model.reading import Topic
from moducop_tui.model.work import Order, Who
from moducop_tui.sources.inspect import Inspector
from tests.unit.core.well_device import WALL

ORDER = Order(Action(ActionKind.RESTART, "container nginx-demo-web-1"), Who("root"), ())


class Told:
    """What a hand said, and the readings it is given: the last one stays."""

    def __init__(self, readings: Iterable[object]) -> None:
        self.lines: list[str] = []
        self._readings: Iterator[object] = iter(readings)
        self._last: object = None

    def read(self, topic: Topic) -> Any:
        """The next reading of the apps."""
        assert topic is Topic.APPS
        self._last = next(self._readings, self._last)
        return self._last


def kit_of(
    told: Told, root: Path = Path("/"), *, cancelled: Callable[[], bool] = lambda: False, now: float = WALL
) -> Kit:
    """A kit on top of it."""
    config, host = Config(), Host(root)
    return Kit(
        host,
        config,
        ORDER,
        told.read,
        Inspector(config, host),
        lambda _: None,
        told.lines.append,
        cancelled,
        lambda: now,
    )


def program(directory: Path, name: str, script: str) -> None:
    """A program of that name which runs a shell script."""
    path = directory / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
