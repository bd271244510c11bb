"""The source of the topic APPS: containers, grouped into apps, as the engine and the kernel report them.

State comes from the engine, told by its events: a container is inspected when an event named it or the list shows it
changed. CPU and memory come from control groups, so that a reading between two events costs the engine nothing.
"""

from __future__ import annotations

import select
import time
from dataclasses import replace

from moducop_tui.config import Config
from moducop_tui.host import Host
from moducop_tui.model.apps import Apps, Container
from moducop_tui.model.reading import Topic, Unavailable
from moducop_tui.model.wake import Wake
from moducop_tui.sources.app_groups import group_apps
from moducop_tui.sources.container_cache import ContainerCache
from moducop_tui.sources.container_facts import Inspected
from moducop_tui.sources.container_start import is_fresh, is_settling, started_at
from moducop_tui.sources.containerd import trouble_with
from moducop_tui.sources.control_groups import Usage, UsageMeter
from moducop_tui.sources.engine import EngineConnection, EngineError, connect, let_it_sleep, socket_candidates
from moducop_tui.sources.engine_events import EventStream, Happened, NoEventsError
from moducop_tui.sources.mender_apps import MenderApp, read_mender_apps

LIST_EVERY = 10.0
"""Seconds after which the containers are listed though no event came: also the proof that the engine still answers."""
INSPECT_EVERY = 30.0
"""Seconds after which every container is inspected though nothing seems to have changed."""
_BURST = 0.1
"""Seconds that the events of one burst (die, start...) get to arrive together."""
_LOOK_FOR_ENGINE = 1.0
_SHORT_LIFE = 5.0
"""Seconds of a stream of events below which it is none: to connect anew each time would ask the engine all the time."""
_TRACES = ("/run/docker.pid",)
"""Written when Docker starts, also where systemd holds the socket all the time."""


