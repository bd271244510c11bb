"""Overview: the whole truth about the device on one page."""

from __future__ import annotations

from moducop_tui.bars import rule
from moducop_tui.keymap import Place
from moducop_tui.model.reading import Topic
from moducop_tui.pages.foot import key_bar, problem_line
from moducop_tui.pages.frame import framed, room
from moducop_tui.pages.look import Look
from moducop_tui.pages.overview_panels import apps_panel, logs_panel, slots_panel, storage_panel
from moducop_tui.pages.overview_wide import wide_body
from moducop_tui.pages.system import machine_panel, network_panel
from moducop_tui.text import Line

_MANY = 200


def overview(look: Look) -> list[Line]:
    """The screen, exactly as large as the terminal."""
    foot = [problem_line(look), key_bar(Place.OVERVIEW, look.width)]
    if _knows_nothing(look):
        return framed(look, (), foot)  # panels move as they fill: empty ones would only be sent to be sent again
    space = room(look, len(foot))
    body = wide_body(look, space - 1) if look.is_wide else narrow_body(look, space)
    if len(body) < space:
        body = [*body, *[()] * (space - 1 - len(body)), rule("", look.width)]
    return framed(look, body, foot)


def _knows_nothing(look: Look) -> bool:
    """Whether no reading has come yet, and no reason why one can't."""
    readings = (look.readings.of(topic) for topic in Topic)
    return all(reading.value is None and reading.error is None for reading in readings)


def narrow_body(look: Look, space: int) -> list[Line]:
    """Four panels, one below the other. Each has its least; what is left goes to storage, apps and then the log."""
    small = look.is_small
    slots = slots_panel(look, 2)
    storage = storage_panel(look)
    apps = apps_panel(look, _MANY)
    log_least = 2 if small else 3
    left = space - len(slots) - 1 - log_least
    if len(storage) + len(apps) < left:
        left -= 1  # for the rule above the foot
    storage_rows, app_rows = shares(left, len(storage), len(apps), 1 + (2 if small else 3))
    log_rows = left - storage_rows - app_rows + log_least
    above = [*slots, *storage[:storage_rows], *apps_panel(look, app_rows - 1)[:app_rows]]
    log = logs_panel(look, log_rows)
    return [*above, *_more(look, space - len(above) - len(log) - 1), *log]


def _more(look: Look, room: int) -> list[Line]:
    """What else fits in whole on a tall terminal, the machine first."""
    rows: list[Line] = []
    for more in (machine_panel(look), network_panel(look)):
        if len(rows) + len(more) <= room:
            rows += more
    return rows


def shares(space: int, first: int, second: int, least: int) -> tuple[int, int]:
    """Rows for two panels that want `first` and `second`: all they want, else the first gives way down to `least`."""
    if first + second <= space:
        return first, second
    given = max(min(first, least), min(first, space - second))
    return given, max(0, min(second, space - given))
