"""The four panels of Overview for a narrow terminal: slots, storage, apps, last warnings and errors."""

from __future__ import annotations

from moducop_tui.model.apps import App, Apps
from moducop_tui.model.log import Log
from moducop_tui.model.slots import Slot, Slots
from moducop_tui.model.storage import Storage
from moducop_tui.pages import app_words, log_words, storage_words
from moducop_tui.pages.frame import size_note
from moducop_tui.pages.look import FULL_WIDTH, Look
from moducop_tui.pages.panel import panel, sentence
from moducop_tui.pages.slot_words import evidence, slot_role, slot_state, version
from moducop_tui.roles import Role, mark
from moducop_tui.text import Line, Span, cells, cut, fit, flow, indent, line, line_cells
from moducop_tui.units import clock

_LOG_ROWS = 200
"""More rows than any terminal shows of the last warnings."""


def slots_panel(look: Look, evidence_rows: int) -> list[Line]:
    """Both slots and, under them, what the verdict is drawn from."""

    def draw(slots: Slots) -> list[Line]:
        rows = [_slot_row(look, slot) for slot in slots.slots]
        if not slots.slots:
            rows = sentence(slots.disk_error or "This machine has no slots.", look.width, Role.WARN)[:2]
        items = flow(evidence(look), look.width - 5)
        return [*rows, *(indent(row, 5) for row in items[:evidence_rows])]

    return panel("Slots", look.readings.slots, look.now, look.width, draw, note=lambda _: size_note(look))


def _slot_row(look: Look, slot: Slot) -> Line:
    role = slot_role(look.verdict, slot.name)
    small = look.width < FULL_WIDTH
    where = "" if small else fit(slot.partition.short, 10) + " "
    return line(
        Span(f"{mark(role)} ", role),
        Span(slot.name.value, Role.TITLE if look.verdict.booted is slot.name else Role.TEXT),
        "  ",
        where,
        fit(version(slot.image), 22 if small else 28),
        "  ",
        *slot_state(look.verdict, slot.name),
    )


def storage_panel(look: Look) -> list[Line]:
    """`/data` and the fullest tmpfs as bars, then every overlay and every other tmpfs in words."""

    def draw(storage: Storage) -> list[Line]:
        main = storage_words.main_file_systems(storage)[:2]
        fullest = storage_words.fullest(storage.tmpfs)
        rows = [storage_words.bar_row(one, look.width) for one in (*main, *([fullest] if fullest else []))]
        for heading, overlays, fate in storage_words.overlays_by_home(storage):
            items = [storage_words.overlay_item(one) for one in overlays]
            rows += _headed(heading, items, fate, look.width)
        others = [one for one in storage.tmpfs if one is not fullest]
        if others:
            rows += _headed("tmpfs", [storage_words.tmpfs_item(one) for one in others], "", look.width)
        return rows

    def note(storage: Storage) -> Line:
        if not storage.deviations:
            return ()
        return line(Span(cut(f"! {storage.deviations[0].rstrip('.')}", look.width - 24), Role.WARN))

    return panel("Storage", look.readings.storage, look.now, look.width, draw, note=note)


def _headed(heading: str, items: list[Line], fate: str, width: int) -> list[Line]:
    """Items behind a heading, what becomes of them at the end of the last row where it fits."""
    column = 13
    rows = flow(items, width - column, gap=3)
    if rows and fate and line_cells(rows[-1]) + 3 + len(fate) <= width - column:
        rows[-1] = (*rows[-1], Span(f"   {fate}", Role.DIM))
    return [
        line(Span(fit(f"  {heading}" if index == 0 else "", column), Role.DIM), *row) for index, row in enumerate(rows)
    ]


def apps_panel(look: Look, rows: int) -> list[Line]:
    """One row an app, what is not well first; the rest in a last row when there is not enough room."""

    def draw(apps: Apps) -> list[Line]:
        if not apps.apps:
            engine = f"{apps.engine.name} {apps.engine.version or ''}".strip()
            return [line("  ", Span(f"No containers and no apps. {engine} answers.", Role.DIM))]
        ordered = app_words.worst_first(apps)
        whole = [row for app in ordered for row in _app_rows(look, app, ordered)]
        if len(whole) <= rows:
            return whole
        shown = ordered if len(ordered) <= rows else ordered[: max(0, rows - 1)]
        left = ordered[len(shown) :]
        return [*(_app_row(look, app, ordered) for app in shown), *([_rest(left)] if left else [])]

    return panel("Apps", look.readings.apps, look.now, look.width, draw, note=app_words.counts)


def _rest(left: list[App]) -> Line:
    role = app_words.app_role(left[0])
    return line(
        Span(f"{mark(role)} ", role), Span(f"and {len(left)} more: ", Role.DIM), " ".join(app.name for app in left)
    )


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
    """An app in one row, cut where it needs more."""
    spans: list[Span] = list(_app_head(app, ordered))
    for index, item in enumerate(app_words.summary(app, look.wall_now)):
        spans += [Span("   "), *item] if index else item
    return tuple(spans)


def _app_rows(look: Look, app: App, ordered: list[App]) -> list[Line]:
    """An app in as many rows as its containers need."""
    head = _app_head(app, ordered)
    indentation = line_cells(head)
    rows = flow(app_words.summary(app, look.wall_now), look.width - indentation, gap=3)
    return [(*head, *row) if index == 0 else indent(row, indentation) for index, row in enumerate(rows)]


def logs_panel(look: Look, rows: int) -> list[Line]:
    """The last warnings and errors, the newest at the bottom."""

    def draw(log: Log) -> list[Line]:
        recent = log.recent[-max(0, rows) :] if rows > 0 else ()
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