class ContainersSource:
    """Reads the engine's containers and Mender's applications. See `model.ports.Source`."""

    topic = Topic.APPS
    cadence = 2.0
    time_limit = 15.0

    def __init__(self, config: Config, host: Host) -> None:
        self._config = config
        self._host = host
        self._connection: EngineConnection | None = None
        self._events: EventStream | None = None
        self._cache = ContainerCache()
        self._meter = UsageMeter(host)
        self._trouble: str | None = None
        self._mender_apps: tuple[MenderApp, ...] = ()
        self._changed: frozenset[str] = frozenset()
        self._any_changed = True
        self._listed_at = self._inspected_at = self._judged_at = self._listened_at = self._deaf_until = float("-inf")
        self._traces: tuple[object, ...] = ()

    def read(self) -> Apps | Unavailable:
        """All apps as they are now, or why the engine can't be asked."""
        try:
            self._note_events()
            connection = self._connection or self._connect()
            self._renew(connection, time.monotonic())
        except EngineError as error:
            self._disconnect()
            self._traces = self._look_for_traces()
            return Unavailable(str(error))
        inspected = self._cache.inspected
        usages = self._meter.measure((one.container for one in inspected), time.monotonic())
        wall_clock = time.time()
        measured = [
            Inspected(self._live(one.container, usages.get(one.container.id), wall_clock), one.version)
            for one in inspected
        ]
        return Apps(replace(connection.engine, trouble=self._trouble), group_apps(measured, self._mender_apps))

    def wait(self, timeout: float, wake: Wake) -> None:
        """Return when a container has changed, the engine has gone or come back, on `wake`, or after `timeout`."""
        if self._connection is None:
            self._wait_for_engine(time.monotonic() + timeout, wake)
        elif self._events is None:
            wake.wait(timeout)
        else:
            self._wait_for_event(self._events, time.monotonic() + timeout, wake)

    def close(self) -> None:
        """Give back the connection and the stream of events."""
        self._disconnect()

    # -- the connection ----------------------------------------------------------------------------------------

    def _connect(self) -> EngineConnection:
        """Connect. The first renewal listens before it lists, so that no change falls between the two."""
        connection = self._connection = connect(self._config, self._host)
        self._any_changed = True
        return connection

    def _listen(self, connection: EngineConnection) -> None:
        try:
            self._events = EventStream(connection.socket_path)
            self._listened_at = time.monotonic()
        except NoEventsError:
            self._events = None  # without events every reading lists

    def _disconnect(self) -> None:
        if self._events is not None:
            self._events.close()
            self._events = None
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    # -- what changed ------------------------------------------------------------------------------------------

    def _note_events(self) -> None:
        if self._events is not None:
            self._note(self._events.drain())

    def _note(self, happened: Happened) -> None:
        self._changed |= happened.containers
        self._any_changed = self._any_changed or happened.any_container
        if happened.flooded and self._events is not None:
            # Every reading lists from now on, until all is inspected anew: then the events may be worth listening to.
            self._any_changed = False
            self._events.close()
            self._events = None
        if happened.ended:
            # The engine stopped, or only ended the stream in time. Not to ask it over the old connection: where systemd
            # holds the socket that would start a stopped engine.
            now = time.monotonic()
            if now - self._listened_at < _SHORT_LIFE:
                self._deaf_until = now + INSPECT_EVERY
            self._disconnect()

    def _renew(self, connection: EngineConnection, now: float) -> None:
        """Ask the engine for what is due. What was noted stays noted until it has been read."""
        everything = self._any_changed or now - self._inspected_at >= INSPECT_EVERY
        if not (everything or self._changed or self._events is None or now - self._listed_at >= LIST_EVERY):
            return
        if self._events is None and not everything:
            let_it_sleep(self._host, connection.engine.socket)  # no stream has told of its end
        if everything and self._events is None and now >= self._deaf_until:
            self._listen(connection)
        self._cache.renew(connection, self._changed, everything)
        if everything or now - self._judged_at >= LIST_EVERY:
            self._trouble, self._judged_at = trouble_with(connection, self._host), now
        self._mender_apps = read_mender_apps(self._host)
        self._changed = frozenset()
        self._any_changed = False
        self._listed_at = now
        if everything:
            self._inspected_at = now

    def _live(self, container: Container, usage: Usage | None, wall_clock: float) -> Container:
        """A container with what changes without an event."""
        usage = usage or Usage()
        container = replace(
            container,
            cpu_share=usage.cpu_share,
            memory=usage.memory,
            started_at=started_at(self._host, container, wall_clock),
        )
        settling, fresh = is_settling(container, wall_clock), is_fresh(container, wall_clock)
        return replace(container, settling=settling, fresh=fresh) if settling or fresh else container

    # -- waiting -----------------------------------------------------------------------------------------------

    def _wait_for_event(self, events: EventStream, until: float, wake: Wake) -> None:
        poller = select.poll()
        poller.register(events.fileno(), select.POLLIN)
        poller.register(wake.fileno(), select.POLLIN)
        while (left := until - time.monotonic()) > 0:
            ready = [descriptor for descriptor, _ in poller.poll(left * 1000)]
            if wake.fileno() in ready:
                return
            if ready and (happened := events.drain()).matters:
                self._note(happened)
                if not (happened.ended or happened.flooded):
                    wake.wait(_BURST)
                return

    def _wait_for_engine(self, until: float, wake: Wake) -> None:
        """Until something at the sockets' places has changed: an engine that comes back is seen within a second."""
        while (left := until - time.monotonic()) > 0:
            if wake.wait(min(left, _LOOK_FOR_ENGINE)) or self._look_for_traces() != self._traces:
                return

    def _look_for_traces(self) -> tuple[object, ...]:
        traces: list[object] = []
        for device_path in (*socket_candidates(self._config), *_TRACES):
            try:
                status = self._host.path(device_path).stat()
                traces.append((status.st_dev, status.st_ino, status.st_ctime_ns))
            except OSError:
                traces.append(None)
        return tuple(traces)
