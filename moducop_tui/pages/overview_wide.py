"""Overview on a wide terminal: two columns, more panels, and tables where a narrow terminal has sums."""

from __future__ import annotations

from moducop_tui.model.system import System
from moducop_tui.pages.container_table import container_table
from moducop_tui.pages.look import Look
from moducop_tui.pages.overview_panels import logs_panel, slots_panel
from moducop_tui.pages.panel import panel
from moducop_tui.pages.storage import file_systems_table, overlays_table
from moducop_tui.pages.system import machine_rows, network_rows
from moducop_tui.text import Line, beside

_GAP = 2


def wide_body(look: Look, space: int) -> list[Line]:
    """Left slots, storage and machine; right apps with every container; below both the log."""
    left_width = (look.width - _GAP) // 2
    left_look = look.within(left_width)
    right_look = look.within(look.width - _GAP - left_width)
    left = [*slots_panel(left_look, 2), *file_systems_table(left_look), *overlays_table(left_look)]
    left += _machine(left_look)
    right = container_table(right_look)
    top = beside(left, right, left_width, _GAP)
    log_least = min(8, space // 3)
    top = top[: space - log_least]
    return [*top, *logs_panel(look, space - len(top) - 1)]


def _machine(look: Look) -> list[Line]:
    def draw(system: System) -> list[Line]:
        return [*machine_rows(system, look), *network_rows(system, look)]

    return panel("Machine", look.readings.system, look.now, look.width, draw)
