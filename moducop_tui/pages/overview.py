"""Overview: the whole truth about the device on one page."""

from __future__ import annotations

from moducop_tui.bars import rule
from moducop_tui.keymap import Place
from moducop_tui.pages.foot import key_bar, problem_line
from moducop_tui.pages.frame import framed, room, size_note
from moducop_tui.pages.look import FULL_HEIGHT, FULL_WIDTH, Look
from moducop_tui.pages.overview_panels import apps_panel, logs_panel, slots_panel, storage_panel
from moducop_tui.pages.overview_wide import wide_body
from moducop_tui.text import Line

FOOT_ROWS = 3
_MANY = 200


def overview(look: Look) -> list[Line]:
    """The screen, exactly as large as the terminal."""
    space = room(look, FOOT_ROWS)
    body = wide_body(look, space) if look.is_wide else narrow_body(look, space)
    foot = [rule("", look.width, size_note(look)), problem_line(look), key_bar(Place.OVERVIEW, look.width)]
    return framed(look, body, foot)


def narrow_body(look: Look, space: int) -> list[Line]:
    """Four panels, one below the other. Each has its least; what is left goes to storage, apps and then the log."""
    small = look.height < FULL_HEIGHT or look.width < FULL_WIDTH
    slots = slots_panel(look, 1 if small else 2)
    storage = storage_panel(look)
    apps = apps_panel(look, _MANY)
    log_least = 2 if small else 3
    left = space - len(slots) - 1 - log_least
    storage_rows, app_rows = shares(left, len(storage), len(apps), 1 + (2 if small else 3))
    log_rows = left - storage_rows - app_rows + log_least
    return [*slots, *storage[:storage_rows], *apps_panel(look, app_rows - 1)[:app_rows], *logs_panel(look, log_rows)]


def shares(space: int, first: int, second: int, least: int) -> tuple[int, int]:
    """Rows for two panels that want `first` and `second`: all they want, else the first gives way down to `least`."""
    if first + second <= space:
        return first, second
    given = max(min(first, least), min(first, space - second))
    return given, max(0, min(second, space - given))
