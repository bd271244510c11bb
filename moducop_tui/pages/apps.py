"""Apps: all containers by app with a cursor; beside them the chosen one's facts and its live log."""

from __future__ import annotations

from dataclasses import dataclass

from moducop_tui.bars import rule
from moducop_tui.keymap import Keymap, Place
from moducop_tui.logbook import Logbook
from moducop_tui.model.apps import App, Apps, Container
from moducop_tui.model.log import LogEntry
from moducop_tui.pages import app_words
from moducop_tui.pages.container_facts import facts
from moducop_tui.pages.container_table import (
    Columns,
    app_row,
    columns_for,
    container_item,
    table_head,
    table_row,
)
from moducop_tui.pages.foot import key_bar, screen_keys
from moducop_tui.pages.frame import Window, framed, room, scroll_note, size_note, window
from moducop_tui.pages.log_words import entry_row, entry_rows
from moducop_tui.pages.look import FULL_WIDTH, WIDE, Look
from moducop_tui.pages.panel import nothing, sentence, stale_note, why
from moducop_tui.roles import STALE_MARK, UNKNOWN, Role, mark
from moducop_tui.text import Line, Span, beside, fit, in_role, line

FOOT_ROWS = 2
_LOG_WIDTH = 60
"""Columns that the log keeps beside a table of containers."""
_WHOLE_FROM = 4
"""Warnings and worse are shown in several rows, all else in one."""
_ENTRY_ROWS = 4
"""Rows that one log entry takes at most beside the list; Enter shows all of it."""


@dataclass(frozen=True, slots=True)
class AppsView:
    """`chosen` is the id of the container under the cursor, None for the first; `details` shows facts without log."""

    chosen: str | None = None
    details: bool = False
    facts_offset: int = 0
    """Rows of the details that are above the seen ones."""
    log_error: str | None = None
    log_bottom: int | None = None
    """The number of the lowest seen entry of the log; None while following."""
    notice: str | None = None


def in_order(apps: Apps) -> list[tuple[App, Container]]:
    """All containers in the order of the list: by app, so that rows keep their place whatever fails."""
    return [(app, container) for app in apps.apps for container in app.containers]


def chosen_of(apps: Apps, view: AppsView) -> tuple[App, Container] | None:
    """The container under the cursor; where none is chosen, or the chosen one is gone, the worst, else the first."""
    order = in_order(apps)
    worst = min(order, key=lambda pair: app_words.weight(pair[1]), default=None)
    return next((pair for pair in order if pair[1].id == view.chosen), worst)


def apps_page(look: Look, view: AppsView, book: Logbook, keymap: Keymap, prompt: Line = ()) -> list[Line]:
    """The screen, exactly as large as the terminal."""
    space = room(look, FOOT_ROWS)
    seen = facts_seen(look, view)
    scrolls = scroll_note(seen, "Space", "b") if seen else ()
    notice = line(Span(view.notice, Role.WARN)) if view.notice else scrolls
    above = prompt or screen_keys(look, keymap, Place.APPS, notice)
    return framed(look, _body(look, view, book, space), [above, key_bar(Place.APPS, look.width)])


def facts_seen(look: Look, view: AppsView) -> Window | None:
    """The part of the chosen container's facts that is seen; None where there is none, or they are not asked for."""
    apps = look.readings.apps.value
    pair = chosen_of(apps, view) if apps else None
    if apps is None or pair is None or not view.details:
        return None
    _, left_width = _left(look, apps)
    space = room(look, FOOT_ROWS) - len(_head(look, apps))
    return window(facts(_right(look, left_width), pair, all_of_it=True), view.facts_offset, space)


def _body(look: Look, view: AppsView, book: Logbook, space: int) -> list[Line]:
    reading = look.readings.apps
    apps = reading.value
    if apps is None:
        return [rule("Apps", look.width, size_note(look)), *nothing(reading, look.width, 4, calm=look.is_elsewhere)]
    head = _head(look, apps)
    pair = chosen_of(apps, view)
    if pair is None:
        empty = [line("  ", Span("No container exists.", Role.DIM))]
        return [*head, *([app_row(app) for app in apps.apps] or empty)]
    space -= len(head)
    columns, left_width = _left(look, apps)
    left = _listed(look.within(left_width), apps, pair[1], columns, space)
    below = [] if view.details else _under_list(look.within(left_width), pair, space - len(left) - 1)
    if below:
        left += [rule("Its facts", left_width), *below]
    seen = facts_seen(look, view)
    right = seen.rows if seen else _beside(_right(look, left_width), view, pair, book, space, with_facts=not below)
    return [*head, *beside(left, [line(Span("|", Role.EDGE), *row) for row in right], left_width, 0)]


