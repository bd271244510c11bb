"""Unlocking: a box that asks for what the configuration demands, over the screen on which `u` was pressed."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from textual import events

from moducop_tui.actions.authority import CONFIRMATION, Authority, Demand, Refusal
from moducop_tui.keymap import Place
from moducop_tui.model.reading import Unavailable
from moducop_tui.pages.look import Look
from moducop_tui.pages.mode import minutes
from moducop_tui.pages.unlock import UnlockView, unlock_box
from moducop_tui.screens.aside import aside
from moducop_tui.screens.base import DeviceScreen
from moducop_tui.screens.widgets.hand import ONCE_MORE
from moducop_tui.screens.widgets.prompt import Prompt
from moducop_tui.text import Line


def unlock_view(authority: Authority) -> UnlockView:
    """What is asked for, and for how long it will hold; or why it can't be unlocked."""
    words = f"Confirmed plans will run. It locks again {minutes(authority.lasts)} after the last key, or with u."
    if authority.never is not None:
        return UnlockView(words, "", notice=authority.never)
    if authority.demand is Demand.PIN:
        return UnlockView(words, "PIN:", is_secret=True)
    return UnlockView(words, f"Type {CONFIRMATION}:")


class UnlockScreen(DeviceScreen):
    """Draws the screen below it too. Dismissed when it is unlocked, or with Esc."""

    place = Place.BOX

    def __init__(self, below: DeviceScreen, view: UnlockView) -> None:
        super().__init__(below.console)
        self._below = below
        self._asked = view

    def page(self, look: Look) -> list[Line]:
        """The box over the page below."""
        return unlock_box(look, self._asked, self._below.page(look))

    def other_key(self, event: events.Key) -> None:
        """What is typed; while it is being looked at, nothing."""
        if not self._asked.is_judging:
            typed = Prompt("", "", self._asked.typed).with_key(event.key, event.character).typed
            self._asked = replace(self._asked, typed=typed, notice="")
            self.redraw()

    def pasted(self, text: str) -> None:
        """Pasted text is typed text."""
        if not self._asked.is_judging:
            self._asked = replace(
                self._asked, typed=Prompt("", "", self._asked.typed).with_paste(text).typed, notice=""
            )

    def action_choose(self) -> None:
        """Enter."""
        if not self._asked.is_judging:
            self.when_decided(self._judge)

    def undecided(self) -> None:
        """Somebody may have pressed it too early, or together with the last letter."""
        self._asked = replace(self._asked, notice=ONCE_MORE)
        self.redraw()

    def _judge(self) -> None:
        if not self._asked.is_judging:
            typed = self._asked.typed
            self._asked = replace(self._asked, is_judging=True)
            aside(self, "Unlocking", partial(self.console.authority.unlock, typed), self._take)
            self.redraw()

    def _take(self, refused: Refusal | Unavailable | None) -> None:
        if refused is None:
            self.dismiss(None)
            return
        sentence = refused.reason if isinstance(refused, Unavailable) else refused.sentence
        self._asked = replace(self._asked, typed="", notice=sentence, is_judging=False)
        self.redraw()

    def action_close(self) -> None:
        """It stays locked."""
        self.dismiss(None)

    def _nowhere(self) -> None:
        """There is no list to move in."""

    action_up = action_down = action_page_up = action_page_down = _nowhere
