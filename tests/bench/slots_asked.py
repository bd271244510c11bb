"""Asks the console's sources of slots and boot environment inside a machine, as the console would ask them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from .machine import Machine

_PYTHONPATH: Final = "/opt/moducop_tui/source:/opt/moducop_tui/site"

_BEGINNING: Final = """
import dataclasses, json, pathlib, subprocess, sys, threading, time
from moducop_tui.config import Config
from moducop_tui.host import Host
from moducop_tui.model.verdict import judge_boot
from moducop_tui.model.wake import Wake
from moducop_tui.sources.bootenv import BootEnvironmentSource
from moducop_tui.sources.mender import MenderSource
from moducop_tui.sources.partitions import PartitionsSource

def tell(value):
    print(json.dumps(dataclasses.asdict(value) if dataclasses.is_dataclass(value) else value))

host = Host(pathlib.Path(sys.argv[1]))
config = Config(root=host.root)
slots, boot, mender = (make(config, host) for make in (PartitionsSource, BootEnvironmentSource, MenderSource))
"""


def ask(machine: Machine, script: str, *, root: str = "/", within: tuple[str, ...] = ()) -> Any:
    """What a piece of Python says inside by ``tell``; it finds the sources ``slots``, ``boot`` and ``mender`` made.

    ``within`` is a command in front, such as ``unshare --mount``.
    """
    argv = [*within, "env", f"PYTHONPATH={_PYTHONPATH}", "python3", "-c", _BEGINNING + script, root]
    return json.loads(machine.run(argv, timeout=60).check().stdout)


def slots(machine: Machine) -> dict[str, Any]:
    """The reading of the slots."""
    told: dict[str, Any] = ask(machine, "tell(slots.read())")
    return told


def environment(machine: Machine) -> dict[str, Any]:
    """The reading of the boot environment."""
    told: dict[str, Any] = ask(machine, "tell(boot.read())")
    return told


def verdict(machine: Machine) -> dict[str, Any]:
    """The verdict over all three readings."""
    told: dict[str, Any] = ask(machine, "tell(judge_boot(slots.read(), boot.read(), mender.read()))")
    return told
