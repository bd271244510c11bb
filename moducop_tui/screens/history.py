"""The screen `History`: what was done to this device, and all of one action; drawn in `pages/history.py`."""

from __future__ import annotations

from dataclasses import replace

from moducop_tui.keymap import Place
from moducop_tui.model.work import Record
from moducop_tui.pages.frame import Window, room, scroll_note
from moducop_tui.pages.history import HistoryView, history_entries, history_rows, opened_record, record_body
from moducop_tui.pages.look import Look
from moducop_tui.roles import Role
from moducop_tui.screens.console import Console
from moducop_tui.screens.scrolled import FOOT_ROWS, ScrolledScreen
from moducop_tui.text import Line, Span, line


class HistoryScreen(ScrolledScreen):
    """A list with a cursor; Enter opens the marked action, Esc closes it."""

    place = Place.HISTORY

    def __init__(self, console: Console) -> None:
        super().__init__(console)
        self._list = HistoryView()
        self._list_offset = 0

    @property
    def _entries(self) -> tuple[Record, ...]:
        history, updates = history_entries(self.console.store.readings)
        return (*history, *(one.record for one in updates))

    @property
    def _opened(self) -> Record | None:
        return opened_record(self.console.store.readings, self._list) if self._list.opened else None

    def body(self, look: Look) -> list[Line]:
        """All rows of the list, or of the opened action."""
        opened = self._opened
        if opened is not None:
            return record_body(opened, look.width)
        rows, cursor = history_rows(look, self._list)
        space = room(look, FOOT_ROWS)
        # The title stays as long as the cursor can be seen with it.
        self.first_row = 0 if cursor < space else max(min(self.first_row, cursor), cursor - space + 1)
        return rows

    def note(self, _: Look, seen: Window) -> Line:
        """What Enter and Esc do here."""
        if self._opened is not None:
            return line(*scroll_note(seen), "  " if scroll_note(seen) else "", Span("[Esc]", Role.KEY), " closes it")
        return line(Span("[Enter]", Role.KEY), " opens it") if self._entries else ()

    def _move(self, step: int) -> None:
        last = max(0, len(self._entries) - 1)
        self._list = replace(self._list, cursor=min(max(0, self._list.cursor + step), last))

    def action_open_entry(self) -> None:
        """All of the marked action."""
        entries = self._entries
        if self._opened is None and entries:
            marked = entries[min(self._list.cursor, len(entries) - 1)]
            self._list = replace(self._list, opened=marked.id)
            self._list_offset, self.first_row = self.first_row, 0

    def action_back(self) -> None:
        """Close what is open first."""
        if self._opened is None:
            super().action_back()
        else:
            self._list = replace(self._list, opened=None)
            self.first_row = self._list_offset

    def action_down(self) -> None:
        """The action before, or one row down in the open one."""
        if self._opened is None:
            self._move(1)
        else:
            super().action_down()

    def action_up(self) -> None:
        """The action after, or one row up."""
        if self._opened is None:
            self._move(-1)
        else:
            super().action_up()

    def action_page_down(self) -> None:
        """Ten actions, or one page."""
        if self._opened is None:
            self._move(10)
        else:
            super().action_page_down()

    def action_page_up(self) -> None:
        """Ten actions, or one page."""
        if self._opened is None:
            self._move(-10)
        else:
            super().action_page_up()

    def action_top(self) -> None:
        """The newest action, or the beginning of the open one."""
        if self._opened is None:
            self._move(-len(self._entries))
        else:
            super().action_top()

    def action_bottom(self) -> None:
        """The oldest action, or the end of the open one."""
        if self._opened is None:
            self._move(len(self._entries))
        else:
            super().action_bottom()
