"""The page of a plan: the plan itself in a window, and below it what is asked of the person."""

from __future__ import annotations

from dataclasses import dataclass

from moducop_tui.pages.confirm import Confirmation, confirm_rows, plan_keys
from moducop_tui.pages.frame import Window, framed, room, window
from moducop_tui.pages.look import Look
from moducop_tui.pages.plan import failed_body, looking_body, plan_body
from moducop_tui.roles import Role
from moducop_tui.text import Line, Span, line


@dataclass(frozen=True, slots=True)
class PlanView:
    """What is known of the plan by now. `looking` says what is being looked at for it.

    `failure` is a sentence: why there is no plan, or why it could not be started.
    """

    title: str
    looking: str
    confirmation: Confirmation | None = None
    failure: str | None = None
    is_starting: bool = False
    offset: int = 0


def plan_page(look: Look, view: PlanView) -> tuple[list[Line], Window]:
    """The screen, exactly as large as the terminal, and the part of the plan that is seen on it."""
    asked = _asked(look, view)
    space = room(look, len(asked) + 1)
    body = _body(view, look.width, space)
    seen = window(body, view.offset, space)
    keys = plan_keys(view.confirmation, _note(seen), look.width)
    if view.is_starting:
        keys = line(Span("[Esc]", Role.KEY), " leaves: what is at work is then at [a]")
    return framed(look, seen.rows, [*asked, keys]), seen


def _body(view: PlanView, width: int, space: int) -> list[Line]:
    if view.confirmation is not None:
        return plan_body(view.confirmation.plan, width, space)
    if view.failure is not None:
        return failed_body(view.title, view.failure, width)
    return looking_body(view.title, view.looking, width)


def _asked(look: Look, view: PlanView) -> list[Line]:
    """The rows between the plan and the keys."""
    if view.confirmation is None:
        return [()]
    if view.is_starting:
        return [line("It is handed over to be run ...")]
    rows = [] if view.failure is None else failed_body("", view.failure, look.width)[1:]
    return [*rows, *confirm_rows(view.confirmation, look.mode, look.width)]


def _note(seen: Window) -> Line:
    """The keys that scroll, where not all of the plan is seen; with a mark as long as there is more below."""
    if seen.total <= len(seen.rows):
        return ()
    last = seen.offset + len(seen.rows)
    rows = f"rows {seen.offset + 1}-{last} of {seen.total}"
    told = Span(f"! {rows}, more below", Role.WARN) if seen.below else Span(rows, Role.DIM)
    return line(Span("[Up]", Role.KEY), " ", Span("[Down]", Role.KEY), " scroll  ", told)
