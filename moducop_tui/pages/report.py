"""The device on paper: the text of `moducop-tui status`, all panels with their evidence, one below the other."""

from __future__ import annotations

from dataclasses import replace

from moducop_tui.model.log import Log
from moducop_tui.model.readings import Readings
from moducop_tui.pages.container_table import container_table
from moducop_tui.pages.headline import headline_facts
from moducop_tui.pages.log_words import counts, entry_rows
from moducop_tui.pages.look import Look, look_at
from moducop_tui.pages.panel import panel, sentence
from moducop_tui.pages.problems import problems_body
from moducop_tui.pages.slots import slots_body
from moducop_tui.pages.storage import storage_body
from moducop_tui.pages.system import system_body
from moducop_tui.pages.work_lines import work_lines
from moducop_tui.roles import Role
from moducop_tui.text import Line, Span, folded, line

_ROWS = 10_000
"""Paper has no height; pages that fit themselves to one get more than they need."""
_LOG_ROWS = 20
_INDENTATION = 8


def report(readings: Readings, now: float, wall_now: float, width: int, simulated: bool = False) -> list[Line]:
    """The whole device as lines. `now` is of the monotonic clock, `wall_now` in seconds since the epoch."""
    look = look_at(readings, width, _ROWS, now, wall_now, simulated=simulated)
    sections = [
        [headline_facts(look), *work_lines(look)],
        problems_body(look),
        slots_body(look, with_banner=False),
        storage_body(look),
        container_table(look, whole=True),
        _log(look),
        system_body(look),
    ]
    rows: list[Line] = []
    for section in sections:
        rows += [(), *section] if rows else section
    # Paper can't be scrolled sideways, and what a screen cuts for room is not lost here: it goes on below.
    return [part for row in rows for part in folded(row, width, _INDENTATION)]


def _log(look: Look) -> list[Line]:
    """The last warnings and errors with all of their words."""

    def draw(log: Log) -> list[Line]:
        rows: list[Line] = []
        for one in log.recent[-_LOG_ROWS:]:
            times = f" (x{one.count})" if one.count > 1 else ""
            rows += entry_rows(replace(one.entry, message=one.entry.message + times), look.width)
        rows = rows or [line("  ", Span("No warnings and no errors in the journal.", Role.DIM))]
        return rows if log.note is None else [*rows, *sentence(log.note, look.width, Role.DIM)]

    return panel("Warnings and errors", look.readings.log, look.now, look.width, draw, note=counts, error_rows=_ROWS)
