"""Everything that happens in an action, written down: in the trail, in the journal, and in the record of it."""

from __future__ import annotations

from moducop_tui.actions.kit import Result
from moducop_tui.actions.running.audit import AuditWriter
from moducop_tui.actions.running.journald import send
from moducop_tui.actions.running.moment import Clocks
from moducop_tui.host import Host
from moducop_tui.model.acts import RememberBefore, RunClient
from moducop_tui.model.audit_events import Ended, Event, Ordered, Planned, PlannedStep, StepBegun, StepEnded
from moducop_tui.model.audit_fold import with_event
from moducop_tui.model.foreign import clean
from moducop_tui.model.plan import Action, Plan
from moducop_tui.model.work import Order, Outcome, Record, StepState, Who

OUTPUT_LIMIT = 4096
"""Characters of the end of a tool's output that are kept."""
_WORDS, _COMMAND, _SENTENCE = 300, 1000, 1000
_NOTICE, _WARNING = "5", "4"


class Notebook:
    """The record of one action. Opening it writes the order down, and raises AuditError where that can't be.

    `record` is always what a reader of the trail would see.
    """

    def __init__(self, host: Host, trail: AuditWriter, clocks: Clocks, action_id: str, order: Order) -> None:
        self._host = host
        self._trail = trail
        self._clocks = clocks
        self._id = action_id
        self._order = order
        event = _ordered(order, action_id, clocks)
        trail.write(event)
        record = with_event(None, event)
        if record is None:
            raise AssertionError("an order makes a record")
        self.record: Record = record
        self._tell(f"{record.title}: ordered by {record.who.words}", _NOTICE)

    @property
    def missed(self) -> str | None:
        """Why not all of it is in the trail, in a sentence."""
        return self._trail.missed

    def planned(self, plan: Plan) -> None:
        """The plan as it will be run. Raises AuditError: then nothing may be run."""
        self._must(
            Planned(
                self._id,
                self._clocks.wall(),
                self._clocks.uptime(),
                clean(plan.title, _WORDS),
                tuple(PlannedStep(clean(step.words, _WORDS), clean(step.command, _COMMAND), step.power)
                      for step in plan.steps),
                next((step.act.expected for step in plan.steps if isinstance(step.act, RunClient)), None),
                next((_version(step.act) for step in plan.steps if isinstance(step.act, RememberBefore)), None),
            )
        )  # fmt: skip

    def begin(self, step: int, *, first: bool) -> None:
        """A step is about to be performed. Raises AuditError for the first one: nothing may run unrecorded."""
        event = StepBegun(self._id, self._clocks.wall(), self._clocks.uptime(), step)
        if first:
            self._must(event)
        else:
            self._note(event)
        self._tell(f"{self._place(step)}: {self.record.steps[step].words}", _NOTICE, step)

    def end_step(self, step: int, result: Result, seconds: float | None = None) -> None:
        """A step has ended."""
        event = StepEnded(
            self._id,
            self._clocks.wall(),
            self._clocks.uptime(),
            step,
            StepState.DONE if result.good else StepState.FAILED,
            None if seconds is None else round(seconds, 3),
            result.exit_code,
            clean(result.sentence, _SENTENCE),
            tail(result.output),
        )
        self._note(event)
        self._tell(f"{self._place(step)} {event.state.value}: {event.sentence}", _priority(result.good), step)

    def end(self, outcome: Outcome, sentence: str) -> None:
        """The action has ended."""
        told = sentence if self.missed is None else f"{sentence} {self.missed}"
        self._note(Ended(self._id, self._clocks.wall(), self._clocks.uptime(), outcome, clean(told, _SENTENCE)))
        self._tell(f"{self.record.title}: {outcome.value}. {sentence}", _priority(outcome is Outcome.DONE))

    def _must(self, event: Event) -> None:
        self._trail.write(event)
        self.record = with_event(self.record, event) or self.record

    def _note(self, event: Event) -> None:
        self._trail.note(event)
        self.record = with_event(self.record, event) or self.record

    def _place(self, step: int) -> str:
        return f"{self.record.title}, step {step + 1} of {len(self.record.steps)}"

    def _tell(self, message: str, priority: str, step: int | None = None) -> None:
        """The same in the journal, with fields to look for: journalctl MODUCOP_ACTION=switch."""
        record = self.record
        running = None if step is None else record.steps[step]
        send(
            self._host,
            {
                "MESSAGE": clean(message),
                "PRIORITY": priority,
                "MODUCOP_ACTION": record.action.kind.value,
                "MODUCOP_SUBJECT": record.action.subject,
                "MODUCOP_ACTION_ID": record.id,
                "MODUCOP_OUTCOME": record.outcome.value,
                "MODUCOP_USER": record.who.user,
                "MODUCOP_TERMINAL": record.who.terminal,
                "MODUCOP_ORIGIN": record.who.origin,
                "MODUCOP_REASON": record.reason,
                "MODUCOP_OVERRIDES": ", ".join(record.overrides),
                "MODUCOP_STEP": None if running is None else running.words,
                "MODUCOP_COMMAND": None if running is None else running.command,
                "MODUCOP_EXIT_CODE": None if running is None else _text(running.exit_code),
                "MODUCOP_SECONDS": None if running is None else _text(running.seconds),
                "MODUCOP_OUTPUT": None if running is None else running.output,
            },
        )


def tail(output: str) -> str:
    """The end of a tool's output: its last whole lines, made harmless, as many as are kept."""
    kept: list[str] = []
    room = OUTPUT_LIMIT
    for line in reversed(output[-4 * OUTPUT_LIMIT :].splitlines()):
        cleaned = clean(line.rstrip(), OUTPUT_LIMIT // 4)
        room -= len(cleaned) + 1
        if room < 0:
            break
        kept.append(cleaned)
    return "\n".join(reversed(kept))


def _ordered(order: Order, action_id: str, clocks: Clocks) -> Ordered:
    action, who = order.action, order.who
    return Ordered(
        id=action_id,
        at=clocks.wall(),
        uptime=clocks.uptime(),
        boot_id=clocks.boot_id,
        action=Action(action.kind, _clean(action.subject), _clean(action.detail)),
        who=Who(clean(who.user, 100), _clean(who.terminal), _clean(who.origin)),
        commands=tuple(clean(command, _COMMAND) for command in order.commands),
        reason=_clean(order.reason),
        overrides=tuple(clean(word, 100) for word in order.overrides),
        typed=_clean(order.typed),
    )


def _clean(text: str | None) -> str | None:
    return None if text is None else clean(text, _SENTENCE)


def _text(number: float | None) -> str | None:
    return None if number is None else str(number)


def _version(act: RememberBefore) -> str | None:
    return _clean(act.expected_version)


def _priority(good: bool) -> str:
    return _NOTICE if good else _WARNING
