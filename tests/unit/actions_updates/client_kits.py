"""A kit over a device of which a test says how it stands, and clients that are shell scripts."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from moducop_tui.actions.kit import Kit
from moducop_tui.config import Config
from moducop_tui.host import Host
from moducop_tui.model.plan import Action, ActionKind
from moducop_tui.model.reading import Topic, Unavailable
from moducop_tui.model.readings import Readings
from moducop_tui.model.work import Order, Progress, Who
from moducop_tui.sources.inspect import Inspector

ORDER = Order(Action(ActionKind.INSTALL, "/data/ok.mender"), Who("root"), ())


@dataclass
class Bench:
    """The device before and after: `after` from when the file `done` is there. What was said and told is kept."""

    before: Readings
    after: Readings
    done: Path
    cleared: Readings | None = None
    """How it stands once the file `cleared` is there too."""
    lines: list[str] = field(default_factory=list)
    told: list[Progress] = field(default_factory=list)
    broken: dict[Topic, str] = field(default_factory=dict)

    def read(self, topic: Topic) -> Any:
        """A topic as it is now."""
        if topic in self.broken:
            return Unavailable(self.broken[topic])
        now = self.before
        if self.done.exists():
            now = self.after
        if self.cleared is not None and self.done.with_name("cleared").exists():
            now = self.cleared
        return now.of(topic).value

    def kit(self, root: Path = Path("/"), *, cancelled: Callable[[], bool] = lambda: False, inspect: Any = None) -> Kit:
        """A kit on top of it."""
        config, host = Config(), Host(root)
        return Kit(
            host, config, ORDER, self.read, inspect or Inspector(config, host), self.told.append, self.lines.append,
            cancelled, time.time,
        )  # fmt: skip


def program(directory: Path, name: str, script: str) -> Path:
    """A program of that name which runs a shell script."""
    path = directory / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path
