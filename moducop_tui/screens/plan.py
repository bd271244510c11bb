"""A plan on the whole screen: shown in view mode too, run only by who is unlocked and confirms it by its weight.

The plan is made in a thread, for the device is looked at. Nothing typed before the plan was on the terminal counts, and
no Enter that came in one burst with other bytes. Dismissed with the id of the action that was started, or None.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from dataclasses import replace
from functools import partial

from textual import events

from moducop_tui.actions.authority import Refusal
from moducop_tui.keymap import Place
from moducop_tui.model.plan import Action, Plan
from moducop_tui.model.reading import Unavailable
from moducop_tui.pages.confirm import Confirmation
from moducop_tui.pages.frame import Window
from moducop_tui.pages.look import Look
from moducop_tui.pages.plan_page import PlanView, plan_page
from moducop_tui.screens.aside import aside
from moducop_tui.screens.base import DeviceScreen, key_of
from moducop_tui.screens.widgets.hand import APART, ONCE_MORE
from moducop_tui.text import Line

FIRST_WITHIN = 0.25
"""Seconds that the first drawing waits for the plan: one that says only that it is being made would be sent twice."""
READ_FOR = 0.8
"""Seconds that a plan was on the terminal before an Enter can be the answer to it: what is typed out of habit behind
the key that opened it comes sooner."""
_LOOKS = 0.1
"""Seconds between two looks whether the plan is on the terminal by now."""


class PlanScreen(DeviceScreen):
    """One plan from the look at the device to its start."""

    place = Place.PLAN

    def __init__(self, below: DeviceScreen, action: Action, title: str, looking: str) -> None:
        super().__init__(below.console)
        self.asked_from(below)
        self._action = action
        self._plan = PlanView(title, looking)
        self._window = Window([], 0, 0)
        self._shown_since: float | None = None
        self._made = threading.Event()
        self._left = threading.Event()
        """Nobody waits for the plan any more."""
        self._early: Plan | None = None

    # -- making the plan -------------------------------------------------------------------------------------------

    async def on_mount(self) -> None:
        """Look at the device. The screen before stays for a moment, until there is a plan to show."""
        prepare, action = self.console.prepare, self._action

        def make() -> Plan:
            try:
                self._early = prepare(action, self._left.is_set)
            finally:
                self._made.set()
            return self._early

        aside(self, f"Making the plan to {action.words}", make, self._take_plan)
        self.set_interval(_LOOKS, self._look_whether_shown)
        with contextlib.suppress(RuntimeError):  # this system gives no more threads: drawn without it
            await asyncio.to_thread(self._made.wait, FIRST_WITHIN)
        if self._early is not None:
            self._take_plan(self._early)

    def on_unmount(self) -> None:
        """Have a look that still goes on end: a server may take its time."""
        self._left.set()

    def _take_plan(self, made: Plan | Unavailable) -> None:
        if isinstance(made, Unavailable):
            self._plan = replace(self._plan, failure=made.reason)
        elif self._plan.confirmation is None:
            self._plan = replace(self._plan, confirmation=Confirmation(made))
        self.redraw()

    def _look_whether_shown(self) -> None:
        """The plan counts as seen from when the line was handed all of it."""
        if self._shown_since is None and self._plan.confirmation is not None and self.console.has_shown_all():
            self._shown_since = time.monotonic()
            self.hand.sees(self._shown_since + READ_FOR - APART)

    @property
    def is_seen(self) -> bool:
        """Whether the terminal was handed the plan, so that what is typed counts."""
        return self._shown_since is not None

    def page(self, look: Look) -> list[Line]:
        """The plan, and what is asked of the person."""
        rows, self._window = plan_page(look, self._plan)
        self._plan = replace(self._plan, offset=self._window.offset)
        return rows

    # -- keys ------------------------------------------------------------------------------------------------------

    async def obey(self, event: events.Key) -> None:
        """Characters are typed while words are asked for; all else goes through the table."""
        asked = self._asks()
        if asked is None or not asked.asks_for_text:
            await super().obey(event)
            return
        self.note_key(event)
        if not self._types(event, asked):
            binding = self.console.keymap.at(self.place, event.key)
            if binding is not None:
                await self.perform(binding.action)

    def _types(self, event: events.Key, asked: Confirmation) -> bool:
        """Whether the key was a part of the words; what came before the plan was seen is dropped."""
        if event.key in ("backspace", "ctrl+h", "ctrl+u"):
            typed = asked.with_less(all_of_it=event.key == "ctrl+u")
        elif event.character and (len(key_of(event)) == 1 or event.key == "space"):
            if self._shown_since is None or event.time < self._shown_since:
                return True
            typed = asked.with_character(event.character)
        else:
            return False
        self._plan = replace(self._plan, confirmation=typed, failure=None)
        self.redraw()
        return True

    def _asks(self) -> Confirmation | None:
        """The confirmation, while it can be given."""
        asked = self._plan.confirmation
        if asked is None or not asked.plan.runs or self._plan.is_starting or not self.console.mode.is_unlocked:
            return None
        return asked

    def pasted(self, text: str) -> None:
        """Pasted words are typed words; nothing in them is an Enter."""
        asked = self._asks()
        if asked is not None and asked.asks_for_text and self._shown_since is not None:
            for character in text:
                asked = asked.with_character(character)
            self._plan = replace(self._plan, confirmation=asked, failure=None)

    def action_confirm(self) -> None:
        """Enter: it is the answer only if the plan had been seen, and nothing else came with it."""
        if self._asks() is not None and self._shown_since is not None:
            self.when_decided(self._decide)

    def undecided(self) -> None:
        """Somebody may have pressed it too early, or together with the last letter."""
        asked = self._asks()
        if asked is not None:
            self._plan = replace(self._plan, confirmation=replace(asked, notice=ONCE_MORE))
            self.redraw()

    def _decide(self) -> None:
        asked = self._asks()
        if asked is None:
            return
        answered = asked.answered()
        self._plan = replace(self._plan, confirmation=answered, failure=None, is_starting=answered.is_complete)
        self.redraw()
        if answered.is_complete:
            self._start(answered)

    def _start(self, given: Confirmation) -> None:
        start = self.console.authority.start
        work = partial(start, given.plan, given.phrase or None, given.reason, given.overrides)
        aside(self, f"Starting to {self._action.words}", work, self._take_start)

    def _take_start(self, started: str | Refusal | Unavailable) -> None:
        if isinstance(started, str):
            self.dismiss(started)
            return
        reason = started.reason if isinstance(started, Unavailable) else started.sentence
        plan = self._plan.confirmation.plan if self._plan.confirmation else None
        anew = Confirmation(plan) if plan is not None else None
        self._plan = replace(self._plan, failure=reason, is_starting=False, confirmation=anew)
        self.redraw()

    def action_leave(self) -> None:
        """Nothing is done. What is being started is shown elsewhere."""
        self.dismiss(None)

    # -- scrolling -------------------------------------------------------------------------------------------------

    def _scroll(self, offset: int) -> None:
        self._plan = replace(self._plan, offset=max(0, offset))

    def action_down(self) -> None:
        """One row down."""
        self._scroll(self._plan.offset + 1)

    def action_up(self) -> None:
        """One row up."""
        self._scroll(self._plan.offset - 1)

    def action_page_down(self) -> None:
        """One window down, one row kept."""
        self._scroll(self._plan.offset + max(1, len(self._window.rows) - 1))

    def action_page_up(self) -> None:
        """One window up."""
        self._scroll(self._plan.offset - max(1, len(self._window.rows) - 1))

    def action_top(self) -> None:
        """To the beginning."""
        self._scroll(0)

    def action_bottom(self) -> None:
        """To the end."""
        self._scroll(self._window.total)
