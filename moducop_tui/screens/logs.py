"""The screen `Logs`: keys and state of the log view; what it shows is made in `pages/logs.py`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from textual import events
from textual.app import ComposeResult

from moducop_tui.keymap import Place
from moducop_tui.model.log import LogEntry, LogFilter
from moducop_tui.pages.frame import room
from moducop_tui.pages.log_entry import entry_box
from moducop_tui.pages.logs import FOOT_ROWS, LEVELS, LogView, logs, search_pattern
from moducop_tui.pages.look import Look
from moducop_tui.screens.base import DeviceScreen
from moducop_tui.screens.console import Console
from moducop_tui.screens.log_choices import boot_view, filter_of, source_view
from moducop_tui.screens.log_messages import LogArrived
from moducop_tui.screens.log_tail import FIRST_WITHIN, LogTail
from moducop_tui.screens.picker import PickerScreen
from moducop_tui.text import Line

BACKLOG = 300


class LogsScreen(DeviceScreen):
    """Logs: live or paused, through a filter of source, level and boot."""

    place = Place.LOGS

    def __init__(self, console: Console) -> None:
        super().__init__(console)
        self.view = LogView()
        self.tail = LogTail(console, self, BACKLOG)
        self._entry: LogEntry | None = None
        self._held: int | None = None
        """The newest item when something was opened over the log: until it closes the log stands still below it, for
        a slow line would have no time for what was opened."""

    def compose(self) -> ComposeResult:
        """Following begins when the screen is first shown."""
        yield from super().compose()
        self.tail.follow(self.view.wanted)

    async def on_mount(self) -> None:
        """The screen before stays until there is something to show."""
        await self.tail.first_answer()

    def redraw(self) -> int:
        """Not while the first entries of another source are on their way."""
        return 0 if self.tail.expects_first else super().redraw()

    def page(self, look: Look) -> list[Line]:
        """The whole screen, with a box over it while an entry is open."""
        view = replace(self.view, error=self.tail.error)
        if self._held is not None and view.follows and self.tail.book.last > self._held:
            view = replace(view, bottom=self._held, is_held=True)
        rows = logs(look, self.tail.book, view, self.console.keymap, self.prompt_line(look))
        return rows if self._entry is None else entry_box(look, self._entry, rows)

    def on_screen_suspend(self, _: events.ScreenSuspend) -> None:
        """A list was opened over it, or another screen is shown."""
        self._held = self.tail.book.last

    def on_screen_resume(self, _: events.ScreenResume) -> None:
        """What has come meanwhile is shown."""
        self._held = None

    def on_log_arrived(self, message: LogArrived) -> None:
        """New or older entries; while paused they only count."""
        if self.tail.take(message) and self.is_on_top:
            self.redraw()

    async def perform(self, action: str) -> None:
        """A sentence about the last key goes with the next one; an open entry closes."""
        self.view = replace(self.view, notice=None)
        closing = self._entry is not None and action in ("back", "open_entry")
        self._entry = self._held = None
        if closing:
            self.redraw()
            return
        await super().perform(action)

    def show_source(self, wanted: LogFilter, source: str) -> None:
        """Look at another source from its newest entry on; level, boot and wrapping stay."""
        wanted = replace(
            wanted, max_priority=self.view.wanted.max_priority, boot_id=self.view.wanted.boot_id,
            all_boots=self.view.wanted.all_boots,
        )  # fmt: skip
        self._look_at(replace(self.view, wanted=wanted, source=source))

    def _look_at(self, view: LogView) -> None:
        self.view = replace(view, bottom=None, paused_at=None, marked=None)
        self.tail.follow(self.view.wanted)
        self.set_timer(FIRST_WITHIN, self.redraw)

    def _height(self) -> int:
        return max(1, room(self.console.look(self.size.width, self.size.height), FOOT_ROWS + 1))

    def _move_to(self, bottom: int) -> None:
        """Let `bottom` be the lowest seen entry; at the newest one following begins again."""
        book = self.tail.book
        if bottom >= book.last:
            self.view = replace(self.view, bottom=None, paused_at=None)
            return
        least = book.first + min(self._height(), len(book)) - 1
        if bottom <= least + self._height():
            self.tail.ask_earlier()
        if bottom < least and (self.tail.at_beginning or book.is_full):
            where = "journal's beginning" if self.tail.at_beginning else "console's memory, choose a level or boot"
            self.view = replace(self.view, notice=f"This is the end of the {where}.")
        paused_at = book.last if self.view.paused_at is None else self.view.paused_at
        self.view = replace(self.view, bottom=max(bottom, least), paused_at=paused_at)

    def _bottom(self) -> int:
        return self.tail.book.last if self.view.bottom is None else self.view.bottom

    def action_down(self) -> None:
        """One entry newer."""
        self._move_to(self._bottom() + 1)

    def action_up(self) -> None:
        """One entry older."""
        self._move_to(self._bottom() - 1)

    def action_page_down(self) -> None:
        """One page newer."""
        self._move_to(self._bottom() + self._height() - 1)

    def action_page_up(self) -> None:
        """One page older."""
        self._move_to(self._bottom() - self._height() + 1)

    def action_top(self) -> None:
        """To the oldest in memory."""
        self._move_to(self.tail.book.first)

    def action_bottom(self) -> None:
        """To the newest, and follow."""
        self.view = replace(self.view, bottom=None, paused_at=None, marked=None)

    def action_toggle_follow(self) -> None:
        """Pause, or follow again."""
        if self.view.follows:
            self.view = replace(self.view, bottom=self.tail.book.last, paused_at=self.tail.book.last)
        else:
            self.action_bottom()

    def action_toggle_wrap(self) -> None:
        """Break long entries, or cut them."""
        self.view = replace(self.view, wrap=not self.view.wrap)

    def action_next_level(self) -> None:
        """The next level in the ring."""
        order = list(LEVELS)
        now = self.view.wanted.max_priority
        level = order[(order.index(now) + 1) % len(order)] if now in order else order[0]
        self._look_at(replace(self.view, wanted=replace(self.view.wanted, max_priority=level)))

    def action_back(self) -> None:
        """Forget search and mark first, then follow again, then leave."""
        if self.view.search or self.view.marked is not None:
            self.view = replace(self.view, search="", marked=None)
        elif not self.view.follows:
            self.action_bottom()
        else:
            super().action_back()

    def typed(self, text: str) -> None:
        """Search upward from the lowest seen entry."""
        self.view = replace(self.view, search=text, marked=None)
        if text:
            self._go_to(self._bottom(), -1, self._is_hit, f'"{text}"')

    def action_older_hit(self) -> None:
        """The hit before."""
        self._next_hit(-1)

    def action_newer_hit(self) -> None:
        """The hit after."""
        self._next_hit(1)

    def _next_hit(self, step: int) -> None:
        if not self.view.search:
            self.view = replace(self.view, notice="Nothing is searched for yet: / finds a text.")
            return
        self._go_to(self._from_mark(step), step, self._is_hit, f'"{self.view.search}"')

    def action_older_error(self) -> None:
        """The error before."""
        self._go_to(self._from_mark(-1), -1, _is_error, "error")

    def action_newer_error(self) -> None:
        """The error after."""
        self._go_to(self._from_mark(1), 1, _is_error, "error")

    def _from_mark(self, step: int) -> int:
        if self.view.marked is None:
            return self._bottom() + (1 if step > 0 else 0)
        return self.view.marked + step

    def _is_hit(self, entry: LogEntry) -> bool:
        pattern = search_pattern(self.view.search)
        return bool(pattern.search(entry.message) or pattern.search(entry.origin))

    def _go_to(self, start: int, step: int, wanted: Callable[[LogEntry], bool], what: str) -> None:
        """Mark the first wanted entry and bring it into view; older ones are fetched when there is none."""
        number = self.tail.book.find(start, step, wanted)
        if number is None:
            fetching = step < 0 and self.tail.ask_earlier()
            more = "; fetching older ones, try again" if fetching else ""
            self.view = replace(self.view, notice=f"No {what} {'before' if step < 0 else 'after'} this{more}.")
            return
        bottom, height = self._bottom(), self._height()
        if not bottom - height < number <= bottom:
            bottom = min(number + height // 2, self.tail.book.last)
        self.view = replace(
            self.view, marked=number, bottom=bottom,
            paused_at=self.tail.book.last if self.view.paused_at is None else self.view.paused_at,
        )  # fmt: skip

    def action_open_entry(self) -> None:
        """Open the marked entry, or the lowest seen one."""
        number = self._bottom() if self.view.marked is None else self.view.marked
        item = self.tail.book.item(number)
        if isinstance(item, LogEntry):
            self._entry, self._held = item, self.tail.book.last

    def action_choose_source(self) -> None:
        """Open the list of sources."""
        self.app.push_screen(PickerScreen(self, source_view(self.console.store.readings)), self._source_chosen)

    def _source_chosen(self, value: str | None) -> None:
        if value is not None:
            self.show_source(*filter_of(value))
            self.redraw()

    def action_choose_boot(self) -> None:
        """Open the list of boots."""
        self.app.push_screen(PickerScreen(self, boot_view(self.console.store.readings)), self._boot_chosen)

    def _boot_chosen(self, value: str | None) -> None:
        if value is None:
            return
        boot_id, name = value.split(" ", 1)
        wanted = replace(
            self.view.wanted, boot_id=boot_id if boot_id not in ("this", "all") else None, all_boots=boot_id == "all"
        )
        self._look_at(replace(self.view, wanted=wanted, boot=name))
        self.redraw()


def _is_error(entry: LogEntry) -> bool:
    return entry.priority <= 3 and not entry.continues
