"""A whole simulated ModuCop behind the ports of the real one: for visitors, for screens, and for their tests."""

from __future__ import annotations

import time
from collections.abc import Callable

from moducop_tui.model.ports import LogPort, Source


def build(
    seed: int = 1,
    clock: Callable[[], float] = time.monotonic,
    wall_clock: Callable[[], float] = time.time,
) -> tuple[tuple[Source, ...], LogPort, Callable[[], float]]:
    """The sources, the journal and the wall clock of a device that begins its story now.

    The same seed tells the same story, to the letter. `clock` drives it and must never go back; `wall_clock` is asked
    once, for the time of day at which the story begins. It reads nothing of the machine that it runs on.
    """
    from moducop_tui.demo.device import make_sources
    from moducop_tui.demo.log_port import SimulatedLog
    from moducop_tui.demo.world import World

    world = World(seed, clock, wall_clock)
    return make_sources(world), SimulatedLog(world), world.wall_now
