"""What a person must type before a plan runs, by its weight: asked where an order is made, and by the executor."""

from __future__ import annotations

from collections.abc import Collection

from moducop_tui.model.plan import Plan, Weight

LEAST_REASON = 3
"""Letters or digits that a reason has at least."""


def same_words(typed: str | None, wanted: str) -> bool:
    """Whether somebody typed these words; capitals and blanks around or between them do not matter."""
    return " ".join((typed or "").split()).casefold() == " ".join(wanted.split()).casefold() != ""


def is_reason(text: str | None) -> bool:
    """Whether a text says anything at all."""
    return sum(character.isalnum() for character in text or "") >= LEAST_REASON


def missing(plan: Plan, typed: str | None, reason: str | None, overrides: Collection[str]) -> str | None:
    """What still has to be typed, in a sentence; None when the plan is confirmed as its weight demands.

    A plan that does not run is never confirmed, whatever is typed.
    """
    if plan.refusal is not None:
        return plan.refusal
    for wanted in plan.overrides:
        if not any(same_words(word, wanted) for word in overrides):
            return f"Something that the plan needs is not so. To go on all the same, type '{wanted}'."
    match plan.weight:
        case Weight.LIGHT:
            return None
        case Weight.INTERRUPTS:
            return None if is_reason(reason) else "This interrupts service: say why, in at least three letters."
        case Weight.BOOTS:
            return _phrase_missing(plan, typed)


def _phrase_missing(plan: Plan, typed: str | None) -> str | None:
    if plan.phrase is None:
        return "This changes what boots, and the plan has no words to confirm it with: it can't be run."
    if same_words(typed, plan.phrase):
        return None
    return f"This changes what boots: type '{plan.phrase}' to confirm it."
