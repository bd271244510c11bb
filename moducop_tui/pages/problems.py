"""Problems: everything that is wrong, worst first, each with its evidence and what to do."""

from __future__ import annotations

from moducop_tui.bars import rule
from moducop_tui.model.problems import Problem
from moducop_tui.pages.foot import nothing_wrong, problem_mark, problem_role
from moducop_tui.pages.look import Look
from moducop_tui.roles import Role
from moducop_tui.text import Line, Span, folded, line, wrap
from moducop_tui.units import count


def problems_body(look: Look) -> list[Line]:
    """All rows of the page."""
    number = len(look.problems)
    note = line(Span(count(number, "problem"), problem_role(look.problems[0]))) if number else ()
    rows = [rule("Problems, worst first", look.width, note)]
    if not number:
        return [*rows, line("  ", Span(nothing_wrong(look), Role.OK))]
    for index, problem in enumerate(look.problems):
        rows += [()] if index else []
        rows += _problem(problem, look.width)
    return rows


def _problem(problem: Problem, width: int) -> list[Line]:
    role = problem_role(problem)
    head = line(
        Span(f"{problem_mark(problem)} ", role),
        Span(problem.sentence, role),
        Span(f" ({problem.topic.value})", Role.DIM),
    )
    rows = folded(head, width, 2)
    if problem.evidence:
        rows += [line("    ", Span(row, Role.DIM)) for row in wrap(problem.evidence, width - 4)]
    if problem.advice:
        rows += [line("    ", row) for row in wrap(problem.advice, width - 4)]
    return rows
