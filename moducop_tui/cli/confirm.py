"""How a plan is confirmed on the command line: by options, or typed where a person sits at the other end."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from dataclasses import dataclass

from moducop_tui.actions.authority import CONFIRMATION, Authority, Demand, Refusal
from moducop_tui.cli.output import is_terminal, plain_ascii
from moducop_tui.model.confirming import is_reason, same_words
from moducop_tui.model.foreign import clean_or_none
from moducop_tui.model.plan import Plan, Weight

NOT_CONFIRMED = "Nothing was done: the plan was not confirmed. Without a terminal say --yes"
_REASON = "--reason TEXT"
_NO_WORD = "Nothing was loaded: a URL is loaded as root to be looked at, and without a word that is not done. Say --yes"


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What a person said to a plan."""

    typed: str | None
    reason: str | None
    overrides: tuple[str, ...]


def confirm(plan: Plan, arguments: argparse.Namespace) -> Confirmed | Refusal:
    """Ask for whatever the options do not say already. `--yes` stands for what would be typed, never for a reason."""
    reason = clean_or_none(arguments.reason)
    overrides: list[str] = list(arguments.override)
    options = _options(plan, reason, overrides)
    if arguments.yes:
        said = Confirmed(plan.phrase, reason, tuple(overrides))
        return Refusal(_not_without(options)) if options else said
    if arguments.json or not is_terminal(sys.stdin):
        return Refusal(" ".join((NOT_CONFIRMED, *options)))
    lacking = [word for word in plan.overrides if word not in overrides]
    overrides += [_typed(f"Against what is not met, type  {word}  and Enter: ") for word in lacking]
    if plan.weight is Weight.BOOTS:
        return Confirmed(_typed(f"Type  {plan.phrase}  and Enter to go on: "), reason, tuple(overrides))
    if plan.weight is Weight.INTERRUPTS:
        return Confirmed(None, reason or _typed("Why? Type a reason and Enter: "), tuple(overrides))
    if _typed("Enter goes on, anything else leaves: "):
        return Refusal("Nothing was done: the plan was not confirmed.")
    return Confirmed(None, reason, tuple(overrides))


def _options(plan: Plan, reason: str | None, overrides: Iterable[str]) -> list[str]:
    """The other options that this plan still needs, as they are typed."""
    given = tuple(overrides)
    lacking = [one for one in plan.overrides if not any(same_words(word, one) for word in given)]
    needs_reason = plan.weight is Weight.INTERRUPTS and not is_reason(reason)
    return [*([_REASON] if needs_reason else []), *(f"--override '{word}'" for word in lacking)]


def _not_without(options: list[str]) -> str:
    """What has to be said beside --yes."""
    why = " This interrupts service: say why, in at least three letters." if _REASON in options else ""
    return f"Nothing was done: --yes alone does not confirm this plan.{why} Say also {' '.join(options)}"


def unlock_to_look(authority: Authority, arguments: argparse.Namespace) -> Refusal | None:
    """Unlock before there is a plan, for a place that only who may act has looked at. None when it is unlocked now."""
    if authority.demand is not Demand.CONFIRMATION or arguments.yes:
        return unlock(authority, arguments)
    if arguments.json or not is_terminal(sys.stdin):
        return Refusal(_NO_WORD)
    return authority.unlock(_typed(f"It is loaded as root to be looked at. Type  {CONFIRMATION}  and Enter to go on: "))


def unlock(authority: Authority, arguments: argparse.Namespace) -> Refusal | None:
    """A confirmed plan is all that `confirmation` asks for. A PIN is typed unseen, or comes on standard input."""
    if authority.unlocked:
        return None
    if authority.never is not None or authority.demand is not Demand.PIN:
        return authority.unlock("yes")
    if is_terminal(sys.stdin) and not arguments.json:
        import getpass

        return authority.unlock(getpass.getpass("PIN: "))
    return authority.unlock(sys.stdin.readline().strip() if sys.stdin is not None else "")


def _typed(question: str) -> str:
    """What a person typed; nothing at an end of input."""
    try:
        return input(plain_ascii(question)).strip()
    except EOFError:
        print()
        return ""
