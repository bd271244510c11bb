"""Performs a slot plan inside a machine step by step, so that a test can end it between any two of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from .inside import Result
    from .machine import Machine

ENVIRONMENT: Final = {"PYTHONPATH": "/opt/moducop_tui/source:/opt/moducop_tui/site", "PYTHONDONTWRITEBYTECODE": "1"}

PROGRAM: Final = """
import dataclasses, json, sys, time
from moducop_tui.actions.hands.table import hand_for
from moducop_tui.actions.kit import Kit
from moducop_tui.cli.reread import Reread
from moducop_tui.config import Config
from moducop_tui.device import real_device
from moducop_tui.host import Host
from moducop_tui.model.acts import Leave
from moducop_tui.model.plan import Action, ActionKind
from moducop_tui.model.reading import Topic
from moducop_tui.model.work import Order, Who
from moducop_tui.planning import prepare
from moducop_tui.read_once import read_once

kind, subject, first, last, seconds = sys.argv[1:]
config = Config(dead_man=int(seconds))
device = real_device(config)
action = Action(ActionKind(kind), subject or None)
readings = read_once(device.sources, frozenset(Topic) - {Topic.LOG}, 20)
plan = prepare(device, config, action, readings)
again = Reread(lambda: real_device(config))
order = Order(action, Who("root"), tuple(step.command for step in plan.steps))
kit = Kit(Host(), config, order, again.read, device.inspect, lambda _: None, lambda _: None, lambda: False, time.time)
told = {"refusal": plan.refusal, "overrides": plan.overrides, "steps": [], "done": []}
told["steps"] = [type(step.act).__name__ for step in plan.steps]
told["preconditions"] = {one.words: [one.met.value, one.reading] for one in plan.preconditions}
for step in plan.steps[int(first) : int(last)] if plan.runs else ():
    if isinstance(step.act, Leave):
        break
    result = hand_for(step.act)(step.act, kit)
    told["done"].append([result.good, result.sentence])
    if not result.good:
        break
print(json.dumps(told))
"""
"""A program that makes a plan and performs its steps from one number to another, but never lets the machine go down."""


def perform(
    machine: Machine, kind: str, subject: str = "", *, first: int = 0, last: int = 99, seconds: int = 600
) -> dict[str, Any]:
    """Make the plan inside and perform the steps ``first`` to ``last`` (not included); ``seconds`` of the timer."""
    told: dict[str, Any] = json.loads(_run(machine, kind, subject, first, last, seconds).check().stdout)
    assert all(good for good, _ in told["done"]), told["done"]
    return told


def look(machine: Machine, kind: str, subject: str = "") -> dict[str, Any]:
    """The plan, of which nothing is performed."""
    return perform(machine, kind, subject, last=0)


def _run(machine: Machine, kind: str, subject: str, first: int, last: int, seconds: int) -> Result:
    argv = ["python3", "-c", PROGRAM, kind, subject, str(first), str(last), str(seconds)]
    return machine.run(argv, env=ENVIRONMENT, timeout=90)
