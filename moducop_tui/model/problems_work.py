"""What is wrong with actions on the device: one that never came to its end, or a record of them that can't be read."""

from __future__ import annotations

from collections.abc import Iterator

from moducop_tui.model.problem import Problem, Severity, shortened
from moducop_tui.model.reading import Topic
from moducop_tui.model.work import Outcome, Record, StepState, Work


def work_problems(work: Work | None) -> Iterator[Problem]:
    """The newest action, while nothing was done after it that could have put things right; and what hides the rest."""
    if work is not None and work.error is not None:
        yield Problem(
            Severity.UNKNOWN,
            Topic.WORK,
            "What was done here can't be told",
            evidence=work.error,
            advice="While that is so, an action may be refused: it could not be put on record.",
            brief="history unknown",
        )
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
