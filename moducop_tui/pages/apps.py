"""Apps: all containers by app with a cursor; beside them the chosen one's facts and its live log."""

from __future__ import annotations

from dataclasses import dataclass

from moducop_tui.bars import bar, rule
from moducop_tui.keymap import Keymap, Place
from moducop_tui.logbook import Logbook
from moducop_tui.model.app_rules import condition
from moducop_tui.model.apps import App, Apps, Container
from moducop_tui.model.log import LogEntry
from moducop_tui.pages import app_words
from moducop_tui.pages.container_table import app_row, container_line, table_head
from moducop_tui.pages.foot import key_bar, screen_keys
from moducop_tui.pages.frame import framed, room, size_note
from moducop_tui.pages.log_words import entry_row, entry_rows
from moducop_tui.pages.look import FULL_WIDTH, Look
from moducop_tui.pages.panel import fact, nothing, sentence, stale_note, why, wrapped_fact
from moducop_tui.pages.storage_words import BAR_WIDTH
from moducop_tui.roles import STALE_MARK, UNKNOWN, Role, mark
from moducop_tui.text import Line, Span, beside, fit, in_role, line
from moducop_tui.units import date_and_clock, percent, size, text_of

FOOT_ROWS = 2
_COLUMNS = 13
_WHOLE_FROM = 4
"""Warnings and worse are shown in several rows, all else in one."""
_ENTRY_ROWS = 4
"""Rows that one log entry takes at most beside the list; Enter shows all of it."""


@dataclass(frozen=True, slots=True)
class AppsView:
    """`chosen` is the id of the container under the cursor, None for the first; `details` shows facts without log."""

    chosen: str | None = None
    details: bool = False
    log_error: str | None = None
    notice: str | None = None


def in_order(apps: Apps) -> list[tuple[App, Container]]:
    """All containers in the order of the list: by app, so that rows keep their place whatever fails."""
    return [(app, container) for app in apps.apps for container in app.containers]


def chosen_of(apps: Apps, view: AppsView) -> tuple[App, Container] | None:
    """The container under the cursor: the first where the chosen one is gone."""
    order = in_order(apps)
    return next((pair for pair in order if pair[1].id == view.chosen), order[0] if order else None)


def apps_page(look: Look, view: AppsView, book: Logbook, keymap: Keymap, prompt: Line = ()) -> list[Line]:
    """The screen, exactly as large as the terminal."""
    space = room(look, FOOT_ROWS)
    notice = line(Span(view.notice, Role.WARN)) if view.notice else ()
    above = prompt or screen_keys(look, keymap, Place.APPS, notice)
    return framed(look, _body(look, view, book, space), [above, key_bar(Place.APPS, look.width)])


def _body(look: Look, view: AppsView, book: Logbook, space: int) -> list[Line]:
    reading = look.readings.apps
    apps = reading.value
    if apps is None:
        return [rule("Apps", look.width, size_note(look)), *nothing(reading, look.width, 4)]
    head = [_title(look, apps)]
    if reading.error:
        head += why(reading.error, look.width, 2, STALE_MARK)
    pair = chosen_of(apps, view)
    if pair is None:
        empty = [line("  ", Span("No container exists.", Role.DIM))]
        return [*head, *([app_row(app) for app in apps.apps] or empty)]
    space -= len(head)
    left_width = _list_width(look)
    right_look = look.within(look.width - left_width - 1)
    left = _listed(look.within(left_width), apps, pair[1], space)
    right = _detail(right_look, view, pair, book, space)
    return [*head, *beside(left, [line(Span("|", Role.RULE), *row) for row in right], left_width, 0)]


def _title(look: Look, apps: Apps) -> Line:
    reading = look.readings.apps
    engine = f"Apps on {apps.engine.name} {apps.engine.version or UNKNOWN}"
    note = stale_note(reading, look.now) if reading.error else size_note(look) or app_words.counts(apps)
    return rule(engine, look.width, note)


def _list_width(look: Look) -> int:
    if look.is_wide:
        return look.width * 16 // 25
    return 33 if look.width >= FULL_WIDTH else 25


