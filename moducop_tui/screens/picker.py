"""A list to choose from by typing, over the screen that opened it; dismissed with the value of the chosen line."""

from __future__ import annotations

from dataclasses import replace

from textual import events

from moducop_tui.keymap import Place
from moducop_tui.pages.look import Look
from moducop_tui.pages.picker import PickerView, picker
from moducop_tui.screens.base import DeviceScreen
from moducop_tui.screens.cursor import WithCursor
from moducop_tui.screens.widgets.prompt import Prompt
from moducop_tui.text import Line


class PickerScreen(WithCursor, DeviceScreen):
    """Draws the screen below it too, so that only the box's own cells change on the terminal."""

    place = Place.BOX

    def __init__(self, below: DeviceScreen, view: PickerView) -> None:
        super().__init__(below.console)
        self._below = below
        self._list = view

    def page(self, look: Look) -> list[Line]:
        """The box over the page below."""
        return picker(look, self._list, self._below.page(look))

    def other_key(self, event: events.Key) -> None:
        """Typed text narrows the list."""
        typed = Prompt("/", "", self._list.typed).with_key(event.key, event.character).typed
        self._list = replace(self._list, typed=typed, cursor=0)
        self.redraw()

    def pasted(self, text: str) -> None:
        """Pasted text narrows it too."""
        typed = Prompt("/", "", self._list.typed).with_paste(text).typed
        self._list = replace(self._list, typed=typed, cursor=0)

    def move(self, step: int) -> None:
        """To a line further down, or up."""
        last = max(0, len(self._list.matching) - 1)
        self._list = replace(self._list, cursor=min(max(0, self._list.cursor + step), last))

    def action_choose(self) -> None:
        """Take the marked line; nothing happens while none matches."""
        chosen = self._list.chosen
        if chosen is not None:
            self.dismiss(chosen.value)

    def action_close(self) -> None:
        """Nothing is chosen."""
        self.dismiss(None)
