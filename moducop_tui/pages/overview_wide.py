"""Overview on a wide terminal: two columns, more panels, and tables where a narrow terminal has sums."""

from __future__ import annotations

from moducop_tui.pages.container_table import container_table
from moducop_tui.pages.look import Look
from moducop_tui.pages.overview_panels import apps_panel, logs_panel, slots_panel, storage_panel
from moducop_tui.pages.storage import file_systems_table, overlays_table
from moducop_tui.pages.system import failed_units_panel, machine_panel, media_panel, network_panel
from moducop_tui.text import Line, beside

_GAP = 2
_LEFT = (70, 84)
"""Least and most columns of the left half; below the least a row of it would be cut."""
_RIGHT = 90
"""Columns in which the table of containers leaves no image out."""
_LOG_LEAST = 8


def wide_body(look: Look, space: int) -> list[Line]:
    """Left slots, storage and machine; right apps, network, units and sticks; below both the log."""
    left_width = min(_LEFT[1], max(_LEFT[0], look.width - _GAP - _RIGHT))
    room = space - min(_LOG_LEAST, space // 3)
    left = _left(look.within(left_width), room)
    right = _right(look.within(look.width - _GAP - left_width), room)
    top = beside(left, right, left_width, _GAP)
    return [*top, *logs_panel(look, space - len(top) - 1)]


def _left(look: Look, room: int) -> list[Line]:
    slots = slots_panel(look, 2)
    tables = [*file_systems_table(look), *overlays_table(look)]
    if len(slots) + len(tables) > room:
        tables = storage_panel(look)
    return _as_fit([slots, tables, machine_panel(look)], room)


def _right(look: Look, room: int) -> list[Line]:
    apps = container_table(look)
    if len(apps) > room:
        apps = apps_panel(look, room - 1)
    media = look.readings.media
    sticks = [media_panel(look)] if media.value is not None or media.error is not None else []
    return _as_fit([apps, failed_units_panel(look), network_panel(look), *sticks], room)


def _as_fit(panels: list[list[Line]], room: int) -> list[Line]:
    """The panels that fit as a whole, in their order; the first is always there, and cut if it must be."""
    rows = panels[0][:room]
    for more in panels[1:]:
        if len(rows) + len(more) <= room:
            rows = [*rows, *more]
    return rows
