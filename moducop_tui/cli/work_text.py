"""How an action goes, as lines of plain text for the command line."""

from __future__ import annotations

from moducop_tui.model.work import Outcome, Record, StepRecord, StepState

_STEP_MARKS = {
    StepState.DONE: "ok",
    StepState.FAILED: "x",
    StepState.SKIPPED: "-",
    StepState.CUT: "x",
    StepState.RUNNING: "..",
    StepState.WAITING: "",
}


def step_line(number: int, step: StepRecord) -> str:
    """One step that has ended, or is running."""
    took = "" if step.seconds is None else f" ({step.seconds:.1f} s)"
    said = f": {step.sentence}" if step.sentence else ""
    return f"{_STEP_MARKS[step.state]:<3} {number:>2}. {step.words}{took}{said}"


def outcome_line(record: Record) -> str:
    """How the whole went."""
    said = f": {record.sentence}" if record.sentence else ""
    return f"{'ok' if record.outcome is Outcome.DONE else 'x':<3} {record.title}, {record.outcome.value}{said}"
