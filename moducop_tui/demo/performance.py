"""One action on the simulated device, from its order to its end: all of it is known as soon as it begins.

So what is at work at a moment can be told for any moment, as everything else of the simulated device.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from moducop_tui.demo.acts import perform
from moducop_tui.demo.diary import STICK_IN_USE, Deed, Said, Use
from moducop_tui.demo.state import State
from moducop_tui.demo.turn import Moment, Turn
from moducop_tui.demo.world import World
from moducop_tui.model.acts import AwaitHealth, ControlApp, ControlContainer, MountStick, RunClient
from moducop_tui.model.plan import Plan, Step
from moducop_tui.model.step_rules import StepWent, can_be_stopped, failure, told
from moducop_tui.model.work import Order, Outcome, Progress, Record, Running, StepRecord, StepState

_BETWEEN = 0.15
"""Seconds from one step to the next: the trail is written on the disk."""
_PULLED_AFTER = 20.0
"""Seconds that nobody pulls the stick once it is released."""
_SHOWN_LINES = 12
_OF_CONTAINERS = (ControlContainer, ControlApp, AwaitHealth)


@dataclass(frozen=True, slots=True)
class Played:
    """One step as it is performed. Without a turn it is not performed at all."""

    step: Step
    begin: float
    turn: Turn | None = None

    @property
    def end(self) -> float:
        """When it has ended."""
        return self.begin + (self.turn.seconds if self.turn else 0.0)


@dataclass(frozen=True, slots=True)
class Performance:
    """One action with all its steps, in seconds of the story."""

    action_id: str
    order: Order
    plan: Plan
    began: float
    boot_id: str
    steps: tuple[Played, ...]
    outcome: Outcome
    sentence: str
    ended: float


def play(world: World, action_id: str, order: Order, plan: Plan, began: float) -> Performance:
    """Perform a plan: what it does is in the diary afterwards, each thing at its moment."""
    if not all(isinstance(step.act, _OF_CONTAINERS) for step in plan.steps):
        world.diary.enter(Deed(began, _takes_over, action_id))
    steps = _played(world, action_id, plan.steps, began + _BETWEEN)
    ended = max((one.end for one in steps), default=began)
    if any(isinstance(step.act, MountStick) for step in plan.steps):
        world.diary.enter(Use(began, ended + _PULLED_AFTER, STICK_IN_USE, action_id))
    outcome, sentence = _outcome(steps)
    performance = Performance(action_id, order, plan, began, world.boot_at(began).id, steps, outcome, sentence, ended)
    _say(world, performance)
    return performance


def _takes_over(state: State, _: float) -> State:
    """From here on the story's own updates do not happen."""
    return state


def _played(
    world: World, action_id: str, steps: tuple[Step, ...], at: float, *, failed: bool = False
) -> tuple[Played, ...]:
    """Each step after the other; after one that failed only what puts things back."""
    played: list[Played] = []
    for step in steps:
        if failed and not step.always:
            played.append(Played(step, at))
            continue
        turn = perform(step.act, Moment(world, at, action_id))
        world.diary.enter(*turn.written)
        played.append(Played(step, at, turn))
        at += turn.seconds + _BETWEEN
        failed = failed or failure(_went(played)) is not None
        if turn.is_left:
            break
    return tuple(played)


def _went(steps: Sequence[Played]) -> list[StepWent]:
    numbered = ((number, one.step, one.turn) for number, one in enumerate(steps, start=1))
    return [StepWent(number, step, turn.good, turn.sentence) for number, step, turn in numbered if turn is not None]


def _outcome(steps: Sequence[Played]) -> tuple[Outcome, str]:
    went = _went(steps)
    return (Outcome.DONE if failure(went) is None else Outcome.FAILED), told(went)


