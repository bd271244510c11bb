"""A whole simulated ModuCop behind the ports of the real one: for visitors, for screens, and for their tests."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from moducop_tui.model.plan import Action, Plan
from moducop_tui.model.ports import ActionPort, InspectPort, LogPort, Source


@dataclass(frozen=True, slots=True)
class Built:
    """Everything of one simulated device. `wall_clock` gives its time in seconds since 1970."""

    sources: tuple[Source, ...]
    log: LogPort
    wall_clock: Callable[[], float]
    inspect: InspectPort
    actions: ActionPort


def build(
    seed: int = 1,
    clock: Callable[[], float] = time.monotonic,
    wall_clock: Callable[[], float] = time.time,
    *,
    plan_of: Callable[[Action], Plan],
    sleep: Callable[[float], object] = time.sleep,
) -> Built:
    """A device that begins its story now.

    The same seed tells the same story, to the letter, until somebody acts. `clock` drives it and must never go back;
    `wall_clock` is asked once, for the time of day at which the story begins. `plan_of` makes the plan of an action on
    this very device: it is asked only when an order comes. It reads nothing of the machine that it runs on.
    """
    from moducop_tui.demo.actions import SimulatedActions
    from moducop_tui.demo.device import make_sources
    from moducop_tui.demo.inspect import SimulatedInspector
    from moducop_tui.demo.log_port import SimulatedLog
    from moducop_tui.demo.world import World

    world = World(seed, clock, wall_clock)
    actions = SimulatedActions(world, plan_of)
    inspector = SimulatedInspector(world, sleep)
    return Built(make_sources(world, actions), SimulatedLog(world), world.wall_now, inspector, actions)
