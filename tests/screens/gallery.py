"""Every picture: its name, and how it is drawn from fixed readings."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from moducop_tui.keymap import Place, make_keymap
from moducop_tui.logbook import Logbook
from moducop_tui.model.log import LogBatch, LogFilter
from moducop_tui.pages.apps import AppsView, apps_page
from moducop_tui.pages.foot import key_bar, screen_keys
from moducop_tui.pages.frame import framed, room, scroll_note, window
from moducop_tui.pages.help import help_body
from moducop_tui.pages.logs import LogView, logs
from moducop_tui.pages.look import Look, look_at
from moducop_tui.pages.overview import overview
from moducop_tui.pages.picker import PickerView, picker
from moducop_tui.pages.problems import problems_body
from moducop_tui.pages.report import report
from moducop_tui.pages.slots import slots_body
from moducop_tui.pages.storage import storage_body
from moducop_tui.pages.system import system_body
from moducop_tui.screens.go_to import go_to_view
from moducop_tui.text import Line, plain
from tests.screens import builders as build
from tests.screens.acting_gallery import ACTING_PAGES, acting_pictures
from tests.screens.states import STATES

KEYMAP = make_keymap()
SIZES = ((80, 24), (60, 20), (200, 60))
_IMPORTANT = ("idle", "trial")


def look(state: str, width: int = 80, height: int = 24, *, simulated: bool = False) -> Look:
    """A look at a state at the moment of all pictures."""
    return look_at(STATES[state](), width, height, build.NOW, build.WALL, simulated=simulated)


def book() -> Logbook:
    """A log with an error, a gap, a long message and much that is usual."""
    filled = Logbook(1 << 20)
    usual = [build.entry(n, f"frame {n} of the axle box: 4096 samples", 6, "trackdiag-ingest-1") for n in range(90)]
    filled.add(LogBatch(tuple(usual[:80])))
    error = build.entry(91, "cannot open /dev/ttyS101-CPU01UC-com: No such file or directory, tried 12 times, giving "
                        "up until the port comes back", 3, "gpx-logger-logger-1")  # fmt: skip
    filled.add(LogBatch((error, *usual[80:]), lost=212, note="The journal was rotated; entries may be missing here."))
    return filled


def _scrolled(body: Callable[[Look], list[Line]], place: Place, offset: int = 0) -> Callable[[Look], list[Line]]:
    def draw(at: Look) -> list[Line]:
        seen = window(body(at), offset, room(at, 2))
        return framed(at, seen.rows, [screen_keys(at, KEYMAP, place, scroll_note(seen)), key_bar(place, at.width)])

    return draw


def _help(at: Look) -> list[Line]:
    return help_body(KEYMAP, Place.LOGS, at.width)


def _apps(at: Look) -> list[Line]:
    chosen = build.apps().apps[0].containers[2].id
    return apps_page(at, AppsView(chosen=chosen), book(), KEYMAP)


def _apps_details(at: Look) -> list[Line]:
    chosen = build.apps().apps[1].containers[1].id
    return apps_page(at, AppsView(chosen=chosen, details=True), book(), KEYMAP)


def _logs(at: Look) -> list[Line]:
    return logs(at, book(), LogView(), KEYMAP)


def _logs_found(at: Look) -> list[Line]:
    view = LogView(
        LogFilter(max_priority=6),
        bottom=88,
        paused_at=40,
        marked=82,
        search="port",
        wrap=True,
        notice="No further hit.",
    )
    return logs(at, book(), view, KEYMAP)


def _go_to(at: Look) -> list[Line]:
    view = go_to_view(KEYMAP, at.readings)
    return picker(at, PickerView(view.title, view.choices, "log", 2), overview(at))


PAGES: dict[str, Callable[[Look], list[Line]]] = {
    "overview": overview,
    "slots": _scrolled(slots_body, Place.SLOTS),
    "slots_below": _scrolled(slots_body, Place.SLOTS, 20),
    "storage": _scrolled(storage_body, Place.STORAGE),
    "apps": _apps,
    "logs": _logs,
    "system": _scrolled(system_body, Place.SYSTEM),
    "problems": _scrolled(problems_body, Place.PROBLEMS),
    **ACTING_PAGES,
}


def pictures() -> Iterator[tuple[str, Callable[[], list[Line]]]]:
    """Name and drawing of every picture."""
    for state in STATES:
        yield f"overview-{state}-80x24", lambda state=state: overview(look(state))  # type: ignore[misc]
    yield from acting_pictures()
    for page, draw in PAGES.items():
        if page in ACTING_PAGES:
            continue
        for width, height in SIZES:
            for state in _IMPORTANT if (width, height) == (80, 24) else ("trial",):
                name = f"{page}-{state}-{width}x{height}"
                yield name, lambda draw=draw, at=(state, width, height): draw(look(*at))  # type: ignore[misc]
    for state in ("environment_unreadable", "broken", "no_moducop"):
        draw = PAGES["slots"]
        yield f"slots-{state}-80x24", lambda draw=draw, state=state: draw(look(state))  # type: ignore[misc]
    for state in ("engine_down", "stale", "hostile"):
        yield f"apps-{state}-80x24", lambda state=state: _apps(look(state))  # type: ignore[misc]
    yield "storage-no_moducop-80x24", lambda: PAGES["storage"](look("no_moducop"))
    yield "apps_details-idle-80x24", lambda: _apps_details(look("idle"))
    yield "logs_found-trial-80x24", lambda: _logs_found(look("trial"))
    yield "help-idle-80x24", lambda: _scrolled(_help, Place.HELP)(look("idle"))
    yield "go_to-idle-80x24", lambda: _go_to(look("idle"))
    yield "overview_demo-trial-80x24", lambda: overview(look("trial", simulated=True))
    yield "overview-idle-60x20", lambda: overview(look("idle", 60, 20))
    yield "overview-trial-120x40", lambda: overview(look("trial", 120, 40))
    yield "overview-idle-40x10", lambda: overview(look("idle", 40, 10))
    yield "status-trial-80", lambda: report(STATES["trial"](), build.NOW, build.WALL, 80)


def as_text(rows: list[Line]) -> str:
    """A picture as it is kept: blanks at the ends of rows are left out."""
    return "".join(f"{plain(row).rstrip()}\n" for row in rows)
