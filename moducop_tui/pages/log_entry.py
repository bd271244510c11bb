"""The box with all of one log entry."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from moducop_tui.model.log import LogEntry
from moducop_tui.pages.box import BORDER, EDGES, box, overlaid
from moducop_tui.pages.log_words import entry_role
from moducop_tui.pages.look import Look
from moducop_tui.pages.panel import wrapped_fact
from moducop_tui.roles import UNKNOWN, Role
from moducop_tui.text import Line, Span, line, wrap
from moducop_tui.units import date_and_clock

_WIDTH = 44
_LEFT_FREE = 2
"""Rows of the page that are seen above and below at least."""
_NAME = 9
"""Columns of the longest name of a fact."""


def entry_box(look: Look, entry: LogEntry, below: Sequence[Line]) -> list[Line]:
    """Narrow, for what it covers is sent again when it closes; as wide as the page where its message needs that."""
    if look.is_too_small:
        return list(below)
    space = look.height - _LEFT_FREE - EDGES
    system = look.readings.system.value
    boot_id = system.boot_id if system else None
    is_narrow = len(entry_rows(entry, boot_id, _WIDTH - BORDER)) <= space
    width = _WIDTH if is_narrow else look.width - BORDER
    rows = entry_rows(entry, boot_id, width - BORDER)[:space]
    return overlaid(below, box("Entry", rows, width, line(Span(" Esc closes ", Role.DIM))), look.width)


def entry_rows(entry: LogEntry, boot_id: str | None, width: int) -> list[Line]:
    """What it says, then who said it and when; in which boot, unless it is the one that runs, `boot_id`."""
    said = [line(Span(row, entry_role(entry))) for row in wrap(entry.message, width)]
    facts = [row for name, text in _facts(entry, boot_id) for row in wrapped_fact(name, text, width, columns=_NAME)]
    return [*said, (), *facts]


def _facts(entry: LogEntry, boot_id: str | None) -> Iterator[tuple[str, str]]:
    is_its_container = entry.container == entry.origin
    yield "container" if is_its_container else "from", f"{entry.origin}, pid {entry.pid or UNKNOWN}"
    if entry.container and not is_its_container:
        yield "container", entry.container
    if entry.unit:
        yield "unit", entry.unit
    yield "level", f"{entry.priority} {entry.letter}, {entry.monotonic:.3f} s after boot"
    yield "time", date_and_clock(entry.realtime)
    if entry.boot_id != boot_id:
        yield "boot id", entry.boot_id
