"""From how the steps of a plan went to how the action went, in a sentence: on a real device and on a simulated one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from moducop_tui.model.acts import (
    Act,
    AwaitHealth,
    ClientVerb,
    DisarmDeadMan,
    DropFile,
    FetchArtifact,
    Leave,
    NoteSlot,
    ReleaseStick,
    RunClient,
    VerifyArtifact,
    VerifySlot,
)
from moducop_tui.model.plan import Step


@dataclass(frozen=True, slots=True)
class StepWent:
    """A step that was performed. `number` counts the plan's steps from one."""

    number: int
    step: Step
    good: bool
    sentence: str


def failure(went: Sequence[StepWent]) -> StepWent | None:
    """The step with which the plan failed, so that only what puts things back was done after it; None: with none."""
    has_news = False
    for one in went:
        if not (one.good or one.step.always or (has_news and _is_put_away(one.step))):
            return one
        has_news = has_news or _is_news(one)
    return None


def told(went: Sequence[StepWent]) -> str:
    """What is told of the whole: what it was about, why it failed, and what has to be known besides."""
    bad, all_news = failure(went), [one for one in went if _is_news(one)]
    leaves = [one.sentence for one in all_news if isinstance(one.step.act, Leave)]
    news = [one.sentence for one in all_news if not isinstance(one.step.act, Leave)][-1:] + leaves
    if bad is None:
        return " ".join([*(news or ["Done."]), *besides(went)])
    # What was done all the same comes first: an update is installed, although its timer could not be set.
    return " ".join([*(news if bad.step.minor else []), bad.sentence, *besides(went)])


def besides(went: Sequence[StepWent]) -> list[str]:
    """Whether a stick may be pulled out, and what could not be put back or away."""
    bad, found = failure(went), []
    for one in went:
        if one.good and isinstance(one.step.act, ReleaseStick):
            found.append(one.sentence)
        elif not one.good and one is not bad:
            found.append(f"Step {one.number} failed: {one.sentence}")
    return found


def _is_news(one: StepWent) -> bool:
    return one.good and not (one.step.always or one.step.minor)


def _is_put_away(step: Step) -> bool:
    """Whether it only writes down or takes away what goes with the plan's own business, which was done by then.

    A commit is no less one because the ledger could not be written; and its timer must be taken away all the same.
    """
    return step.minor and isinstance(step.act, NoteSlot | DropFile | DisarmDeadMan)


def can_be_stopped(act: Act) -> bool:
    """Whether a step with this act looks for the wish to stop it, and leaves nothing half done when it does.

    Mender's client is stopped with all that it started, and what it leaves is tidied by the state it is found in
    (device facts 1.5).
    """
    if isinstance(act, RunClient):
        return act.verb is ClientVerb.INSTALL
    return isinstance(act, VerifyArtifact | VerifySlot | FetchArtifact | AwaitHealth)
