"""Events of the audit trail into records: the executor tells its own action by it, and every reader all of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from moducop_tui.model.audit_events import Ended, Event, Ordered, Planned, StepBegun, StepEnded
from moducop_tui.model.plan import Power
from moducop_tui.model.work import Outcome, Record, StepRecord, StepState


def with_event(record: Record | None, event: Event) -> Record | None:
    """The record of an action after one more event; None while its order is not known. The same event twice is one."""
    if isinstance(event, Ordered):
        return record or _ordered(event)
    if record is None:
        return None
    match event:
        case Planned():
            steps = tuple(StepRecord(one.words, one.command, one.power, StepState.WAITING) for one in event.steps)
            return replace(record, title=event.title, steps=steps, expected=event.expected, version=event.version)
        case StepBegun():
            return _with_step(record, event.step, state=StepState.RUNNING, began=event.at)
        case StepEnded():
            return _with_step(
                record,
                event.step,
                state=event.state,
                seconds=event.seconds,
                exit_code=event.exit_code,
                sentence=event.sentence,
                output=event.output,
            )
        case Ended():
            steps = tuple(_not_begun(step) for step in record.steps)
            ended = replace(record, outcome=event.outcome, sentence=event.sentence, steps=steps)
            return replace(ended, ended_at=event.at)


def settled(record: Record, living: Collection[str], boot_id: str | None) -> Record:
    """The record with what is true of one without an end: it runs while its executor lives, else it was cut off.

    `living` are the ids of actions whose executor lives, `boot_id` is that of the boot that runs now.
    """
    if record.outcome is not Outcome.RUNNING or record.id in living:
        return record
    sentence = f"{_where(record)}; {_why(record, boot_id)}."
    steps = tuple(_cut(step) for step in record.steps)
    return replace(record, outcome=Outcome.CUT, sentence=sentence, steps=steps)


def _ordered(event: Ordered) -> Record:
    steps = tuple(StepRecord(command, command, Power.MAY, StepState.WAITING) for command in event.commands)
    return Record(
        id=event.id,
        action=event.action,
        title=event.action.words,
        who=event.who,
        at=event.at,
        boot_id=event.boot_id,
        outcome=Outcome.RUNNING,
        reason=event.reason,
        overrides=event.overrides,
        steps=steps,
    )


def _with_step(record: Record, index: int, **changed: object) -> Record:
    if not 0 <= index < len(record.steps):
        return record
    step = replace(record.steps[index], **changed)  # type: ignore[arg-type]  # each name is given its field's type
    return replace(record, steps=(*record.steps[:index], step, *record.steps[index + 1 :]))


def _not_begun(step: StepRecord) -> StepRecord:
    return replace(step, state=StepState.SKIPPED) if step.state is StepState.WAITING else step


def _cut(step: StepRecord) -> StepRecord:
    return replace(step, state=StepState.CUT) if step.state is StepState.RUNNING else _not_begun(step)


def _where(record: Record) -> str:
    """How far it came."""
    running = next((index for index, step in enumerate(record.steps) if step.state is StepState.RUNNING), None)
    if running is not None:
        return f"Cut off in step {running + 1} of {len(record.steps)} ({record.steps[running].words})"
    done = sum(step.state is not StepState.WAITING for step in record.steps)
    if done:
        return f"Cut off after step {done} of {len(record.steps)}"
    return "Cut off before its first step, so that nothing was done"


def _why(record: Record, boot_id: str | None) -> str:
    if boot_id is None or record.boot_id is None:
        return "no end is on record"
    if record.boot_id != boot_id:
        return "the device went down meanwhile and has booted since"
    return "its process was ended from outside"
