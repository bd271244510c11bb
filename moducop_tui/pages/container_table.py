"""Every container of every app as a table, for terminals that have the room."""

from __future__ import annotations

from moducop_tui.model.app_rules import condition
from moducop_tui.model.apps import App, Apps, Container
from moducop_tui.pages import app_words
from moducop_tui.pages.look import Look
from moducop_tui.pages.panel import panel
from moducop_tui.roles import Role, mark
from moducop_tui.text import Line, Span, fit, fit_right, line
from moducop_tui.units import percent, size

_NAME_WIDTH = 14
_STATE_WIDTH = 30
_PORTS_WIDTH = 20
_WITH_IDS = 90
_WITH_PORTS = 108
"""Columns from which a table has room for ports."""


def container_table(look: Look) -> list[Line]:
    """Apps, the worst first, each with its containers: state, CPU, memory and image."""

    def draw(apps: Apps) -> list[Line]:
        if not apps.apps:
            return [line("  ", Span("No containers and no apps.", Role.DIM))]
        lines: list[Line] = [table_head(look.width)]
        for app in app_words.worst_first(apps):
            lines.append(app_row(app))
            lines += [container_line(look, app, one, table=True) for one in app.containers]
        return lines

    return panel("Apps", look.readings.apps, look.now, look.width, draw, note=app_words.counts)


def table_head(width: int) -> Line:
    """The names of the columns of `container_line` as a table."""
    ids = f"{fit('id', 8)}  " if width >= _WITH_IDS else ""
    ports = f"{fit('ports', _PORTS_WIDTH)}  " if width >= _WITH_PORTS else ""
    return line(
        Span(
            f"    {fit('container', _NAME_WIDTH)}  {fit('state', _STATE_WIDTH)}    cpu  memory  {ids}{ports}image",
            Role.DIM,
        )
    )


def app_row(app: App) -> Line:
    """An app's name, version and, when its manifest is damaged or nothing of it exists, the sentence."""
    role = app_words.app_role(app)
    trouble = app.manifest_error or ("" if app.containers else "no container of it exists")
    return line(
        Span(f"{mark(role)} ", role),
        Span(app.name, Role.TITLE),
        Span(f"  {app.version}" if app.version else "", Role.DIM),
        Span(f"  {trouble}" if trouble else "", role),
    )


def container_line(look: Look, app: App, container: Container, table: bool) -> Line:
    """One container: in a table with CPU, memory, id, ports and image, else its name and condition."""
    role = app_words.container_role(container)
    shown_role = Role.TEXT if role is Role.OK else role
    name = app_words.short_name(container, app)
    state = condition(container, look.wall_now)
    start = (Span(f"  {mark(role)} ", role),)
    if not table:
        width = 12 if look.width >= 30 else 9
        return line(*start, fit(name, width), " ", Span(state, shown_role))
    ids = f"{container.id[:8]}  " if look.width >= _WITH_IDS else ""
    ports = f"{fit(' '.join(container.ports), _PORTS_WIDTH)}  " if look.width >= _WITH_PORTS else ""
    return line(
        *start,
        fit(name, _NAME_WIDTH),
        "  ",
        Span(fit(state, _STATE_WIDTH), shown_role),
        "  ",
        percent(container.cpu_share),
        "  ",
        fit_right(size(container.memory), 6),
        "  ",
        Span(ids, Role.DIM),
        ports,
        Span(container.image, Role.DIM),
    )
