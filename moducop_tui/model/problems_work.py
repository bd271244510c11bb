"""What is wrong with actions on the device: one that was begun and never came to its end."""

from __future__ import annotations

from collections.abc import Iterator

from moducop_tui.model.problem import Problem, Severity, shortened
from moducop_tui.model.reading import Topic
from moducop_tui.model.work import Outcome, Record, StepState, Work


def work_problems(work: Work | None) -> Iterator[Problem]:
    """The newest action, while nothing was done after it that could have put things right."""
    if work is None or work.last is None or work.running is not None or work.last.outcome is not Outcome.CUT:
        return
    yield Problem(
        Severity.WARNING,
        Topic.WORK,
        shortened(f"Cut off in the middle: {work.last.title}"),
        evidence=_where(work.last),
        advice="Look at it in the history (h), then at what the menu (m) offers. Any action that is done ends this.",
        brief="action cut off",
        briefs="actions cut off",
    )


def _where(record: Record) -> str:
    """The step in which it was cut off."""
    cut = next(
        ((number, step) for number, step in enumerate(record.steps, start=1) if step.state is StepState.CUT), None
    )
    if cut is None:
        return record.sentence or "no end of it is on record"
    return f"step {cut[0]} of {len(record.steps)}: {cut[1].words}"
