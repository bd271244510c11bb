"""The screen `Apps`: the cursor over containers and the chosen one's log; drawn in `pages/apps.py`."""

from __future__ import annotations

from dataclasses import replace

from textual import events

from moducop_tui.keymap import Place
from moducop_tui.model.apps import App, Container
from moducop_tui.model.log import LogFilter
from moducop_tui.pages.apps import AppsView, apps_page, chosen_of, facts_seen, in_order
from moducop_tui.pages.logs import search_pattern
from moducop_tui.pages.look import Look
from moducop_tui.screens.base import DeviceScreen
from moducop_tui.screens.console import Console
from moducop_tui.screens.cursor import WithCursor
from moducop_tui.screens.log_messages import LogArrived
from moducop_tui.screens.log_tail import LogTail
from moducop_tui.text import Line

_BACKLOG = 60
_SETTLING = 0.3
"""Seconds that the cursor rests on a container before its log is opened: holding a key down opens none."""


class AppsScreen(WithCursor, DeviceScreen):
    """Apps: pick a container, see its facts and its live log."""

    place = Place.APPS

    def __init__(self, console: Console) -> None:
        super().__init__(console)
        self.view = AppsView()
        self.tail = LogTail(console, self, _BACKLOG)
        self._search = ""
        self._shown_log: str | None = None
        self._moved = False
        """Whether somebody has put the cursor where it is."""

    def page(self, look: Look) -> list[Line]:
        """The whole screen; the log only once it is the chosen container's."""
        view = replace(self.view, log_error=self.tail.error)
        return apps_page(look, view, self.tail.book, self.console.keymap, self.prompt_line(look))

    def redraw(self) -> int:
        """Follow the log of the container under the cursor, also when it has come or gone by itself."""
        chosen = self.chosen
        if chosen is not None and self.view.chosen is None:
            # It begins on what fails, and stays there whatever fails next.
            self.view = replace(self.view, chosen=chosen[1].id)
        identity = chosen[1].id if chosen else None
        if identity != self._shown_log and self.is_mounted:
            self._shown_log = identity
            self.tail.forget()
            self.set_timer(_SETTLING, self._follow_chosen)
        return super().redraw()

    def _follow_chosen(self) -> None:
        if self._shown_log is not None and (self.is_on_top or self.is_below):
            self.tail.follow(LogFilter(container_id=self._shown_log))

    def on_screen_suspend(self, _: events.ScreenSuspend) -> None:
        """Nobody looks: nothing is followed. Below a list the log stands still: the line is needed for the list."""
        if self.is_below:
            self.view = replace(self.view, log_bottom=self.tail.book.last)
            return
        self.tail.stop()
        self._shown_log = None
        if not self._moved:
            self.view = replace(self.view, chosen=None)

    def on_screen_resume(self, _: events.ScreenResume) -> None:
        """The log goes on."""
        self.view = replace(self.view, log_bottom=None)

    def on_log_arrived(self, message: LogArrived) -> None:
        """New entries of the chosen container."""
        if self.tail.take(message) and self.is_on_top:
            self.redraw()

    @property
    def chosen(self) -> tuple[App, Container] | None:
        """The container under the cursor."""
        apps = self.console.store.readings.apps.value
        return chosen_of(apps, self.view) if apps else None

    def choose(self, name: str) -> None:
        """Put the cursor on the container of that name, if it is there."""
        apps = self.console.store.readings.apps.value
        for _, container in in_order(apps) if apps else ():
            if container.name == name:
                self._choose(container.id)

    def _choose(self, identity: str) -> None:
        self._moved = True
        self.view = replace(self.view, chosen=identity, notice=None, facts_offset=0)

    def move(self, step: int) -> None:
        """To a container further down, or up."""
        apps = self.console.store.readings.apps.value
        chosen = self.chosen
        if apps is None or chosen is None:
            return
        order = [container.id for _, container in in_order(apps)]
        index = min(max(0, order.index(chosen[1].id) + step), len(order) - 1)
        self._choose(order[index])

    def action_page_down(self) -> None:
        """Ten containers down; with the details open, further down in them."""
        if not self._scroll(1):
            super().action_page_down()

    def action_page_up(self) -> None:
        """The same upwards."""
        if not self._scroll(-1):
            super().action_page_up()

    def _scroll(self, pages: int) -> bool:
        """Move in the details; whether they are open."""
        seen = facts_seen(self.console.look(self.size.width, self.size.height), self.view)
        if seen is None:
            return False
        last = max(0, seen.total - len(seen.rows))
        offset = seen.offset + pages * max(1, len(seen.rows) - 1)
        self.view = replace(self.view, facts_offset=max(0, min(offset, last)))
        return True

    def action_top(self) -> None:
        """The first container."""
        self.move(-1_000_000)

    def action_bottom(self) -> None:
        """The last container."""
        self.move(1_000_000)

    def action_toggle_facts(self) -> None:
        """All facts, or facts and log."""
        self.view = replace(self.view, details=not self.view.details, facts_offset=0)

    def action_open_log(self) -> None:
        """The chosen container's log on a screen of its own."""
        from moducop_tui.screens.go_to import log_of

        chosen = self.chosen
        if chosen:
            self.post_message(self.PlaceAsked(Place.LOGS, log_of(chosen[1])))

    def typed(self, text: str) -> None:
        """Put the cursor on the next container whose name, service or image has the text."""
        self._search = text
        self.action_older_hit()

    def action_older_hit(self) -> None:
        """The next container that was searched for."""
        self._find(1)

    def action_newer_hit(self) -> None:
        """The one before."""
        self._find(-1)

    def _find(self, step: int) -> None:
        apps = self.console.store.readings.apps.value
        chosen = self.chosen
        if apps is None or chosen is None or not self._search:
            return
        pattern = search_pattern(self._search)
        order = in_order(apps)
        start = next(index for index, pair in enumerate(order) if pair[1].id == chosen[1].id)
        for distance in range(1, len(order) + 1):
            app, container = order[(start + distance * step) % len(order)]
            if pattern.search(f"{app.name} {container.name} {container.service or ''} {container.image}"):
                self._choose(container.id)
                return
        self.view = replace(self.view, notice=f'No container has "{self._search}" in its name.')
