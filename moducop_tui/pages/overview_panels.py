"""The four panels of Overview for a narrow terminal: slots, storage, apps, last warnings and errors."""

from __future__ import annotations

from moducop_tui.model.app_rules import app_is_well
from moducop_tui.model.apps import App, Apps
from moducop_tui.model.log import Log, RepeatedEntry
from moducop_tui.model.slots import Slots
from moducop_tui.model.storage import Storage
from moducop_tui.pages import app_words, log_words, storage_words
from moducop_tui.pages.frame import size_note
from moducop_tui.pages.look import Look
from moducop_tui.pages.panel import panel, sentence
from moducop_tui.pages.slot_words import evidence, slot_rows
from moducop_tui.roles import Role, mark
from moducop_tui.text import Line, Span, cells, cut, fit, flow, folded, indent, line, line_cells
from moducop_tui.units import clock

_LOG_ROWS = 200
"""More rows than any terminal shows of the last warnings."""


def slots_panel(look: Look, evidence_rows: int) -> list[Line]:
    """Both slots and, under them, what the verdict is drawn from."""

    def draw(slots: Slots) -> list[Line]:
        rows = slot_rows(look, slots)
        if not slots.slots:
            role = Role.TEXT if look.is_elsewhere else Role.WARN
            rows = sentence(slots.disk_error or "This machine has no slots.", look.width, role)[:2]
        items = flow(evidence(look), look.width - 5)
        return [*rows, *(indent(row, 5) for row in items[:evidence_rows])]

    return panel(
        "Slots", look.readings.slots, look.now, look.width, draw, note=lambda _: size_note(look), calm=look.is_elsewhere
    )


def storage_panel(look: Look) -> list[Line]:
    """`/data` and the fullest tmpfs as bars, then every overlay and every other tmpfs in words."""

    def draw(storage: Storage) -> list[Line]:
        main = storage_words.main_file_systems(storage)[:2]
        fullest = storage_words.fullest(storage.tmpfs)
        rows = [storage_words.bar_row(one, look.width) for one in (*main, *([fullest] if fullest else []))]
        for heading, overlays, fates in storage_words.overlays_by_home(storage):
            items = [storage_words.overlay_item(one) for one in overlays]
            rows += _headed(heading, items, fates, look.width)
        others = [one for one in storage.tmpfs if one is not fullest]
        if others:
            rows += _headed("tmpfs", [storage_words.tmpfs_item(one) for one in others], (), look.width)
        return rows

    def note(storage: Storage) -> Line:
        if not storage.deviations or look.is_elsewhere:
            return ()
        return line(Span(cut(f"! {storage.deviations[0].rstrip('.')}", look.width - 24), Role.WARN))

    return panel("Storage", look.readings.storage, look.now, look.width, draw, note=note)


def _headed(heading: str, items: list[Line], fates: tuple[str, ...], width: int) -> list[Line]:
    """Items behind a heading, what becomes of them at the end of the last row, in the words that fit."""
    column = 13
    rows = flow(items, width - column, gap=3)
    room = width - column - 3 - line_cells(rows[-1]) if rows else 0
    fate = next((words for words in fates if len(words) <= room), None)
    if fate is not None:
        rows[-1] = (*rows[-1], Span(f"   {fate}", Role.DIM))
    return [
        line(Span(fit(f"  {heading}" if index == 0 else "", column), Role.DIM), *row) for index, row in enumerate(rows)
    ]


def apps_panel(look: Look, rows: int) -> list[Line]:
    """What is not well first, in full; where there is not room for all, well apps take one row, then one together."""

    def draw(apps: Apps) -> list[Line]:
        if not apps.apps:
            engine = f"{apps.engine.name} {apps.engine.version or ''}".strip()
            return [line("  ", Span(f"No containers and no apps. {engine} answers.", Role.DIM))]
        return _apps_in(look, app_words.worst_first(apps), rows)

    return panel("Apps", look.readings.apps, look.now, look.width, draw, note=app_words.counts, calm=look.is_elsewhere)


def _apps_in(look: Look, ordered: list[App], rows: int) -> list[Line]:
    whole = [_app_rows(look, app, ordered) for app in ordered]
    if sum(len(one) for one in whole) <= rows:
        return [row for one in whole for row in one]
    ill = sum(not app_is_well(app) for app in ordered)
    shown = [row for one in whole[:ill] for row in one]
    single = ill
    if len(shown) + (ill < len(ordered)) > rows:
        shown, single = [], 0
    room = rows - len(shown)
    last = single + room if len(ordered) - single <= room else single + max(0, room - 1)
    shown += [_app_row(look, app, ordered) for app in ordered[single:last]]
    return [*shown, *([_rest(ordered[last:], look.width)] if last < len(ordered) else [])]


def _rest(left: list[App], width: int) -> Line:
    role = app_words.app_role(left[0])
    head = f"and {len(left)} more: "
    names = app_words.names_within([app.name for app in left], width - 2 - len(head))
    return line(Span(f"{mark(role)} ", role), Span(head, Role.DIM), names)


def _app_head(app: App, ordered: list[App]) -> Line:
    name_width = min(18, max(8, *(cells(one.name) for one in ordered)))
    version_width = min(10, max(cells(one.version or "") for one in ordered))
    role = app_words.app_role(app)
    return line(
        Span(f"{mark(role)} ", role),
        fit(app.name, name_width),
        "  ",
        Span(fit(app.version or "", version_width) + "  " if version_width else "", Role.DIM),
    )


def _app_row(look: Look, app: App, ordered: list[App]) -> Line:
    """An app in one row; names of well containers give way."""
    spans: list[Span] = list(_app_head(app, ordered))
    for index, item in enumerate(app_words.summary(app, look.wall_now, look.width - line_cells(spans))):
        spans += [Span(" " * app_words.GAP), *item] if index else item
    return tuple(spans)


def _app_rows(look: Look, app: App, ordered: list[App]) -> list[Line]:
    """An app in as many rows as its containers need."""
    head = _app_head(app, ordered)
    indentation = line_cells(head)
    room = look.width - indentation
    items = [part for item in app_words.summary(app, look.wall_now) for part in folded(item, room)]
    rows = flow(items, room, gap=app_words.GAP)
    return [(*head, *row) if index == 0 else indent(row, indentation) for index, row in enumerate(rows)]


def _newest(log: Log, rows: int) -> tuple[RepeatedEntry, ...]:
    """The newest entries, among them the newest error, however many warnings came after it."""
    shown = log.recent[-rows:] if rows else ()
    if any(_is_error(one) for one in shown):
        return shown
    errors = [one for one in log.recent if _is_error(one)]
    return (errors[-1], *shown[1:]) if errors and shown else shown


def _is_error(one: RepeatedEntry) -> bool:
    return one.entry.priority <= 3


def logs_panel(look: Look, rows: int) -> list[Line]:
    """The last warnings and errors, the newest at the bottom."""

    def draw(log: Log) -> list[Line]:
        recent = _newest(log, max(0, rows))
        if recent:
            return [log_words.entry_row(one.entry, look.width, one.count) for one in recent]
        newest = f" Newest entry of any kind: {clock(log.newest.realtime)[:5]}." if log.newest else ""
        return [line("  ", Span(f"No warnings and no errors in the journal.{newest}", Role.DIM))]

    def counts(log: Log) -> Line:
        return log_words.counts(log, brief=look.is_small)

    return panel(
        "Warnings and errors",
        look.readings.log,
        look.now,
        look.width,
        draw,
        note=counts,
        error_rows=max(1, min(rows, 3)),
    )
