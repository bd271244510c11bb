"""The screen `At work`: the running action live, or the one that ended last; drawn in `pages/work.py`.

It only looks: the action goes on whether it is shown or not, and is found here again after the line dropped.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from textual import events
from textual.timer import Timer

from moducop_tui.actions.authority import Refusal
from moducop_tui.keymap import Place
from moducop_tui.model.reading import Unavailable
from moducop_tui.model.work import Running, Work
from moducop_tui.pages.frame import Window, room
from moducop_tui.pages.look import Look
from moducop_tui.pages.next_words import next_words
from moducop_tui.pages.work import ended_body, idle_body, running_body
from moducop_tui.roles import Role
from moducop_tui.screens.aside import aside
from moducop_tui.screens.console import Console
from moducop_tui.screens.scrolled import FOOT_ROWS, ScrolledScreen
from moducop_tui.screens.widgets.prompt import Prompt
from moducop_tui.text import Line, Span, line

CANCEL = "cancel"
"""What is typed to have the running action stopped."""
_SECOND = 1.0
"""Seconds between two drawings while a step runs: its elapsed time is one run of digits in one row."""


class WorkScreen(ScrolledScreen):
    """What is being done to the device, or was done last."""

    place = Place.WORK

    def __init__(self, console: Console) -> None:
        super().__init__(console)
        self._pulse: Timer | None = None
        self._asks_to_cancel = False

    def on_mount(self) -> None:
        """Draw the elapsed time while somebody looks."""
        self._pulse = self.set_interval(_SECOND, self._beat, pause=True)

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        """Somebody looks."""
        super().on_screen_resume(event)
        if self._pulse is not None:
            self._pulse.resume()

    def on_screen_suspend(self, _: events.ScreenSuspend) -> None:
        """Nobody looks."""
        if self._pulse is not None:
            self._pulse.pause()

    def _beat(self) -> None:
        if self._at_work_now is not None:
            self.redraw()

    @property
    def _work(self) -> Work | None:
        return self.console.store.readings.work.value

    @property
    def _at_work_now(self) -> Running | None:
        work = self._work
        return work.running if work else None

    def page(self, look: Look) -> list[Line]:
        """No banner above repeats what the page says."""
        return super().page(replace(look, says_work=True))

    def body(self, look: Look) -> list[Line]:
        """The running action in the room that there is; of one that has ended all, to be scrolled."""
        work = look.readings.work.value
        if work is not None and work.running is not None:
            return running_body(look, work.running, room(look, FOOT_ROWS))
        if work is not None and work.last is not None:
            if self.is_on_top:
                self.console.attention.saw(work.last.id)
            return ended_body(look, work.last, next_words(work.last, look))
        return idle_body(look)

    def note(self, look: Look, seen: Window) -> Line:
        """That nothing depends on this screen."""
        if self._at_work_now is not None:
            return line(Span("[Esc]", Role.KEY), " leaves: it goes on")
        return super().note(look, seen)

    def action_ask_cancel(self) -> None:
        """Ask for the word; the action itself says whether it can be stopped just now."""
        running = self._at_work_now
        if running is None:
            self.notice = "Nothing is at work: there is nothing to cancel."
        elif not running.can_cancel:
            self.notice = "This step can't be cancelled: stopping it now would leave something half done."
        elif not self.console.mode.is_unlocked:
            self.notice = "View mode: unlock with u first."
        else:
            self._asks_to_cancel = True
            self.prompt = Prompt("Cancel?", f"type {CANCEL} and Enter, Esc goes on")

    def action_find(self) -> None:
        """Open the prompt of a search."""
        self._asks_to_cancel = False
        super().action_find()

    def typed(self, text: str) -> None:
        """The word was typed, or something to find."""
        if not self._asks_to_cancel:
            super().typed(text)
        elif self.is_deliberate:
            self._cancel(text)
        else:
            self.notice = "Enter came together with what was typed: it goes on. To cancel, once more."

    def _cancel(self, text: str) -> None:
        running = self._at_work_now
        if running is None or text.strip().casefold() != CANCEL:
            self.notice = "It goes on."
            return
        cancel = partial(self.console.authority.cancel, running.record.id)
        aside(self, "Cancelling", cancel, self._take)
        self.notice = "It is asked to stop ..."

    def _take(self, refused: Refusal | Unavailable | None) -> None:
        if refused is not None:
            self.notice = refused.reason if isinstance(refused, Unavailable) else refused.sentence
        self.redraw()
