"""Reboots of the simulated device: U-Boot's choice, the containers' stop and start, and the dead-man timer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from moducop_tui.demo.boots import PastBoot
from moducop_tui.demo.cast import ROLES
from moducop_tui.demo.diary import Change, ContainerOrder, Deed
from moducop_tui.demo.slots import BOOT_LIMIT
from moducop_tui.demo.state import PARTITIONS, State
from moducop_tui.demo.turn import Moment
from moducop_tui.demo.world import World
from moducop_tui.model.work import Fired

BOOTING = 14.0
"""Seconds from the reboot until the simulated device is back: a real one needs a minute."""
OFF = 24.0
"""The same after it was switched off: somebody switches it on again for the next visitor."""
_FIRST_CONTAINER, _NEXT_CONTAINER = 6.0, 0.9
"""Seconds from the boot to the first container's start, and from each to the next."""
_TIMER = "dead-man"


def going_down(moment: Moment, away: float, *, by_timer: bool = False) -> Iterator[Deed | ContainerOrder]:
    """The device goes down now and is back after `away` seconds."""
    world, up = moment.world, moment.at + away
    identity = world.chance.derive(f"boot at {moment.at:.3f}").digits(32)
    yield moment.deed(0.0, _boots(up, identity, world.wall(moment.at) if by_timer else None))
    for number, role in enumerate(ROLES):
        orders = [one for one in world.diary.orders_for(role.name) if one.moment <= moment.at]
        stopped = bool(orders) and orders[-1].exists and not orders[-1].runs
        yield moment.order(0.0, role.name, runs=False)
        if not stopped:  # what somebody has stopped stays so: restart policy unless-stopped
            yield moment.order(away + _FIRST_CONTAINER + _NEXT_CONTAINER * number, role.name, runs=True)


def _boots(up: float, identity: str, fired_at: float | None) -> Change:
    """U-Boot counts, compares, and falls back when its count is beyond the limit (device facts 2.1)."""

    def change(state: State, moment: float) -> State:
        if state.upgrade_available:
            state = replace(state, bootcount=state.bootcount + 1, writes=state.writes + 1)
        if state.upgrade_available and state.bootcount > BOOT_LIMIT:
            state = replace(state, boot_part=PARTITIONS[state.chosen.other], upgrade_available=0)
        slot = state.chosen
        boot = PastBoot(identity, slot, up, None, state.release(slot), off_since=moment)
        timer = state.dead_man if state.dead_man is not None and state.dead_man.slot is slot else None
        fired = state.fired
        if fired_at is not None and state.dead_man is not None:
            fired = Fired(state.dead_man.slot, fired_at, state.boots[-1].id)
        return replace(state.with_boot(boot), dead_man=timer, daemon_active=True, fired=fired)

    return change


def settle(world: World, now: float) -> None:
    """What the dead-man timer has done by now: it reboots a trial back that nobody has kept in time."""
    state = world.state_at(now)
    timer, boot = state.dead_man, state.boots[-1]
    if timer is None or timer.slot is not state.running or not state.upgrade_available:
        return
    due = boot.begin + timer.seconds
    if now >= due:
        moment = Moment(world, due, f"{_TIMER} {boot.id}")
        world.diary.enter_once(moment.action_id, *going_down(moment, BOOTING, by_timer=True))
