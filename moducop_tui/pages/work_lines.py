"""What is done to the device, as lines on paper: where something runs, was cut off, or will happen by itself."""

from __future__ import annotations

from moducop_tui.model.work import DeadMan, Outcome, Running, Work
from moducop_tui.pages.look import Look
from moducop_tui.pages.panel import sentence
from moducop_tui.pages.work_words import left_words, power_words, progress_words, seconds_to_confirm
from moducop_tui.roles import Role, mark
from moducop_tui.text import Line, Span, line, plain


def work_lines(look: Look) -> list[Line]:
    """A line each; none where nothing is at work and the last action came to its end."""
    work = look.readings.work.value
    if work is None:
        return []
    rows = _at_work(work)
    if work.last is not None and work.last.outcome is Outcome.CUT:
        told = f"{mark(Role.BAD)} {work.last.title}: {work.last.sentence or work.last.outcome.value}"
        rows.append(line(Span(told, Role.BAD)))
    if work.dead_man is not None:
        rows.append(_timer(look, work.dead_man))
    return rows if work.error is None else [*rows, *sentence(work.error, look.width, Role.BAD)]


def _at_work(work: Work) -> list[Line]:
    if work.running is not None:
        return [_running(work.running)]
    if work.held_by is not None:
        return [line(Span(f"{mark(Role.WARN)} The device is being changed: {work.held_by}.", Role.WARN))]
    return []


def _running(running: Running) -> Line:
    """`* Install v2.8.0 by root on pts/0: step 5 of 8, write into slot B, 43 %, ! DO NOT CUT THE POWER`."""
    record, told = running.record, []
    if running.step < len(record.steps):
        told = [f"step {running.step + 1} of {len(record.steps)}", record.steps[running.step].words]
    told += [words] if (words := progress_words(running.progress)) else []
    return line(f"* {record.title} by {record.who.words}: {', '.join([*told, plain(power_words(running.power))])}")


def _timer(look: Look, timer: DeadMan) -> Line:
    left = seconds_to_confirm(look)
    if left is None:
        told = f"The next boot into slot {timer.slot.value} is undone after {timer.seconds} s unless it is confirmed."
        return line(told)
    told = f"Slot {timer.slot.value} reboots back by itself unless it is confirmed: {left_words(left)}."
    return line(Span(f"{mark(Role.WARN)} {told}", Role.WARN))
