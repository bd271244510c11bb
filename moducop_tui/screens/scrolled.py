"""Screens that show a page longer than the terminal: scrolling and finding in it."""

from __future__ import annotations

from collections.abc import Sequence

from moducop_tui.pages.foot import key_bar, screen_keys
from moducop_tui.pages.frame import Window, framed, room, scroll_note, window
from moducop_tui.pages.logs import search_pattern
from moducop_tui.pages.look import Look
from moducop_tui.roles import Role
from moducop_tui.screens.base import DeviceScreen
from moducop_tui.screens.console import Console
from moducop_tui.text import Line, Span, highlighted, line, plain

FOOT_ROWS = 2


class ScrolledScreen(DeviceScreen):
    """A body of any length, seen through a window."""

    def __init__(self, console: Console) -> None:
        super().__init__(console)
        self.first_row = 0
        self._search = ""
        self.notice = ""
        self._seen = Window([], 0, 0)

    def body(self, look: Look) -> list[Line]:
        """All rows of the page."""
        raise NotImplementedError

    def page(self, look: Look) -> list[Line]:
        """The seen part of the body in its frame."""
        seen = self._seen = window(self.body(look), self.first_row, room(look, FOOT_ROWS))
        self.first_row = seen.offset
        rows: Sequence[Line] = seen.rows
        if self._search:
            pattern = search_pattern(self._search)
            rows = [highlighted(row, pattern, Role.FOUND) for row in rows]
        notice = line(Span(f"! {self.notice}", Role.WARN)) if self.notice else self.note(look, seen)
        keys = self.prompt_line(look) or screen_keys(look, self.console.keymap, self.place, notice)
        return framed(look, rows, [keys, key_bar(self.place, look.width)])

    def note(self, _: Look, seen: Window) -> Line:
        """What stands before the keys of the screen while there is no notice."""
        return scroll_note(seen)

    async def perform(self, action: str) -> None:
        """A notice belongs to the key before."""
        self.notice = ""
        await super().perform(action)

    def typed(self, text: str) -> None:
        """Search from the top of what is seen."""
        self._search = text
        if text:
            self._go_to_hit(self.first_row, 1)

    def _go_to_hit(self, start: int, step: int) -> None:
        if not self._search:
            self.notice = "Nothing is searched for yet: / finds a text."
            return
        rows = self.body(self.console.look(self.size.width, self.size.height))
        pattern = search_pattern(self._search)
        number = start
        while 0 <= number < len(rows):
            if pattern.search(plain(rows[number])):
                self.first_row = number
                self.notice = ""
                return
            number += step
        self.notice = f'No {"further " if start else ""}"{self._search}" {"below" if step > 0 else "above"}.'

    def action_back(self) -> None:
        """Forget a search first, then leave."""
        if self._search:
            self._search = ""
        else:
            super().action_back()

    def action_down(self) -> None:
        """One row down."""
        self.first_row += 1

    def action_up(self) -> None:
        """One row up."""
        self.first_row = max(0, self.first_row - 1)

    def action_page_down(self) -> None:
        """One window down, one row kept."""
        self.first_row += max(1, len(self._seen.rows) - 1)

    def action_page_up(self) -> None:
        """One window up."""
        self.first_row = max(0, self.first_row - max(1, len(self._seen.rows) - 1))

    def action_top(self) -> None:
        """To the beginning."""
        self.first_row = 0

    def action_bottom(self) -> None:
        """To the end."""
        self.first_row = self._seen.total

    def action_older_hit(self) -> None:
        """The next hit below."""
        self._go_to_hit(self.first_row + 1, 1)

    def action_newer_hit(self) -> None:
        """The hit above."""
        self._go_to_hit(self.first_row - 1, -1)
