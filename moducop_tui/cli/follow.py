"""Watches an action on the command line, step by step, until it has ended. It goes on without anybody who watches."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

from moducop_tui.cli.output import is_terminal, plain_ascii
from moducop_tui.cli.work_text import step_line
from moducop_tui.device import Device
from moducop_tui.model.reading import Topic
from moducop_tui.model.wake import Wake
from moducop_tui.model.work import Outcome, Record, StepState, Work

_OPEN = (StepState.WAITING, StepState.RUNNING)
BETWEEN_LOOKS = 0.5
GONE_AFTER = 30.0
"""Seconds without any word of it, after which nobody waits for it any longer."""


def follow(
    device: Device, action_id: str, *, quiet: bool, clock: Callable[[], float] = time.monotonic
) -> Record | None:
    """Print each step when it ends; the record of the whole when it has ended, None when it can't be found again."""
    source = next(one for one in device.sources if one.topic is Topic.WORK)
    wake, printed, seen = Wake(), _Printer(quiet=quiet), clock()
    while True:
        work = source.read()
        record = _record(work, action_id) if isinstance(work, Work) else None
        if record is not None:
            printed.show(record)
        if isinstance(work, Work) and work.running is not None and work.running.record.id == action_id:
            seen = clock()
            printed.show_progress(work)
        elif record is not None and record.outcome is not Outcome.RUNNING:
            return record
        elif clock() - seen > GONE_AFTER:  # not seen at work, and no end on record: between the two is a moment
            return None
        source.wait(BETWEEN_LOOKS, wake)


def _record(work: Work, action_id: str) -> Record | None:
    running = (work.running.record,) if work.running is not None else ()
    return next((one for one in (*running, *work.history) if one.id == action_id), None)


class _Printer:
    """Each step once; between them how far it is, in one row that is written over, where that is a terminal."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._ended = 0
        self._rows = not quiet and is_terminal(sys.stdout)
        self._row = ""

    def show(self, record: Record) -> None:
        """Print the steps that have ended since."""
        for number, step in enumerate(record.steps, start=1):
            if number > self._ended and step.state not in _OPEN:
                self._ended = number
                self._print(plain_ascii(step_line(number, step)))

    def show_progress(self, work: Work) -> None:
        """How far the running step is, and whether the power may be cut."""
        if not self._rows or work.running is None or work.running.step >= len(work.running.record.steps):
            return
        share = work.running.progress.share if work.running.progress else None
        percent = "" if share is None else f" {share:.0%}"
        row = plain_ascii(
            f"..  {work.running.step + 1:>2}. {work.running.record.steps[work.running.step].words}{percent}"
            f"  POWER: {work.running.power.value}"
        )[:79]
        if row != self._row:
            print(f"\r{row}{' ' * (len(self._row) - len(row))}", end="", flush=True)
            self._row = row

    def _print(self, text: str) -> None:
        if self._quiet:
            return
        if self._row:
            print(f"\r{' ' * len(self._row)}\r", end="")
            self._row = ""
        print(text, flush=True)
