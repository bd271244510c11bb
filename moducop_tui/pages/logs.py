"""Logs: the journal through a filter, live or paused, with search."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from moducop_tui.bars import rule
from moducop_tui.keymap import Keymap, Place
from moducop_tui.logbook import Logbook, LogItem
from moducop_tui.model.log import LogEntry, LogFilter
from moducop_tui.pages.foot import key_bar, screen_keys
from moducop_tui.pages.frame import framed, room
from moducop_tui.pages.log_words import entry_head, entry_row, entry_rows
from moducop_tui.pages.look import Look
from moducop_tui.pages.panel import sentence
from moducop_tui.roles import Role, mark
from moducop_tui.text import Line, Span, cells, cut, highlighted, in_role, line, line_cells

FOOT_ROWS = 2
LEVELS = {7: "all levels", 6: "info and worse", 5: "notice and worse", 4: "warnings and errors", 3: "errors only"}
"""Choosable levels by their priority number, in the order in which the key goes through them."""
_SOURCE_LEAST = 8
"""Columns that a source's name has in the title whatever stands beside it."""


@dataclass(frozen=True, slots=True)
class LogView:
    """What of the journal is looked at, and where.

    `bottom` is the number of the lowest seen item, None while following; `paused_at` the newest item's number at the
    pause, to count what came since; `marked` the entry that a search or an error key went to.
    """

    wanted: LogFilter = field(default_factory=LogFilter)
    source: str = "all"
    boot: str = "this boot"
    bottom: int | None = None
    paused_at: int | None = None
    marked: int | None = None
    search: str = ""
    wrap: bool = False
    is_held: bool = False
    """It would follow, but stands still below what was opened over it."""
    notice: str | None = None
    """A sentence about the last key, such as that nothing was found."""
    error: str | None = None
    """Why there is no journal."""

    @property
    def follows(self) -> bool:
        """Whether new entries are shown as they come."""
        return self.bottom is None


def logs(look: Look, book: Logbook, view: LogView, keymap: Keymap, prompt: Line = ()) -> list[Line]:
    """The screen, exactly as large as the terminal."""
    space = room(look, FOOT_ROWS + 1)
    body = log_rows(book, view, look.width, space)
    if view.error:
        body = [*sentence(view.error, look.width, Role.BAD), *body][:space]
    elif not len(book):
        why = look.readings.log.error
        body = sentence(why, look.width, Role.WARN) if why else [line("  ", Span("No entry yet.", Role.DIM))]
    above = prompt or screen_keys(look, keymap, Place.LOGS, _notice(view))
    return framed(look, [_title(look, book, view), *body], [above, key_bar(Place.LOGS, look.width)])


def _notice(view: LogView) -> Line:
    return line(Span(view.notice, Role.WARN)) if view.notice else ()


def _title(look: Look, book: Logbook, view: LogView) -> Line:
    """What is chosen. A long name of the source gives way to level and boot, which must be seen."""
    state = (*_state(book, view), *_way(look))
    chosen = f" - {LEVELS.get(view.wanted.max_priority, '')} - {view.boot}"
    room = look.width - cells(f"Log of {chosen}") - line_cells(state) - 7  # of the rule itself
    found = f' - find "{view.search}"' if view.search else ""
    return rule(f"Log of {cut(view.source, max(_SOURCE_LEAST, room))}{chosen}{found}", look.width, state)


def _state(book: Logbook, view: LogView) -> Line:
    if view.is_held:
        return line(Span("held", Role.DIM))  # as long as the other word, so that nothing beside it moves
    if view.follows:
        return line(Span("live", Role.OK))
    new = max(0, book.last - (book.last if view.paused_at is None else view.paused_at))
    return line(Span(f"PAUSED, {new} new", Role.WARN))


def _way(look: Look) -> Line:
    """How the journal is read, where it is not the best way."""
    log = look.readings.log.value
    return () if log is None or log.note is None else line(Span(f", by {log.backend}", Role.DIM))


def log_rows(book: Logbook, view: LogView, width: int, height: int) -> list[Line]:
    """The seen part: upward from the lowest seen item, then downward where the journal begins too soon."""
    bottom = book.last if view.bottom is None else min(max(view.bottom, book.first), book.last)
    rows: list[Line] = []
    number = bottom
    while len(rows) < height and (item := book.item(number)) is not None:
        rows = [*item_rows(item, view, width, number), *rows]
        number -= 1
    if len(rows) > height:
        return rows[-height:]
    number = bottom + 1
    while len(rows) < height and (item := book.item(number)) is not None:
        rows += item_rows(item, view, width, number)
        number += 1
    return rows[:height]


def item_rows(item: LogItem, view: LogView, width: int, number: int) -> list[Line]:
    """An entry in one row, or in as many as it needs; a gap as a dashed sentence."""
    if not isinstance(item, LogEntry):
        return [rule(item.sentence, width)]
    here = number == view.marked
    rows = entry_rows(item, width - 1) if view.wrap else [entry_row(item, width - 1)]
    if view.search:
        rows = [highlighted(row, search_pattern(view.search), Role.FOUND) for row in rows]
    if here:
        return [line(Span(mark(Role.CURSOR) if index == 0 else " "), *in_role(row, Role.CURSOR))
                for index, row in enumerate(rows)]  # fmt: skip
    return [line(" ", *row) for row in rows]


def search_pattern(text: str) -> re.Pattern[str]:
    """What a typed text finds: itself, letters in either case."""
    return re.compile(re.escape(text), re.IGNORECASE)


__all__ = ["FOOT_ROWS", "LEVELS", "LogView", "entry_head", "log_rows", "logs", "search_pattern"]
