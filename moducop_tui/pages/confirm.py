"""What a person types before a plan runs: the weight of the plan decides, never a single stray key."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from moducop_tui.model.confirming import is_reason, same_words
from moducop_tui.model.plan import Plan, Weight
from moducop_tui.pages.mode import Acting, Mode
from moducop_tui.roles import Role
from moducop_tui.text import Line, Span, crop, cut_line, line, line_cells, wrap

TYPED_LIMIT = 120
"""Characters of an answer at most."""


class Asked(StrEnum):
    """The kinds of questions."""

    OVERRIDE = "override"
    REASON = "reason"
    PHRASE = "phrase"
    ENTER = "enter"


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `wanted` are the words that must be typed; None where any will do, or none are."""

    asked: Asked
    wanted: str | None = None
    about: str = ""


@dataclass(frozen=True, slots=True)
class Confirmation:
    """How far a person has come in confirming a plan: answers so far, and what is being typed."""

    plan: Plan
    overrides: tuple[str, ...] = ()
    reason: str | None = None
    phrase: str = ""
    typed: str = ""
    notice: str = ""
    is_complete: bool = False

    @property
    def question(self) -> Question:
        """What is asked now: overrides first, then a reason, then the phrase, or only Enter."""
        plan = self.plan
        if len(self.overrides) < len(plan.overrides):
            wanted = plan.overrides[len(self.overrides)]
            about = next((one.words for one in plan.preconditions if one.override == wanted), "")
            return Question(Asked.OVERRIDE, wanted, about)
        if plan.weight is Weight.INTERRUPTS and self.reason is None:
            return Question(Asked.REASON)
        if plan.weight is Weight.BOOTS:
            return Question(Asked.PHRASE, plan.phrase or plan.action.words)
        return Question(Asked.ENTER)

    @property
    def asks_for_text(self) -> bool:
        """Whether characters are typed, and not only Enter pressed."""
        return self.question.asked is not Asked.ENTER

    def with_character(self, character: str) -> Confirmation:
        """After one character was typed."""
        if not character.isprintable() or len(self.typed) >= TYPED_LIMIT:
            return self
        return replace(self, typed=self.typed + character, notice="")

    def with_less(self, *, all_of_it: bool = False) -> Confirmation:
        """After Backspace; or after Ctrl-U, which takes all of it."""
        return replace(self, typed="" if all_of_it else self.typed[:-1], notice="")

    def answered(self) -> Confirmation:
        """After a deliberate Enter: one question further, complete, or with a notice why not."""
        question, typed = self.question, self.typed.strip()
        match question.asked:
            case Asked.OVERRIDE | Asked.PHRASE if not same_words(typed, question.wanted or ""):
                return replace(self, typed="", notice=f'That was not "{question.wanted}": nothing is done.')
            case Asked.OVERRIDE:
                return replace(self, overrides=(*self.overrides, typed), typed="", notice="")
            case Asked.REASON if not is_reason(typed):
                return replace(self, notice="Say why, in at least three letters: it goes into the history.")
            case Asked.REASON:
                return replace(self, reason=typed, typed="", notice="", is_complete=True)
            case Asked.PHRASE:
                return replace(self, phrase=typed, is_complete=True)
            case _:
                return replace(self, is_complete=True)


def confirm_rows(confirmation: Confirmation, mode: Mode, width: int) -> list[Line]:
    """The rows that ask for the confirmation, or say why there is nothing to confirm."""
    plan = confirmation.plan
    if not plan.runs:
        words = "It can't be run: what stops it is marked x above." if plan.obstacles else "There is nothing to do."
        return [line(Span(f"x {words}", Role.BAD))]
    if mode.acting is Acting.READ_ONLY:
        return [line(Span("! This console was started read-only: nothing is run from here.", Role.WARN))]
    if not mode.is_unlocked:
        return [line(Span("! View mode: nothing is run. ", Role.WARN), Span("[u]", Role.KEY), " unlocks acting.")]
    rows = [line(Span(f"! {confirmation.notice}", Role.WARN))] if confirmation.notice else []
    return rows + _question(confirmation, width)


def _question(confirmation: Confirmation, width: int) -> list[Line]:
    question = confirmation.question
    match question.asked:
        case Asked.ENTER:
            return [line(Span("[Enter]", Role.KEY), " runs it.")]
        case Asked.REASON:
            asking = line("Why? Enter runs it: ")
        case Asked.PHRASE:
            asking = line("Type  ", Span(question.wanted or "", Role.TITLE), "  and Enter to run it: ")
        case _:
            words = line("Type  ", Span(question.wanted or "", Role.TITLE), "  and Enter to go on: ")
            why = wrap(f"Not so: {question.about}. Only who knows better goes on.", width - 2)
            return [*(line(Span(f"! {row}" if not index else f"  {row}", Role.WARN)) for index, row in enumerate(why)),
                    _field(words, confirmation.typed, width)]  # fmt: skip
    return [_field(asking, confirmation.typed, width)]


def _field(asking: Line, typed: str, width: int) -> Line:
    """The typed text behind what asks for it; of a long one its end is seen."""
    room = max(8, width - line_cells(asking) - 2)
    shown = crop(typed[-room:], room)
    return line(*asking, shown, Span(" ", Role.CURSOR))


def plan_keys(confirmation: Confirmation | None, note: Line, width: int) -> Line:
    """The last row: what works here, and whether there is more of the plan. Its very last cell stays empty."""
    typed = confirmation is not None and confirmation.asks_for_text and bool(confirmation.typed)
    anew = line("   ", Span("[Ctrl-U]", Role.KEY), " all anew") if typed else ()
    told = line("   ", *note) if note else ()
    for words, more in ((" leaves, nothing is done", anew), (" leaves, nothing is done", ()), (" leaves", ())):
        shown = line(Span("[Esc]", Role.KEY), words, *more, *told)
        if line_cells(shown) < width:
            return shown
    return cut_line(line(Span("[Esc]", Role.KEY), "  ", *note[-1:]), width - 1)
