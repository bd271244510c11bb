"""One device, real or simulated: where its facts and its journal come from. Building it loads nothing else."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import cast

from moducop_tui.actions.running.allowed import why_never
from moducop_tui.config import Config
from moducop_tui.host import Host
from moducop_tui.late import LateActions, LateInspect, LateLog, LateSource
from moducop_tui.model.plan import Action, Plan
from moducop_tui.model.ports import ActionPort, InspectPort, LogPort, Source
from moducop_tui.model.reading import Reading, Topic, Unavailable
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


_SOURCES = (
    (Topic.SLOTS, "partitions", "PartitionsSource"),
    (Topic.BOOT, "bootenv", "BootEnvironmentSource"),
    (Topic.MENDER, "mender", "MenderSource"),
    (Topic.STORAGE, "storage", "StorageSource"),
    (Topic.APPS, "containers", "ContainersSource"),
    (Topic.LOG, "journal", "JournalSource"),
    (Topic.SYSTEM, "system", "SystemSource"),
    (Topic.MEDIA, "media", "MediaSource"),
    (Topic.WORK, "work", "WorkSource"),
)
"""For each topic the module below `moducop_tui.sources` and the class that reads it."""


def real_device(config: Config, config_path: Path | None = None) -> Device:
    """The device below the configuration's root prefix: this machine, if none is given.

    `config_path` is the file that was named on the command line, which the executor of actions reads, too.

    Nothing of it is loaded before it is used: a source by its own thread when it first reads, then the library that it
    needs (docker, pyudev, psutil, systemd); what starts actions when the first one is confirmed.
    """
    host = Host(config.root)

    def source(module: str, name: str) -> Source:
        made: Source = getattr(import_module(f"moducop_tui.sources.{module}"), name)(config, host)
        return made

    def journal() -> LogPort:
        from moducop_tui.sources.journal import Journal

        return Journal(config, host)

    def inspector() -> InspectPort:
        from moducop_tui.sources.inspect import Inspector

        return Inspector(config, host)

    def launcher() -> ActionPort:
        from moducop_tui.actions.running.launch import Launcher

        return Launcher(config, host, config_path)

    def past() -> tuple[Record, ...]:
        from moducop_tui.sources.work import WorkSource

        return WorkSource(config, host).all_records()

    late = (LateSource(topic, partial(source, module, name)) for topic, module, name in _SOURCES)
    return Device(
        sources=tuple(cast("Source", one) for one in late),  # mypy: no property is a variable that could be set
        log=LateLog(journal),
        simulated=False,
        wall_clock=time.time,
        inspect=LateInspect(inspector),
        actions=LateActions(launcher, why_never(host)),
        past=past,
    )


def simulated_device(config: Config | None = None, clock: Callable[[], float] = time.monotonic) -> Device:
    """A simulated ModuCop behind the same ports; it reads nothing of this machine, and every action works on it."""
    from moducop_tui.demo import build

    def plan_of(action: Action) -> Plan:
        from moducop_tui.planning import prepare

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
