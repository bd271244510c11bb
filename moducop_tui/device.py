"""One device, real or simulated: where its facts and its journal come from. Building it loads no heavy library."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from moducop_tui.config import Config
from moducop_tui.host import Host
from moducop_tui.model.plan import Action, Plan
from moducop_tui.model.ports import ActionPort, InspectPort, LogPort, Source
from moducop_tui.model.reading import Reading, Unavailable
from moducop_tui.model.readings import Readings
from moducop_tui.model.work import Record


@dataclass(frozen=True, slots=True)
class Device:
    """What the console and the command line look at. `wall_clock` gives the device's time in seconds since 1970.

    `actions` is the only way to change it, and only a confirmed plan goes there; without it and without `inspect` the
    device can only be looked at.
    """

    sources: tuple[Source, ...]
    log: LogPort
    simulated: bool
    wall_clock: Callable[[], float]
    inspect: InspectPort | None = None
    actions: ActionPort | None = None
    past: Callable[[], tuple[Record, ...]] | None = None
    """All actions on record, newest first, where more are kept than the topic `work` holds."""


def real_device(config: Config, config_path: Path | None = None) -> Device:
    """The device below the configuration's root prefix: this machine, if none is given.

    `config_path` is the file that was named on the command line, which the executor of actions reads, too.

    The sources are imported here and not above, so that a simulated device and `--version` need none of them; each
    loads its own library (docker, pyudev, psutil, systemd) in its own thread, at its first reading.
    """
    from moducop_tui.actions.running.launch import Launcher
    from moducop_tui.sources.bootenv import BootEnvironmentSource
    from moducop_tui.sources.containers import ContainersSource
    from moducop_tui.sources.inspect import Inspector
    from moducop_tui.sources.journal import Journal, JournalSource
    from moducop_tui.sources.media import MediaSource
    from moducop_tui.sources.mender import MenderSource
    from moducop_tui.sources.partitions import PartitionsSource
    from moducop_tui.sources.storage import StorageSource
    from moducop_tui.sources.system import SystemSource
    from moducop_tui.sources.work import WorkSource

    host = Host(config.root)
    sources = (
        PartitionsSource(config, host),
        BootEnvironmentSource(config, host),
        MenderSource(config, host),
        StorageSource(config, host),
        ContainersSource(config, host),
        JournalSource(config, host),
        SystemSource(config, host),
        MediaSource(config, host),
        WorkSource(config, host),
    )
    return Device(
        sources=sources,
        log=Journal(config, host),
        simulated=False,
        wall_clock=time.time,
        inspect=Inspector(config, host),
        actions=Launcher(config, host, config_path),
        past=lambda: WorkSource(config, host).all_records(),
    )


def simulated_device(config: Config | None = None, clock: Callable[[], float] = time.monotonic) -> Device:
    """A simulated ModuCop behind the same ports; it reads nothing of this machine, and every action works on it."""
    from moducop_tui.demo import build
    from moducop_tui.planning import prepare

    def plan_of(action: Action) -> Plan:
        return prepare(device, config or Config(), action, _read_now(device.sources))

    built = build(clock=clock, plan_of=plan_of)
    device = Device(
        sources=built.sources,
        log=built.log,
        simulated=True,
        wall_clock=built.wall_clock,
        inspect=built.inspect,
        actions=built.actions,
    )
    return device


def _read_now(sources: tuple[Source, ...]) -> Readings:
    """All topics afresh, as an executor makes its plan from them."""
    read: dict[str, Reading[object]] = {}
    for source in sources:
        value, now = source.read(), time.monotonic()
        if isinstance(value, Unavailable):
            read[source.topic] = Reading(error=value.reason, failed_at=now)
        else:
            read[source.topic] = Reading(value, now)
    return Readings(**read)  # type: ignore[arg-type]  # the names are those of the topics
