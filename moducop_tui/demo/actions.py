"""The one way to change the simulated device, and the topic WORK, which tells what is done to it and was."""

from __future__ import annotations

import threading
from collections.abc import Callable

from moducop_tui.demo.apps import container_id, engine_of_the_demo
from moducop_tui.demo.past import LOGGER, past_records
from moducop_tui.demo.performance import Performance, play, record_at, running_at, stopped
from moducop_tui.demo.world import World
from moducop_tui.model.plan import Action, Plan
from moducop_tui.model.reading import Unavailable
from moducop_tui.model.step_rules import can_be_stopped
from moducop_tui.model.work import DeadMan, Order, Outcome, Record, Running, Work

PlanOf = Callable[[Action], Plan]
"""Makes the plan of an action on the simulated device as it is now."""
_KEPT = 20


class SimulatedActions:
    """Stands behind `model.ports.ActionPort`. Safe from any thread."""

    forbidden = None
    """Whoever may look may act: nothing is changed but the simulation."""

    def __init__(self, world: World, plan_of: PlanOf) -> None:
        self._world = world
        self._plan_of = plan_of
        self._lock = threading.Lock()
        self._performances: tuple[Performance, ...] = ()

    def start(self, order: Order) -> str | Unavailable:
        """Make the plan anew and perform it, if it is still the one that was shown."""
        plan = self._plan_of(order.action)
        commands = tuple(step.command for step in plan.steps)
        if plan.refusal is not None:
            return Unavailable(plan.refusal)
        if commands != order.commands:
            return Unavailable("The device has changed since the plan was confirmed, so nothing was done.")
        with self._lock:
            now = self._world.now()
            running = self._running(now)
            if running is not None:
                return Unavailable(f"Nothing was done: {running.record.title} is still at work.")
            action_id = f"demo-{len(self._performances) + 1:04}"
            self._performances = (*self._performances, play(self._world, action_id, order, plan, now))
        self._world.diary.rouse()
        return action_id

    def cancel(self, action_id: str) -> Unavailable | None:
        """Stop the running action where that does no harm."""
        with self._lock:
            now = self._world.now()
            running = self._running(now)
            if running is None or running.record.id != action_id:
                return Unavailable("It has ended already.")
            last = self._performances[-1]
            if not can_be_stopped(last.steps[running.step].step.act):
                return Unavailable("This step can't be stopped: it would leave something half done.")
            self._performances = (*self._performances[:-1], stopped(self._world, last, now))
        self._world.diary.rouse()
        return None

    def work_at(self, moment: float) -> Work:
        """The topic WORK."""
        state, back = self._world.state_at(moment), self._world.back_in(moment)
        running = None if back is not None else self._running(moment)
        records = self._records(moment)
        held = None if running is None else f"{running.record.action.words} by {running.record.who.words}"
        if back is not None:
            held = f"it reboots (simulated), and is back in {back:.0f} s"
        return Work(
            running=running,
            held_by=held,
            last=next((one for one in records if one.outcome is not Outcome.RUNNING), None),
            history=records[:_KEPT],
            updates=records[:_KEPT],
            ledger=state.ledger,
            dead_man=self._timer(moment),
            fired=state.fired,
            before=state.before,
        )

    def next_change(self, moment: float) -> float:
        """When something of it looks different: while an action runs, twice a second."""
        busy = self._running(moment) is not None or self._world.back_in(moment) is not None
        return moment + 0.5 if busy else self._world.diary.next_after(moment)

    def _running(self, moment: float) -> Running | None:
        return running_at(self._world, self._performances[-1], moment) if self._performances else None

    def _records(self, moment: float) -> tuple[Record, ...]:
        ours = (record_at(self._world, one, moment) for one in reversed(self._performances) if one.began <= moment)
        boots = self._world.boots_at(moment)
        logger = container_id(self._world, LOGGER, generation=0)
        command = f"docker --host {engine_of_the_demo().endpoint} restart {logger}"
        return (*ours, *past_records(boots[:_STORY_BOOTS], self._world.wall, command))

    def _timer(self, moment: float) -> DeadMan | None:
        state = self._world.state_at(moment)
        timer = state.dead_man
        if timer is None or timer.slot is not state.running or not state.upgrade_available:
            return timer
        return DeadMan(timer.slot, timer.seconds, max(0.0, state.boots[-1].begin + timer.seconds - moment))


_STORY_BOOTS = 4
"""Boots that the journal remembers when the demo begins."""
