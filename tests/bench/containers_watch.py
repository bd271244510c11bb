"""Real engines with containers, and the source under test on them as the console runs it: collector, store, thread."""

from __future__ import annotations

import json
import os
import signal
import socket
import struct
import time
from collections.abc import Callable
from typing import Any

from moducop_tui.collector import Collector
from moducop_tui.config import Config
from moducop_tui.host import Host
from moducop_tui.model.apps import Apps, Container
from moducop_tui.model.reading import Reading, Topic
from moducop_tui.sources.containers import ContainersSource
from moducop_tui.store import Store

from .namespace import Namespace

SEEN = 2.0
"""Seconds within which a change must be on the screen."""


class EngineWorld:
    """A namespace with one engine, and its own command as the witness."""

    def __init__(self, namespace: Namespace, command: list[str], image: str) -> None:
        self.namespace = namespace
        self.command = command
        self.image = image
        self.host = Host(namespace.path("/"))

    def engine(self, *arguments: str) -> str:
        """What the engine's own command answers."""
        return self.namespace.run([*self.command, *arguments], timeout=60).check().out

    def start(self, name: str, *options: str, run: tuple[str, ...] = ("/bin/service", "bench")) -> None:
        """Start a container that stops quickly when asked."""
        self.engine("run", "-d", "--network=none", "--stop-timeout=2", "--name", name, *options, self.image, *run)

    def inspect(self, name: str) -> dict[str, Any]:
        """What the engine's own command says about a container."""
        found: list[dict[str, Any]] = json.loads(self.engine("inspect", name))
        return found[0]

    def end_service(self, socket_path: str) -> None:
        """End the very process that listens on a socket in there."""
        with socket.socket(socket.AF_UNIX) as knock:
            knock.connect(str(self.namespace.path(socket_path)))
            credentials = knock.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
        os.kill(struct.unpack("3i", credentials)[0], signal.SIGTERM)

    def clear(self) -> None:
        """Take all containers away."""
        if names := self.engine("ps", "-aq").split():
            self.engine("rm", "-f", *names)


class Watch:
    """The source at work; `until` waits for what the store says and tells how long it took."""

    def __init__(self, world: EngineWorld) -> None:
        self._store = Store()
        self._collector = Collector([ContainersSource(Config(root=world.host.root), world.host)], self._store)
        self._collector.start()
        self._collector.demand(frozenset({Topic.APPS}))

    @property
    def reading(self) -> Reading[Apps]:
        """The newest."""
        return self._store.readings.apps

    def find(self, name: str) -> Container | None:
        """The container of that name in a reading without an error."""
        if self.reading.value is None or self.reading.error is not None:
            return None
        return next((container for container in self.reading.value.containers if container.name == name), None)

    def until(self, true: Callable[[], object], seconds: float = SEEN) -> float:
        """Wait; fail after `seconds`."""
        started = time.monotonic()
        while not true():
            assert time.monotonic() - started < seconds, f"not seen within {seconds} s; now: {self.reading}"
            time.sleep(0.01)
        return time.monotonic() - started

    def until_container(self, name: str, true: Callable[[Container], object], seconds: float = SEEN) -> Container:
        """Wait for a container to be as wanted."""
        found: list[Container] = []

        def as_wanted() -> bool:
            container = self.find(name)
            found[:] = [container] if container is not None and true(container) else []
            return bool(found)

        self.until(as_wanted, seconds)
        return found[0]

    def __enter__(self) -> Watch:
        return self

    def __exit__(self, *_: object) -> None:
        self._collector.stop()