def _say(world: World, performance: Performance) -> None:
    title, action_id = performance.plan.title, performance.action_id
    said = [Said(performance.began, f"{title}: ordered by {performance.order.who.words}", True, action_id)]
    for number, one in enumerate(performance.steps, start=1):
        if one.turn is not None:
            words = f"{title}, step {number} of {len(performance.steps)}: {one.turn.sentence}"
            said.append(Said(one.end, words, one.turn.good, action_id))
    ended = f"{title}: {performance.outcome.value}. {performance.sentence}"
    said.append(Said(performance.ended, ended, performance.outcome is Outcome.DONE, action_id))
    world.diary.enter(*said)


def stopped(world: World, performance: Performance, at: float) -> Performance:
    """The same action, stopped as asked: what it would have done later does not happen; all else is put back."""
    world.diary.strike_out(performance.action_id, at)
    steps: list[Played] = []
    for one in performance.steps:
        if one.end <= at and one.turn is not None:
            steps.append(one)
            continue
        if one.begin <= at and one.turn is not None and can_be_stopped(one.step.act):
            cut = replace(one.turn, seconds=at - one.begin, good=False, sentence="Stopped as asked.", written=())
            steps.append(replace(one, turn=cut))
            continue
        steps += _played(world, performance.action_id, (one.step,), at + _BETWEEN, failed=True)
        at = max(at, steps[-1].end)
    words = "Stopped as asked; what came after it was not done."
    after = replace(performance, steps=tuple(steps), outcome=Outcome.CANCELLED, sentence=words, ended=at + _BETWEEN)
    world.diary.enter(Said(after.ended, f"{after.plan.title}: cancelled.", False, after.action_id))
    return after


def record_at(world: World, performance: Performance, moment: float) -> Record:
    """The record of it, as far as it has come by then."""
    ended = moment >= performance.ended
    order, plan = performance.order, performance.plan
    return Record(
        id=performance.action_id,
        action=order.action,
        title=plan.title,
        who=order.who,
        at=world.wall(performance.began),
        boot_id=performance.boot_id,
        outcome=performance.outcome if ended else Outcome.RUNNING,
        sentence=performance.sentence if ended else None,
        reason=order.reason,
        overrides=order.overrides,
        steps=tuple(_step_at(world, one, moment, ended=ended) for one in performance.steps),
        ended_at=world.wall(performance.ended) if ended else None,
        expected=next((step.act.expected for step in plan.steps if isinstance(step.act, RunClient)), None),
    )


def _step_at(world: World, one: Played, moment: float, *, ended: bool) -> StepRecord:
    step, turn = one.step, one.turn
    if turn is None or moment < one.begin:
        state = StepState.SKIPPED if ended else StepState.WAITING
        return StepRecord(step.words, step.command, step.power, state)
    if moment < one.end:
        return StepRecord(step.words, step.command, step.power, StepState.RUNNING, world.wall(one.begin))
    return StepRecord(
        step.words,
        step.command,
        step.power,
        StepState.DONE if turn.good else StepState.FAILED,
        world.wall(one.begin),
        turn.seconds,
        turn.exit_code,
        turn.sentence,
        "\n".join(turn.lines),
    )


def running_at(world: World, performance: Performance, moment: float) -> Running | None:
    """How far it is; None when it has ended, or not begun."""
    if not performance.began <= moment < performance.ended:
        return None
    record = record_at(world, performance, moment)
    index = max((number for number, one in enumerate(performance.steps) if one.turn and one.begin <= moment), default=0)
    if not performance.steps:
        return Running(record, 0)
    one = performance.steps[index]
    share = 1.0 if one.turn is None or not one.turn.seconds else min(1.0, (moment - one.begin) / one.turn.seconds)
    progress = None
    if one.turn is not None and one.turn.total is not None:
        total, rate = one.turn.total, one.turn.total / one.turn.seconds
        progress = Progress(share, int(total * share), total, rate)
    lines = one.turn.lines[: int(share * (len(one.turn.lines) + 1))] if one.turn else ()
    return Running(record, index, progress, lines[-_SHOWN_LINES:], can_be_stopped(one.step.act))
