"""`moducop-tui work ID`: the executor's own process. Not for people: a console starts it, outside of its session.

`moducop-tui work --put-back` comes after one that was killed.
"""

from __future__ import annotations

from pathlib import Path

from moducop_tui import errors
from moducop_tui.actions.running.executor import execute
from moducop_tui.actions.running.moment import Clocks
from moducop_tui.actions.running.performance import Workshop
from moducop_tui.actions.running.put_back import put_back_alone
from moducop_tui.cli.output import complain
from moducop_tui.cli.reread import Reread
from moducop_tui.config import Config
from moducop_tui.device import Device, real_device
from moducop_tui.host import Host
from moducop_tui.model.plan import Action, Plan
from moducop_tui.model.reading import Topic
from moducop_tui.model.readings import Readings
from moducop_tui.planning import prepare
from moducop_tui.read_once import read_once

_PATIENCE = 15.0
"""Seconds for reading the whole device; each topic has a limit of its own too."""

_TOPICS = frozenset(Topic) - {Topic.LOG}
"""What plans are made from: a journal that hangs must not keep anybody from rolling back."""


def run(device: Device, action_id: str | None, config: Config, config_path: Path | None) -> int:
    """Carry out the order of that id. How it went is on record; 0 however it went, for no unit has failed by it.

    Without an id: put back what a killed executor left.
    """
    if device.inspect is None or device.simulated:
        complain("orders are carried out on the real device only.")
        return 1

    def again() -> Device:
        return real_device(config, config_path)

    def survey() -> Readings:
        return read_once(again().sources, _TOPICS, _PATIENCE)

    def plan(action: Action, readings: Readings) -> Plan:
        return prepare(device, config, action, readings)

    host, inspect, reread = Host(config.root), device.inspect, Reread(again)
    workshop = Workshop(host, config, inspect, survey, reread.read, plan, errors.failure, Clocks(host))
    try:
        if action_id is None:
            put_back_alone(workshop)
        else:
            execute(action_id, workshop)
    finally:
        reread.close()
    return 0
