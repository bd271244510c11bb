"""What all screens share: a page that is drawn when something changed, and keys from the one table."""

from __future__ import annotations

import inspect
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import ClassVar, Protocol, TypeVar, cast

from textual import events
from textual.app import ComposeResult
from textual.geometry import Size
from textual.message import Message
from textual.screen import Screen

from moducop_tui.keymap import Place
from moducop_tui.model.reading import Topic
from moducop_tui.pages.frame import too_small
from moducop_tui.pages.look import Look
from moducop_tui.screens.console import Console
from moducop_tui.screens.key_order import KeyOrder
from moducop_tui.screens.widgets.hand import APART, Hand, words_of_paste
from moducop_tui.screens.widgets.lines_view import LinesView
from moducop_tui.screens.widgets.prompt import Prompt
from moducop_tui.text import Line

Typed = TypeVar("Typed", bound=events.InputEvent | events.Paste)

_SHOW = "show_"
"""Begins the name of an action that shows another screen; what follows is the name of its place."""


class Shows(Protocol):
    """What the app does for its screens."""

    async def show(self, place: Place) -> None:
        """Show the screen of a place."""

    @property
    def shown(self) -> DeviceScreen:
        """The screen that is shown, below an open list or plan."""

    @property
    def key_order(self) -> KeyOrder:
        """Hands keys to the screens, one at a time."""