def _head(look: Look, apps: Apps) -> list[Line]:
    error = look.readings.apps.error or apps.engine.trouble
    return [_title(look, apps), *(why(error, look.width, 2, STALE_MARK) if error else [])]


def _left(look: Look, apps: Apps) -> tuple[Columns | None, int]:
    """The columns of the list, where it is a table, and its width."""
    columns = columns_for(apps, look.within(look.width - _LOG_WIDTH)) if look.is_wide else None
    return columns, _list_width(look, columns)


def _right(look: Look, left_width: int) -> Look:
    return look.within(look.width - left_width - 1)


def _title(look: Look, apps: Apps) -> Line:
    reading = look.readings.apps
    engine = f"Apps on {apps.engine.name} {apps.engine.version or UNKNOWN}"
    note = stale_note(reading, look.now) if reading.error else size_note(look) or app_words.counts(apps)
    return rule(engine, look.width, note)


def _list_width(look: Look, columns: Columns | None) -> int:
    if columns is not None:
        return columns.width + 1
    return 33 if look.width >= FULL_WIDTH else 25


def _listed(look: Look, apps: Apps, chosen: Container, columns: Columns | None, space: int) -> list[Line]:
    """The list, as far as it fits around the cursor."""
    rows: list[Line] = []
    cursor = 0
    for app in apps.apps:
        rows.append(app_row(app))
        for one in app.containers:
            here = one.id == chosen.id
            cursor = len(rows) if here else cursor
            row = table_row(look, app, one, columns) if columns else container_item(look, app, one)
            rows.append(_under_cursor(row, look.width) if here else row)
    head = [table_head(columns)] if columns else []
    space -= len(head)
    first = max(0, min(cursor - space // 2, len(rows) - space))
    return [*head, *rows[first : first + space]]


def _under_list(look: Look, pair: tuple[App, Container], space: int) -> list[Line]:
    """All facts of the chosen container, where a wide terminal has room for them under the list; else nothing."""
    if look.terminal_width < WIDE or space < len(facts(look, pair, all_of_it=False)):
        return []
    return facts(look, pair, all_of_it=True)[:space]


def _under_cursor(row: Line, width: int) -> Line:
    text = "".join(span.text for span in row)
    return line(Span(fit(f"{mark(Role.CURSOR)}{text[1:]}", width), Role.CURSOR))


def _beside(
    look: Look, view: AppsView, pair: tuple[App, Container], book: Logbook, space: int, *, with_facts: bool
) -> list[Line]:
    """Beside the list: the chosen container's facts and its log."""
    above = facts(look, pair, all_of_it=False) if with_facts else []
    log_title = rule("Its log" if with_facts else f"Log of {pair[1].name}", look.width - 1)
    rows = _log(book, view.log_bottom, look.width - 1, space - len(above) - 1)
    if view.log_error:
        rows = sentence(view.log_error, look.width - 1, Role.BAD)
    elif not rows:
        rows = [line("  ", Span(_no_log(pair[1]), Role.DIM))]
    return [*above, log_title, *rows][:space]


def _no_log(container: Container) -> str:
    if container.log_driver not in (None, "journald"):
        return f"Its log driver is {container.log_driver}: not in the journal."
    return "No entry in the journal of this boot."


def _log(book: Logbook, bottom: int | None, width: int, height: int) -> list[Line]:
    """Entries of the container from the lowest seen one upwards, as many as fit."""
    rows: list[Line] = []
    number = book.last if bottom is None else min(bottom, book.last)
    while len(rows) < height and (item := book.item(number)) is not None:
        if isinstance(item, LogEntry):
            shown = _ENTRY_ROWS if item.priority <= _WHOLE_FROM else 1
            rows = [*_cut_rows(item, width, shown)[: height - len(rows)], *rows]
        else:
            rows = [in_role(rule(item.sentence, width), Role.DIM), *rows]
        number -= 1
    return rows[-height:] if height > 0 else []


def _cut_rows(entry: LogEntry, width: int, shown: int) -> list[Line]:
    """An entry in at most that many rows; cut where it needs more."""
    if shown == 1:
        return [entry_row(entry, width, with_origin=False)]
    return entry_rows(entry, width, with_origin=False)[:shown]
