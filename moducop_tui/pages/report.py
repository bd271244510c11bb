"""The whole device on one page of text: the bodies of all screens one below the other, for `moducop-tui status`."""

from __future__ import annotations

from moducop_tui.model.readings import Readings
from moducop_tui.pages.container_table import container_table
from moducop_tui.pages.look import WIDE, look_at
from moducop_tui.pages.overview_panels import logs_panel
from moducop_tui.pages.problems import problems_body
from moducop_tui.pages.slots import slots_body
from moducop_tui.pages.storage import storage_body
from moducop_tui.pages.system import system_body
from moducop_tui.roles import Role
from moducop_tui.text import Line, Span, cut_line, line
from moducop_tui.units import date_and_clock, text_of

_LOG_ROWS = 12


def report(readings: Readings, now: float, wall_now: float, width: int, simulated: bool = False) -> list[Line]:
    """All rows, none wider than `width`. `now` is of the monotonic clock, `wall_now` in seconds since the epoch.

    Each panel has its evidence; a topic that could not be read has its sentence.
    """
    width = min(width, WIDE - 1)  # two panels side by side are for a screen, not for a page that is read downwards
    look = look_at(readings, width, height=24, now=now, wall_now=wall_now, simulated=simulated)
    system = readings.system.value
    rows = [
        line(
            Span("DEMO  " if simulated else "", Role.DEMO),
            Span(text_of(system.host_name if system else None), Role.TITLE),
            f"  {date_and_clock(wall_now)}",
        )
    ]
    for body in (
        problems_body(look),
        slots_body(look),
        storage_body(look),
        container_table(look),
        logs_panel(look, _LOG_ROWS),
        system_body(look),
    ):
        rows += [(), *body]
    return [cut_line(row, width) for row in rows]