class DeviceScreen(Screen[str | None]):
    """A screen of the console. Its page is a pure function of a look and of the screen's own view."""

    AUTO_FOCUS = None
    DEFAULT_CSS = """
    DeviceScreen {
        background: ansi_default;
        overflow: hidden;
    }
    """
    place: ClassVar[Place]

    class PlaceAsked(Message):
        """Another screen is wanted, and what to do there, if anything."""

        def __init__(self, place: Place, action: str | None = None) -> None:
            super().__init__()
            self.place = place
            self.action = action

    def __init__(self, console: Console) -> None:
        super().__init__()
        self.console = console
        self.prompt: Prompt | None = None
        self.last_key_at = 0.0
        """When the key was read that is being handled, of the monotonic clock."""
        self._view = LinesView()
        self._drawn_for = Size()
        self.hand = Hand()
        self.is_deliberate = False
        """Whether the key that is being handled came apart from everything before: what confirms asks for it."""

    def asked_from(self, screen: DeviceScreen) -> None:
        """Told before it is shown: the screen that it was asked for on. Its picture stays until there is another."""
        self._view.begin_with(screen.shown_rows)

    @property
    def topics(self) -> frozenset[Topic]:
        """What has to be read while it is shown: headline and problems judge all, and sticks are offered."""
        return frozenset(Topic)

    def compose(self) -> ComposeResult:
        """One widget draws all."""
        yield self._view

    def page(self, look: Look) -> list[Line]:
        """The whole screen as lines."""
        raise NotImplementedError

    def picture(self) -> list[Line]:
        """The page as it is now, in the room that the terminal has; a sentence where there is not enough."""
        look = self.console.look(self.size.width, self.size.height)
        return too_small(look) if look.is_too_small else self.page(look)

    def redraw(self) -> int:
        """Draw what differs; returns the number of rows that did."""
        if not self.size.width or not self.is_mounted:
            return 0
        self._drawn_for = self.size
        return self._view.show(self.picture())

    @property
    def is_on_top(self) -> bool:
        """Whether nothing lies over it. Textual's own `is_current` holds for the screen below the topmost one too."""
        return self.app.screen is self

    @property
    def is_below(self) -> bool:
        """Whether a list or a plan lies over it, and no other screen is shown."""
        return not self.is_on_top and cast("Shows", self.app).shown is self

    @property
    def shown_rows(self) -> Sequence[Line]:
        """What is on the terminal now."""
        return self._view.rows

    def prompt_line(self, look: Look) -> Line:
        """The row of a search that is being typed; empty when none is."""
        return self.prompt.drawn(look.width) if self.prompt else ()

    def on_resize(self, event: events.Resize) -> None:
        """Another size is another page. The same one, told again when the terminal has answered, is none."""
        if event.size != self._drawn_for:
            self.call_after_refresh(self.redraw)

    def on_screen_resume(self, _: events.ScreenResume) -> None:
        """What happened while another screen was shown is drawn at once."""
        self.hand.sees(time.monotonic())
        self.redraw()

    async def on_key(self, event: events.Key) -> None:
        """The screen on top obeys, and the next key waits until it has."""
        event.stop()
        event.prevent_default()
        if self.app.screen is not self:  # put on top while the key was under way: that one is meant
            self._hand_on(at_the_same_time(events.Key(event.key, event.character), event))
            return
        await self.obey(event)
        self._handled()

    async def obey(self, event: events.Key) -> None:
        """Every key goes to the prompt while one is open, else through the table."""
        self.note_key(event)
        if self.prompt is not None:
            self._prompt_key(self.prompt, event)
            return
        binding = self.console.keymap.at(self.place, key_of(event))
        if binding is not None:
            await self.perform(binding.action)
        else:
            self.other_key(event)

    def on_paste(self, event: events.Paste) -> None:
        """Pasted text is text: typed where text is typed, and nothing anywhere else."""
        event.stop()
        event.prevent_default()
        if self.app.screen is not self:
            self._hand_on(at_the_same_time(events.Paste(event.text), event))
            return
        self.hand.pastes(event.time)
        if self.prompt is not None:
            self.prompt = self.prompt.with_paste(event.text)
        else:
            self.pasted(words_of_paste(event.text))
        self.redraw()
        self._handled()

    def _hand_on(self, event: events.Key | events.Paste) -> None:
        if not self.app.screen.post_message(event):
            self._handled()

    def _handled(self) -> None:
        cast("Shows", self.app).key_order.handled()

    def pasted(self, text: str) -> None:
        """Text was pasted while no prompt is open. Screens that take typed text take it as such."""

    def other_key(self, event: events.Key) -> None:
        """A key that is in no table. Lists to choose from take it as typed text."""

    def note_key(self, event: events.Key) -> None:
        """Who presses keys is there; and a key in one breath with others may be noise."""
        self.last_key_at = event.time
        self.is_deliberate = self.hand.presses(event.time)
        self.console.authority.touched()

    def when_decided(self, then: Callable[[], object]) -> None:
        """Do what confirms a breath later, if the key that is being handled came apart from all before and after it."""
        if self.is_deliberate:
            self.set_timer(APART, partial(self._after_a_breath, self.last_key_at, then))
        else:
            self.undecided()

    def _after_a_breath(self, at: float, then: Callable[[], object]) -> None:
        if self.hand.is_last(at):
            then()
        else:
            self.undecided()

    def undecided(self) -> None:
        """An Enter was no decision: nothing is done, and screens that ask for one say so."""

    async def perform(self, action: str) -> None:
        """Do what a key or the go-to list asks for: show a screen, or act on this one or the app, or open a plan."""
        name = f"action_{action}"
        handler = getattr(self, name, None) or getattr(self.app, name, None)
        if action.startswith(_SHOW):
            await cast("Shows", self.app).show(Place[action.removeprefix(_SHOW).upper()])
        elif handler is not None:
            result = handler()
            if inspect.isawaitable(result):
                await result
        else:
            from moducop_tui.screens import acting

            acting.perform(action, self)
        self.redraw()

    def _prompt_key(self, prompt: Prompt, event: events.Key) -> None:
        if event.key in ("escape", "ctrl+c"):
            self.prompt = None
        elif event.key == "enter":
            self.prompt = None
            self.typed(prompt.typed)
        else:
            self.prompt = prompt.with_key(event.key, event.character)
        self.redraw()

    def typed(self, text: str) -> None:
        """Enter was pressed in the prompt."""

    def action_find(self) -> None:
        """Open the prompt of a search."""
        self.prompt = Prompt("/", "Enter finds, Esc closes")

    def action_back(self) -> None:
        """Back to Overview, from where it came."""
        self.post_message(self.PlaceAsked(Place.OVERVIEW))

    def action_redraw(self) -> None:
        """Draw every row again, as after noise on the line."""
        self.app.refresh(layout=True)
        self.refresh(layout=True)
        self._view.refresh()


def at_the_same_time(event: Typed, first: Typed) -> Typed:
    """An event handed on: it has arrived when the first one did."""
    event.time = first.time
    return event


def key_of(event: events.Key) -> str:
    """The key as the table writes it: a printable character as itself, all others by name."""
    character = event.character
    if character and len(character) == 1 and character.isprintable() and character != " ":
        return character
    return event.key
