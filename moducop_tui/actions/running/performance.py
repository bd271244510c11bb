"""Runs the steps of one plan, one by one, each recorded before and after it."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace

from moducop_tui.actions.hands.table import hand_for
from moducop_tui.actions.kit import Kit, Result
from moducop_tui.actions.running.audit import AuditError
from moducop_tui.actions.running.board import Board
from moducop_tui.actions.running.moment import Clocks
from moducop_tui.actions.running.notebook import Notebook
from moducop_tui.actions.running.stopping import Stopping
from moducop_tui.config import Config
from moducop_tui.host import Host
from moducop_tui.model.acts import Act, Leave
from moducop_tui.model.plan import Action, Plan, Step
from moducop_tui.model.ports import InspectPort
from moducop_tui.model.reading import Topic, Unavailable
from moducop_tui.model.readings import Readings
from moducop_tui.model.step_rules import StepWent, besides, can_be_stopped, failure, told
from moducop_tui.model.work import Order, Outcome

GOING_DOWN = 120.0
"""Seconds that a device may take to end us after it was told to go down."""
_OWN_LINES, _LINE = 400, 2000


def by_hand(act: Act, kit: Kit) -> Result:
    """Carry an act out."""
    return hand_for(act)(act, kit)


@dataclass(frozen=True, slots=True)
class Workshop:
    """The device, as the executor is given it.

    `survey` reads all of it afresh, `read` one topic; `plan` makes an action's plan from readings; `failure`
    writes an exception to the journal and says what failed, a sentence without its full stop; `perform` carries out an
    act.
    """

    host: Host
    config: Config
    inspect: InspectPort
    survey: Callable[[], Readings]
    read: Callable[[Topic], object | Unavailable]
    plan: Callable[[Action, Readings], Plan]
    failure: Callable[[str, BaseException], str]
    clocks: Clocks
    perform: Callable[[Act, Kit], Result] = by_hand


class Performance:
    """One plan on the stage. `run` tells how it went; everything else is in the notebook."""

    def __init__(
        self, order: Order, plan: Plan, workshop: Workshop, *, notebook: Notebook, board: Board, stopping: Stopping
    ) -> None:
        self._plan = plan
        self._notebook = notebook
        self._board = board
        self._stopping = stopping
        self._workshop = workshop
        self._said: deque[str] = deque(maxlen=_OWN_LINES)
        self._kit = Kit(
            host=workshop.host,
            config=workshop.config,
            order=order,
            read=workshop.read,
            inspect=workshop.inspect,
            tell=board.tell,
            say=self._say,
            cancelled=stopping.in_step,
            wall_clock=workshop.clocks.wall,
        )
        self._begun = False
        self._went: list[StepWent] = []
        self._stopped_at: int | None = None

    def run(self) -> Outcome:
        """Perform all steps that are to be performed, and write down how it ended."""
        try:
            for index, step in enumerate(self._plan.steps):
                if self._is_due(index, step) and self._step(index, step).left:
                    return self._await_the_end(index, step)
        except AuditError as error:
            return self._end(Outcome.REFUSED, str(error))
        return self._end(*self._outcome())

    def _is_due(self, index: int, step: Step) -> bool:
        """After a failure or a wish to stop only what puts things back is still done; nothing, where nothing was."""
        if not self._has_failed and self._stopped_at is None and self._stopping.between_steps():
            self._stopped_at = index
        if not self._has_failed and self._stopped_at is None:
            return True
        return step.always and self._begun

    def _step(self, index: int, step: Step) -> Result:
        self._notebook.begin(index, first=not self._begun)
        self._begun = True
        self._stopping.begin(step)
        self._said.clear()
        self._board.begin(self._notebook.record, index, can_cancel=can_be_stopped(step.act))
        if isinstance(step.act, Leave):
            self._end_before_leaving(index, step.act)
        began = time.monotonic()
        result = self._perform(step)
        if not result.left:
            self._notebook.end_step(index, result, time.monotonic() - began)
        self._board.show(self._notebook.record)
        self._weigh(index, step, result)
        return result

    def _perform(self, step: Step) -> Result:
        try:
            result = self._workshop.perform(step.act, self._kit)
        except Exception as error:  # noqa: BLE001 - boundary: a mistake in a hand is a failed step, with its id
            failed = self._workshop.failure(f"'{step.words}'", error)
            return Result(False, f"{failed}. Look before you go on.")
        return result if result.output else replace(result, output="\n".join(self._said))

    def _weigh(self, index: int, step: Step, result: Result) -> None:
        self._went.append(StepWent(index + 1, step, result.good, result.sentence))
        if self._has_failed and self._went[-1] is failure(self._went) and self._stopping.between_steps():
            self._stopped_at = index

    @property
    def _has_failed(self) -> bool:
        return failure(self._went) is not None

    def _outcome(self) -> tuple[Outcome, str]:
        if self._has_failed:
            return (Outcome.FAILED if self._stopped_at is None else Outcome.CANCELLED), told(self._went)
        if self._stopped_at is not None:
            return Outcome.CANCELLED, " ".join([self._stopped_words(self._stopped_at), *besides(self._went)])
        return Outcome.DONE, told(self._went)

    def _stopped_words(self, at: int) -> str:
        why = (
            "Stopped from outside, as when the device goes down," if self._stopping.is_signalled else "Stopped as asked"
        )
        if not self._begun:
            return f"{why} before its first step: nothing was done."
        return f"{why} after step {at} of {len(self._plan.steps)}; what came after it was not done."

    def _end(self, outcome: Outcome, sentence: str) -> Outcome:
        self._notebook.end(outcome, sentence)
        self._board.show(self._notebook.record)
        return outcome

    def _end_before_leaving(self, index: int, act: Leave) -> None:
        """The end is on the disk before the machine goes down. Should it not go down, a second end corrects it."""
        leaving = f"The device is told to {_leaving(act)}."
        self._notebook.end_step(index, Result(True, leaving))
        self._end(Outcome.DONE, told([*self._went, StepWent(index + 1, self._plan.steps[index], True, leaving)]))

    def _await_the_end(self, index: int, step: Step) -> Outcome:
        """Keep the lock while the machine goes down, so that nobody begins anything in its last seconds."""
        if self._stopping.await_signal(GOING_DOWN):
            return Outcome.DONE
        verb = _leaving(step.act) if isinstance(step.act, Leave) else "go down"
        waits = f"Told to {verb} {GOING_DOWN:.0f} s ago, the device still runs. What holds it: systemctl list-jobs"
        self._notebook.end_step(index, Result(False, waits))
        return self._end(Outcome.FAILED, waits)

    def _say(self, line: str) -> None:
        self._said.append(line[:_LINE])
        self._board.say(line)


def _leaving(act: Leave) -> str:
    return "switch itself off" if act.off else "reboot"
