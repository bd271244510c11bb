"""The facts of one container: what matters beside its log, or all of them."""

from __future__ import annotations

from moducop_tui.bars import bar
from moducop_tui.model.app_rules import condition
from moducop_tui.model.apps import App, Container
from moducop_tui.pages import app_words
from moducop_tui.pages.look import Look
from moducop_tui.pages.panel import wrapped_fact
from moducop_tui.pages.storage_words import BAR_WIDTH
from moducop_tui.roles import Role
from moducop_tui.text import Line, Span, fit, line
from moducop_tui.units import date_and_clock, percent, size, text_of

_COLUMNS = 13


def facts(look: Look, pair: tuple[App, Container], *, all_of_it: bool) -> list[Line]:
    """Name, state, error, image, restarts, load and ports of a container; or all of it, to the last mount."""
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
        *wrapped_fact(
            "restarts",
            f"{text_of(container.restart_count)}, policy {text_of(container.restart_policy)}",
            width,
            columns=_COLUMNS,
        ),
        *_load(container, width),
    ]
    if container.ports:
        rows += wrapped_fact("ports", " ".join(container.ports), width, columns=_COLUMNS)[: None if all_of_it else 1]
    return [*rows, *_more_facts(app, container, width)] if all_of_it else rows


def _load(container: Container, width: int) -> list[Line]:
    if not app_words.has_processes(container):
        return wrapped_fact("load", "none, it is not running", width, columns=_COLUMNS)
    limit = f" of {size(container.memory_limit)}" if container.memory_limit else ""
    numbers = f"CPU {percent(container.cpu_share).strip()}, memory {size(container.memory)}{limit}"
    if width < 70 or not container.memory_limit or container.memory is None:
        return wrapped_fact("load", numbers, width, columns=_COLUMNS)
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
