"""Every container of every app as a table, for terminals that have the room."""

from __future__ import annotations

import re
from dataclasses import dataclass

from moducop_tui.model.app_rules import condition, has_all, is_well
from moducop_tui.model.apps import App, Apps, Container, ContainerState, Health
from moducop_tui.pages import app_words
from moducop_tui.pages.look import Look
from moducop_tui.pages.panel import panel
from moducop_tui.roles import Role, mark
from moducop_tui.text import Line, Span, cells, fit, fit_right, line

_NAMES = (9, 18)
_STATES = (28, 36)
"""Least and most columns of a name and of a state; the least are wide enough that columns seldom move."""
_MOST_PORTS = 24
_ON_PAPER = 100
"""Rows of an error where nothing is cut."""
_EVERYWHERE = re.compile(r"^(0\.0\.0\.0|\[::\]|::):")
_ID = 8
_GAP = 2
_NUMBERS = 5 + _GAP + 6
"""Columns of CPU and memory."""


@dataclass(frozen=True, slots=True)
class Columns:
    """How wide each column is; a column of width 0 is left out. The image takes what is left."""

    name: int
    state: int
    id: int
    ports: int
    image: int

    @property
    def width(self) -> int:
        """Of the whole table."""
        return 4 + self.name + _GAP + self.state + _GAP + _NUMBERS + sum(
            one + _GAP for one in (self.id, self.ports, self.image) if one
        )  # fmt: skip


def columns_for(apps: Apps, look: Look, *, whole: bool = False) -> Columns:
    """Columns as wide as what stands in them. Where there is not room for all, ids go first, then ports.

    `whole` never cuts an image: for paper, where a row that is too long goes on below.
    """
    pairs = [(app, one) for app in apps.apps for one in app.containers]
    name = _between(_NAMES, [app_words.short_name(one, app) for app, one in pairs])
    state = _between(_STATES, [condition(one, look.wall_now) for _, one in pairs])
    image = max((cells(one.image) for _, one in pairs), default=0)
    ports = max((cells(short_ports(one)) for _, one in pairs), default=0)
    room = look.width - Columns(name, state, 0, 0, 0).width - _GAP
    if room < image:
        state = max(_STATES[0], state - (image - room))
        room = look.width - Columns(name, state, 0, 0, 0).width - _GAP
    image = image if whole else max(0, min(image, room))
    room -= image + _GAP
    ports = min(ports, _MOST_PORTS) if room >= min(ports, _MOST_PORTS) else 0
    room -= ports + _GAP if ports else 0
    return Columns(name, state, _ID if room >= _ID else 0, ports, image)


def _between(limits: tuple[int, int], texts: list[str]) -> int:
    least, most = limits
    return min(most, max([least, *(cells(text) for text in texts)]))


def short_ports(container: Container) -> str:
    """`80->80 5353->53/udp`: TCP without saying so, and once where a port is published on all addresses."""
    ports = [_EVERYWHERE.sub("", port).removesuffix("/tcp") for port in container.ports]
    return " ".join(dict.fromkeys(ports))


def container_table(look: Look, *, whole: bool = False) -> list[Line]:
    """Apps, the worst first, each with its containers: state, CPU, memory and image."""

    def draw(apps: Apps) -> list[Line]:
        if not apps.apps:
            return [line("  ", Span("No containers and no apps.", Role.DIM))]
        columns = columns_for(apps, look, whole=whole)
        lines: list[Line] = [table_head(columns)]
        for app in app_words.worst_first(apps):
            lines.append(app_row(app))
            lines += [table_row(look, app, one, columns) for one in app.containers]
        return lines

    return panel(
        "Apps",
        look.readings.apps,
        look.now,
        look.width,
        draw,
        note=app_words.counts,
        calm=look.is_elsewhere,
        error_rows=_ON_PAPER if whole else 2,
    )


def table_head(columns: Columns) -> Line:
    """The names of the columns of `table_row`."""
    names = (
        ("    " + fit("container", columns.name), True),
        (fit("state", columns.state), True),
        ("  cpu", True),
        ("memory", True),
        (fit("id", columns.id), columns.id),
        (fit("ports", columns.ports), columns.ports),
        ("image", columns.image),
    )
    return line(Span("  ".join(name for name, there in names if there), Role.DIM))


def app_row(app: App) -> Line:
    """An app's name, version and, when its manifest is damaged or nothing of it exists, the sentence."""
    role = app_words.app_role(app)
    trouble = app.manifest_error or ("" if has_all(app) else "no container of it exists")
    return line(
        Span(f"{mark(role)} ", role),
        Span(app.name, Role.TITLE),
        Span(f"  {app.version}" if app.version else "", Role.DIM),
        Span(f"  {trouble}" if trouble else "", role),
    )


def table_row(look: Look, app: App, container: Container, columns: Columns) -> Line:
    """One container with CPU, memory, id, ports and image."""
    role = app_words.container_role(container)
    state = Span(fit(condition(container, look.wall_now), columns.state), Role.TEXT if role is Role.OK else role)
    return line(
        Span(f"  {mark(role)} ", role),
        fit(app_words.short_name(container, app), columns.name),
        "  ",
        state,
        "  ",
        app_words.share_words(container),
        "  ",
        fit_right(app_words.memory_words(container), 6),
        Span(f"  {container.id[: columns.id]}" if columns.id else "", Role.DIM),
        f"  {fit(short_ports(container), columns.ports)}" if columns.ports else "",
        Span(f"  {fit(container.image, columns.image)}" if columns.image else "", Role.DIM),
    )


def container_item(look: Look, app: App, container: Container) -> Line:
    """One container where there is no room for a table: its name, and as much of its condition as fits in whole."""
    role = app_words.container_role(container)
    name = 12 if look.width >= 30 else 9
    state = condition(container, look.wall_now)
    room = look.width - name - 5
    while ", " in state and cells(state) > room:
        state = state.rpartition(", ")[0]
    if cells(state) > room and container.state is ContainerState.RUNNING and container.health is not Health.NONE:
        state = state.removesuffix(" healthy") if is_well(container) else container.health.value
    return line(
        Span(f"  {mark(role)} ", role),
        fit(app_words.short_name(container, app), name),
        " ",
        Span(state, Role.TEXT if role is Role.OK else role),
    )
