"""What becomes of each container once visitors have told it something: the story's life, and orders laid over it.

Told to start, a container runs until the story has something new for it: what ails it now befalls it again.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

from moducop_tui.demo import lives, story
from moducop_tui.demo.cast import ROLES, Role
from moducop_tui.demo.diary import ContainerOrder
from moducop_tui.demo.lives import CRASH_RUN, Spell
from moducop_tui.demo.story import What
from moducop_tui.demo.world import World
from moducop_tui.model.apps import ContainerState, Health


def spell_at(world: World, role: Role, moment: float) -> Spell:
    """The spell that the container is in."""
    return next(spell for spell in spells(world, role, moment, moment) if spell.end > moment)


def spells(world: World, role: Role, since: float, until: float) -> Iterator[Spell]:
    """All spells that touch `since` to `until`, in order; the last may go on for ever."""
    orders = world.diary.orders_for(role.name)
    voided = world.voided
    first = orders[0].moment if orders else math.inf
    for spell in lives.spells(role, since, min(until, first), voided):
        if spell.begin < first:
            yield replace(spell, end=min(spell.end, first))
    for number, order in enumerate(orders):
        end = orders[number + 1].moment if number + 1 < len(orders) else math.inf
        if end > since and order.moment <= until:
            yield from _clipped(_obeyed(role, order, orders[:number], max(since, order.moment), voided), since, end)


def next_change(world: World, moment: float) -> float:
    """When any container next passes into another spell, as far as it can be told."""
    return min(spell_at(world, role, moment).end for role in ROLES)


def _clipped(told: Iterator[Spell], since: float, end: float) -> Iterator[Spell]:
    for spell in told:
        if spell.begin >= end:
            return
        clipped = replace(spell, end=min(spell.end, end))
        if clipped.begin < clipped.end and clipped.end > since:
            yield clipped


def _obeyed(
    role: Role, order: ContainerOrder, before: list[ContainerOrder], since: float, voided: frozenset[What]
) -> Iterator[Spell]:
    """The life from an order on, as if no other came."""
    at = order.moment
    made_anew = sum(not one.exists for one in before)
    started = next((one.moment for one in reversed(before) if one.runs), lives.first_start(role))
    still = Spell(at, math.inf, ContainerState.EXITED, Health.NONE, started, at, 0, generation=made_anew)
    if not order.exists:
        yield replace(still, state=None)
    elif not order.runs:
        yield still
    else:
        yield from _running(role, replace(still, state=ContainerState.RUNNING, started_at=at), since, voided)


def _running(role: Role, life: Spell, since: float, voided: frozenset[What]) -> Iterator[Spell]:
    """Started: well until the story tells something new of it; without its serial port only for a moment."""
    at = life.started_at
    told = lives.spells(role, at, max(since, at) + story.LAP, voided)
    news = [spell for spell in told if spell.begin > at + CRASH_RUN]
    end = news[0].begin if news else math.inf
    if role.trouble is What.SERIAL_LOST and story.current(What.SERIAL_LOST, at) is not None:
        crash = min(at + CRASH_RUN, end)
        yield replace(life, end=crash)
        yield replace(
            life, begin=crash, end=end, state=ContainerState.RESTARTING, finished_at=crash, exit_code=1
        )  # fmt: skip
    else:
        yield from lives.well(role, life, end)
    for spell in news:
        yield replace(spell, generation=life.generation, started_at=max(spell.started_at, at))
