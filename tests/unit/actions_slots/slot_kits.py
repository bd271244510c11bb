"""A directory that stands for this machine, with a real boot environment in a file, and the kit that a hand gets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from moducop_tui.actions.kit import Kit
from moducop_tui.config import Config
from moducop_tui.host import Host
from moducop_tui.model.plan import Action, ActionKind
from moducop_tui.model.reading import Topic
from moducop_tui.model.work import Order, Progress, Who
from moducop_tui.sources.bootenv import BootEnvironmentSource
from moducop_tui.sources.inspect import Inspector
from tests.unit.core.well_device import STORAGE, WALL
from tests.unit.slots.environment_recordings import FACTORY, SIZE, block
from tests.unit.slots.verdict_cases import A, slots

ORDER = Order(Action(ActionKind.SWITCH, "B"), Who("root", "ttymxc0"), ())
BOOT_ID = "0f8fad5b-d9cb-469f-a165-70867728950e"
OFFSETS = (0, 2 * SIZE)


class HostBelow(Host):
    """A directory as root, in which a path that is below it already stays as it is: tools know no root prefix."""

    def path(self, device_path: str) -> Path:
        return Path(device_path) if device_path.startswith(f"{self.root}/") else Host(self.root).path(device_path)


class HostHere(HostBelow):
    """The same, and it counts as this machine."""

    @property
    def is_this_machine(self) -> bool:
        return True


@dataclass
class Device:
    """Below `root`: a redundant environment in the file `disk`, and what the sources would read."""

    root: Path
    storage: object = STORAGE
    slots: object = field(default_factory=lambda: slots(mounted=A))
    progress: list[Progress] = field(default_factory=list)
    cancelled: Callable[[], bool] = lambda: False
    boot: Callable[[], object] | None = None

    def __post_init__(self) -> None:
        self.host = HostHere(self.root)
        for directory in ("etc/systemd/system", "data", "run", "proc/sys/kernel/random", "dev"):
            (self.root / directory).mkdir(parents=True, exist_ok=True)
        (self.root / "proc/sys/kernel/random/boot_id").write_text(BOOT_ID + "\n")
        lines = "".join(f"{self.disk} {offset:#x} {SIZE:#x}\n" for offset in OFFSETS)
        (self.root / "etc/fw_env.config").write_text(lines)
        self.write(FACTORY)

    @property
    def disk(self) -> Path:
        return self.root / "dev/disk"

    def write(self, variables: dict[str, str]) -> None:
        """A fresh environment, the second copy the newer one."""
        self.disk.write_bytes(block(variables, 1) + bytes(OFFSETS[1] - SIZE) + block(variables, 2))

    def flip(self, *copies: int) -> None:
        """Damage copies so that their checksums are wrong."""
        content = bytearray(self.disk.read_bytes())
        for copy in copies:
            content[OFFSETS[copy] + 100] ^= 0xFF
        self.disk.write_bytes(content)

    def variables(self) -> dict[str, str]:
        """What the environment holds, by our own reader of the copies."""
        read: Any = BootEnvironmentSource(Config(), HostBelow(self.root)).read()
        return dict(read.variables)

    def kit(self) -> Kit:
        """What the executor hands to an act."""
        config = Config()
        return Kit(
            self.host,
            config,
            ORDER,
            self._read,
            Inspector(config, self.host),
            self.progress.append,
            lambda _: None,
            self.cancelled,
            lambda: WALL,
        )

    def _read(self, topic: Topic) -> Any:
        if topic is Topic.BOOT:
            # Without the tool, which would follow this machine's own configuration.
            return (self.boot or BootEnvironmentSource(Config(), HostBelow(self.root)).read)()
        return {Topic.SLOTS: self.slots, Topic.STORAGE: self.storage}[topic]


def stand_in(directory: Path, name: str, script: str) -> None:
    """A program of that name that does something else; `$REAL` is the real one."""
    directory.mkdir(exist_ok=True)
    path = directory / name
    path.write_text(f"#!/bin/sh\nREAL=/usr/bin/{name}\n{script}\n")
    path.chmod(0o755)
