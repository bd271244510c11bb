"""One log entry as a row: time, level, origin, message."""

from __future__ import annotations

from moducop_tui.model.log import Log, LogEntry
from moducop_tui.roles import Role
from moducop_tui.text import Line, Span, cells, fit, line, wrap
from moducop_tui.units import clock, count


def entry_role(entry: LogEntry) -> Role:
    """Errors and worse are bad, warnings warn, debug is of less weight."""
    if entry.priority <= 3:
        return Role.BAD
    if entry.priority == 4:
        return Role.WARN
    return Role.DIM if entry.priority >= 7 else Role.TEXT


def origin_width(width: int) -> int:
    """Columns for who speaks."""
    if width >= 140:
        return 28
    return 19 if width >= 78 else 12


def entry_head(entry: LogEntry, width: int, with_origin: bool = True) -> Line:
    """`10:41:58 E gpx-logger-logger  `: all before the message, in a fixed width."""
    parts = [
        Span(clock(entry.realtime), Role.DIM),
        Span(" "),
        Span(entry.letter, entry_role(entry) if entry.priority <= 4 else Role.DIM),  # calm ones change no colour
        Span(" "),
    ]
    if with_origin:
        parts += [Span(fit(entry.origin, origin_width(width)), Role.DIM), Span(" ")]
    return tuple(parts)


def entry_row(entry: LogEntry, width: int, repeated: int = 1, with_origin: bool = True) -> Line:
    """An entry in one row of exactly `width` cells; how often it came stands at the right end."""
    head = entry_head(entry, width, with_origin)
    tail = f"  x{repeated}" if repeated > 1 else ""
    room = max(0, width - sum(cells(span.text) for span in head) - len(tail))
    return line(*head, Span(fit(entry.message, room), entry_role(entry)), Span(tail, Role.WARN))


def entry_rows(entry: LogEntry, width: int, with_origin: bool = True) -> list[Line]:
    """An entry in as many rows as its message needs, the later ones indented under the message."""
    head = entry_head(entry, width, with_origin)
    indentation = sum(cells(span.text) for span in head)
    parts = wrap(entry.message, max(10, width - indentation))
    role = entry_role(entry)
    return [
        line(*head, Span(part, role)) if index == 0 else line(" " * indentation, Span(part, role))
        for index, part in enumerate(parts)
    ]


def counts(log: Log, *, brief: bool = False) -> Line:
    """`3 errors, 9 warnings in the last hour`."""
    errors, warnings = log.errors_last_hour, log.warnings_last_hour
    if errors + warnings == 0:
        return line(Span("none in the last hour", Role.DIM))
    role = Role.BAD if errors else Role.WARN
    span = "1 h" if brief else "the last hour"
    return line(Span(f"{count(errors, 'error')}, {count(warnings, 'warning')} in {span}", role))
