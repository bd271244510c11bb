"""The device on paper: the text of `moducop-tui status`, all panels with their evidence, one below the other."""

from __future__ import annotations

from moducop_tui.model.readings import Readings
from moducop_tui.pages.container_table import container_table
from moducop_tui.pages.headline import headline_facts
from moducop_tui.pages.look import look_at
from moducop_tui.pages.overview_panels import logs_panel
from moducop_tui.pages.problems import problems_body
from moducop_tui.pages.slots import slots_body
from moducop_tui.pages.storage import storage_body
from moducop_tui.pages.system import system_body
from moducop_tui.text import Line

_ROWS = 10_000
"""Paper has no height; pages that fit themselves to one get more than they need."""
_LOG_ROWS = 20


def report(readings: Readings, now: float, wall_now: float, width: int, simulated: bool = False) -> list[Line]:
    """The whole device as lines. `now` is of the monotonic clock, `wall_now` in seconds since the epoch."""
    look = look_at(readings, width, _ROWS, now, wall_now, simulated=simulated)
    sections = [
        [headline_facts(look)],
        problems_body(look),
        slots_body(look),
        storage_body(look),
        container_table(look),
        logs_panel(look, _LOG_ROWS),
        system_body(look),
    ]
    rows: list[Line] = []
    for section in sections:
        rows += [(), *section] if rows else section
    return rows
