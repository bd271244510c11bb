"""One device, real or simulated: where its facts and its journal come from. Building it loads no heavy library."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from moducop_tui.config import Config
from moducop_tui.host import Host
from moducop_tui.model.ports import ActionPort, InspectPort, LogPort, Source
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
    from moducop_tui.actions.launch import Launcher
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


def simulated_device() -> Device:
    """A simulated ModuCop behind the same ports; it reads nothing of this machine."""
    from moducop_tui.demo import build

    sources, log, wall_clock = build()
    return Device(sources=tuple(sources), log=log, simulated=True, wall_clock=wall_clock)
