"""Actions at work and ended, in the words that several pages share, and the banners that say them on every screen."""

from __future__ import annotations

from collections.abc import Mapping

from moducop_tui.model.plan import Power
from moducop_tui.model.work import Outcome, Progress, Record, Running, StepState, Work
from moducop_tui.pages.head_bar import loud
from moducop_tui.pages.look import Look
from moducop_tui.roles import Role, mark
from moducop_tui.text import Line, Span, cut, line, line_cells
from moducop_tui.units import percent, size, size_of

OUTCOME_ROLES: Mapping[Outcome, Role] = {
    Outcome.RUNNING: Role.TITLE,
    Outcome.DONE: Role.OK,
    Outcome.FAILED: Role.BAD,
    Outcome.REFUSED: Role.WARN,
    Outcome.CANCELLED: Role.WARN,
    Outcome.CUT: Role.BAD,
}
STEP_ROLES: Mapping[StepState, Role] = {
    StepState.WAITING: Role.DIM,
    StepState.RUNNING: Role.TITLE,
    StepState.DONE: Role.OK,
    StepState.FAILED: Role.BAD,
    StepState.SKIPPED: Role.DIM,
    StepState.CUT: Role.BAD,
}
STEP_MARKS: Mapping[StepState, str] = {
    StepState.WAITING: "..",
    StepState.RUNNING: ">",
    StepState.DONE: "ok",
    StepState.FAILED: "x",
    StepState.SKIPPED: "-",
    StepState.CUT: "x",
}
_SOON = 120.0
"""Seconds below which a time that is left is told in tens of seconds."""


def outcome_mark(outcome: Outcome) -> str:
    """The mark in front of an action that has ended, in two columns: `ok`, `x`, `!`."""
    return "ok" if outcome is Outcome.DONE else mark(OUTCOME_ROLES[outcome])


def outcome_words(outcome: Outcome) -> str:
    """How an action went, with its mark where it did not go well: `done`, `x failed`."""
    sign = mark(OUTCOME_ROLES[outcome])
    return f"{sign} {outcome.value}".strip()


def power_words(power: Power) -> Line:
    """Whether the power may be cut now: the same words and the same mark wherever it is said."""
    if power is Power.KEEP:
        return line(Span("! DO NOT CUT THE POWER", loud(Role.WARN)))
    return line("power may be cut")


def progress_words(progress: Progress | None) -> str:
    """`43 %  412 of 958 MB  8.2 MB/s`, as far as it is known; empty when nothing is."""
    if progress is None:
        return ""
    parts = []
    if progress.share is not None:
        parts.append(percent(min(1.0, max(0.0, progress.share))).strip())
    if progress.done is not None:
        parts.append(size(progress.done) if progress.total is None else size_of(progress.done, progress.total))
    if progress.rate is not None:
        parts.append(f"{size(progress.rate)}/s")
    return "  ".join(parts)


def left_words(seconds: float) -> str:
    """`9 min left`; in the last two minutes `90 s left`."""
    if seconds >= _SOON:
        return f"{int(seconds // 60)} min left"
    return f"{max(0, int(seconds // 10) * 10)} s left"


def running_of(look: Look) -> Running | None:
    """The action that is at work now."""
    work = look.readings.work.value
    return work.running if work else None


def seconds_to_confirm(look: Look) -> float | None:
    """Seconds until the dead-man timer reboots a trial back, counted on from when it was read; None without one."""
    reading = look.readings.work
    timer = reading.value.dead_man if reading.value else None
    if timer is None or timer.seconds_left is None:
        return None
    return max(0.0, timer.seconds_left - (reading.age(look.now) or 0.0))


def work_banner(look: Look) -> list[Line]:
    """The rows under the headline that say on every screen what is being done to the device, or has just ended."""
    work = look.readings.work.value
    if work is None:
        return []
    if work.running is not None:
        return [] if look.says_work else [_running_row(work.running, look.width)]
    if work.held_by is not None:
        return [line(Span("! ", Role.WARN), Span(cut(f"The device is being changed: {work.held_by}.", look.width - 2),
                                                 Role.WARN))]  # fmt: skip
    return [] if look.ended is None or look.says_work else [_ended_row(look.ended, look.width)]


def _running_row(running: Running, width: int) -> Line:
    """`! Install: step 5 of 8, 43 %, do not cut the power  [a] shows it`; the title gives way."""
    record = running.record
    share = running.progress.share if running.progress else None
    told = [f"step {min(running.step + 1, len(record.steps))} of {len(record.steps)}"] if record.steps else []
    if share is not None:
        told.append(percent(min(1.0, max(0.0, share))).strip())
    keep = running.power is Power.KEEP
    told.append("DO NOT CUT THE POWER" if keep else "power may be cut")
    role = Role.WARN if keep else Role.TITLE
    return _row(f"{mark(Role.WARN) if keep else '*'} ", record.title, f": {', '.join(told)}", role, width)


def _ended_row(record: Record, width: int) -> Line:
    role = OUTCOME_ROLES[record.outcome]
    return _row(f"{outcome_mark(record.outcome)} ", record.title, f": {record.outcome.value}", role, width)


def _row(sign: str, title: str, told: str, role: Role, width: int) -> Line:
    key = line("  ", Span("[a]", Role.KEY), " shows it")
    room = width - len(sign) - len(told) - line_cells(key)
    return line(Span(sign, role), Span(cut(title, max(8, room)) + told, role), *key)


def newest(work: Work) -> Record | None:
    """The action that is shown where there is room for one: the running one, else the one that ended last."""
    return work.running.record if work.running else work.last