def _listed(look: Look, apps: Apps, chosen: Container, space: int) -> list[Line]:
    """The list, as far as it fits around the cursor."""
    rows: list[Line] = []
    cursor = 0
    table = look.width >= 70
    for app in apps.apps:
        rows.append(app_row(app))
        for one in app.containers:
            here = one.id == chosen.id
            cursor = len(rows) if here else cursor
            row = container_line(look, app, one, table)
            rows.append(_under_cursor(row, look.width) if here else row)
    head = [table_head(look.width)] if table else []
    space -= len(head)
    first = max(0, min(cursor - space // 2, len(rows) - space))
    return [*head, *rows[first : first + space]]


def _under_cursor(row: Line, width: int) -> Line:
    text = "".join(span.text for span in row)
    return line(Span(fit(f"{mark(Role.CURSOR)}{text[1:]}", width), Role.CURSOR))


def _detail(look: Look, view: AppsView, pair: tuple[App, Container], book: Logbook, space: int) -> list[Line]:
    facts = _facts(look, pair, view.details)
    if view.details:
        return facts[:space]
    log_title = rule("Its log", look.width - 1)
    rows = _log(book, look.width - 1, space - len(facts) - 1)
    if view.log_error:
        rows = sentence(view.log_error, look.width - 1, Role.BAD)
    elif not rows:
        rows = [line("  ", Span(_no_log(pair[1]), Role.DIM))]
    return [*facts, log_title, *rows][:space]


def _no_log(container: Container) -> str:
    if container.log_driver not in (None, "journald"):
        return f"Its log driver is {container.log_driver}: not in the journal."
    return "No entry in the journal of this boot."


def _facts(look: Look, pair: tuple[App, Container], all_of_it: bool) -> list[Line]:
    app, container = pair
    width = look.width - 1
    role = app_words.container_role(container)
    state = condition(container, look.wall_now)
    rows = [
        line(Span(container.name, Role.TITLE)),
        *wrapped_fact("state", state, width, Role.TEXT if role is Role.OK else role, _COLUMNS),
    ]
    if container.error:
        rows += wrapped_fact("error", container.error, width, Role.BAD, _COLUMNS)
    rows += [
        *wrapped_fact("image", container.image, width, columns=_COLUMNS)[: None if all_of_it else 2],
        fact(
            "restarts",
            f"{text_of(container.restart_count)}, policy {text_of(container.restart_policy)}",
            columns=_COLUMNS,
        ),
        *_load(container, width),
    ]
    if container.ports:
        rows += wrapped_fact("ports", " ".join(container.ports), width, columns=_COLUMNS)[: None if all_of_it else 1]
    return [*rows, *_more_facts(app, container, width)] if all_of_it else rows


def _load(container: Container, width: int) -> list[Line]:
    limit = f" of {size(container.memory_limit)}" if container.memory_limit else ""
    numbers = f"CPU {percent(container.cpu_share).strip()}, memory {size(container.memory)}{limit}"
    if width < 70 or not container.memory_limit or container.memory is None:
        return [fact("load", numbers, columns=_COLUMNS)]
    share = container.memory / container.memory_limit
    return [line("  ", Span(fit("load", _COLUMNS), Role.DIM), " ", numbers, "  ", *bar(share, BAR_WIDTH))]


def _more_facts(app: App, container: Container, width: int) -> list[Line]:
    def stamp(moment: float | None) -> str:
        return "none" if moment is None else date_and_clock(moment)

    values: list[tuple[str, object]] = [
        ("app", f"{app.name} {app.version or ''} ({app.kind.value})"),
        ("service", container.service or "none"),
        ("id", container.id[:12]),
        ("pid", container.pid or "none"),
        ("health check", container.health.value),
        ("exit code", "none" if container.exit_code is None else container.exit_code),
        ("out of memory", container.oom_killed),
        ("created", stamp(container.created_at)),
        ("started", stamp(container.started_at)),
        ("finished", stamp(container.finished_at)),
        ("log driver", container.log_driver),
        ("manifest", app.manifest or "none"),
    ]
    rows = [row for name, value in values for row in wrapped_fact(name, text_of(value), width, columns=_COLUMNS)]
    for index, mount in enumerate(container.mounts):
        rows += wrapped_fact("mounts" if index == 0 else "", mount, width, columns=_COLUMNS)
    return rows


def _log(book: Logbook, width: int, height: int) -> list[Line]:
    """The newest entries of the container, as many as fit."""
    rows: list[Line] = []
    number = book.last
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
