"""The console: screens, the pump from the store to the screen that is shown, its terminal, and a quick way out."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
import threading
import time
from collections.abc import Callable
from functools import partial

from textual import events
from textual.app import App
from textual.message import Message
from textual.screen import Screen

from moducop_tui import errors, start_up
from moducop_tui.actions.authority import Authority
from moducop_tui.collector import Collector
from moducop_tui.config import Config
from moducop_tui.device import Device
from moducop_tui.keymap import MAIN_PLACES, Place, make_keymap
from moducop_tui.model.plan import Action, Plan
from moducop_tui.model.reading import Topic
from moducop_tui.pace import Pace
from moducop_tui.screens.attention import Attention
from moducop_tui.screens.base import DeviceScreen
from moducop_tui.screens.console import Console
from moducop_tui.screens.key_order import KeyOrder
from moducop_tui.screens.opening import Opening
from moducop_tui.screens.places import load_all, make_screen
from moducop_tui.store import Store
from moducop_tui.terminal.driver import driver_of
from moducop_tui.terminal.recognition import Terminal, a_stranger

TICK = 5.0
"""Seconds after which ages and the uptime are drawn again; unchanged rows cost nothing."""
LOADING_BEGINS = 1.5
"""Seconds after the first picture until the other screens are loaded: by then the first readings stand."""
_PLANNED_FROM = frozenset({Topic.SLOTS, Topic.BOOT, Topic.MENDER, Topic.WORK, Topic.APPS})
"""What is read once more before a plan is made."""
_READ_LIMIT = 2.0
"""Seconds that a plan waits for that; what has not answered by then is planned from as it stands."""
STOP_LIMIT = 0.5
"""Seconds that leaving waits for sources; one that hangs is left behind in its daemon thread."""


class ConsoleApp(App[None], inherit_bindings=False):
    """Everything that the console does with a terminal. It never touches the device itself.

    Keys mean what the table says, and nothing else: Textual's own app would leave at Ctrl-Q, which is XON.
    """

    ENABLE_COMMAND_PALETTE = False
    TITLE = "moducop-tui"
    CSS = "Screen { background: ansi_default; color: ansi_default; }"

    class Changed(Message):
        """The store has something new. Many become one: the newest readings are drawn, not each."""

        def can_replace(self, message: Message) -> bool:
            """One drawing serves all."""
            return isinstance(message, ConsoleApp.Changed)

    def __init__(
        self, device: Device, config: Config, terminal: Terminal | None = None, authority: Authority | None = None
    ) -> None:
        super().__init__()
        self._terminal = terminal or a_stranger()
        self.theme = "ansi-dark"
        self.store = Store()
        self._collector = Collector(device.sources, self.store)
        authority = authority or _authority(device, config)
        self._console = Console(
            self.store, device.log, make_keymap(), device.simulated, time.monotonic, device.wall_clock,
            config.log_memory, lambda: self._terminal.detected.words, self._has_shown_all,
            partial(self._plan, device, config, authority), device.inspect,
            authority,
            Attention(),
        )  # fmt: skip
        self._opening = Opening(simulated=device.simulated)
        self._screens: dict[Place, DeviceScreen] = {}
        self.key_order = KeyOrder(self)
        self._pace = Pace(serial=self._terminal.detected.profile.serial)
        self._pending = False
        self._said: dict[Topic, object] = {}

    def _plan(
        self, device: Device, config: Config, authority: Authority, action: Action, gave_up: Callable[[], bool]
    ) -> Plan:
        """Make a plan from what is read now: what is shown may be from before an action that has just ended.

        What acting takes is loaded when somebody asks for the first plan. In view mode only what is listed is looked
        at for it.
        """
        from moducop_tui.planning import prepare

        self._collector.read_now(_PLANNED_FROM, _READ_LIMIT)
        listed = not authority.unlocked
        return prepare(device, config, action, self.store.readings, gave_up, listed=listed)

    def get_default_screen(self) -> Screen[object]:
        """Overview is at the bottom of the stack for as long as the console runs."""
        return self._screen_of(Place.OVERVIEW)  # type: ignore[return-value]  # what it is dismissed with matters to no one

    def _screen_of(self, place: Place) -> DeviceScreen:
        """The screen of a place, made when it is first asked for; it keeps its state from then on."""
        screen = self._screens.get(place)
        if screen is None:
            screen = self._screens[place] = make_screen(place, self._console)
            if place is not Place.OVERVIEW:
                self.install_screen(screen, place.name)
        return screen

    def on_mount(self) -> None:
        """Begin reading once the first screen stands."""
        if driver_of(self) is None:
            self._listen_to_signals()
        self.store.subscribe(self._changed)
        self.set_interval(TICK, self._draw)
        self.call_after_refresh(self._begin_reading)
        self.set_timer(LOADING_BEGINS, self._load_screens)
        self.set_timer(start_up.LASTS, start_up.end)

    async def on_event(self, event: events.Event) -> None:
        """Keys and pastes wait for their turn; Textual would put each into the queue of the screen that is on top."""
        if isinstance(event, events.Key | events.Paste) and not event.is_forwarded:
            self.key_order.came(event)
        else:
            await super().on_event(event)

    @property
    def message_queue_size(self) -> int:
        """Messages that wait for the app, and keys that wait for their turn."""
        return super().message_queue_size + len(self.key_order)

    def _load_screens(self) -> None:
        with contextlib.suppress(RuntimeError):  # no thread for it: each is loaded when it is shown
            threading.Thread(target=load_all, name="loading of screens", daemon=True).start()

    def _begin_reading(self) -> None:
        """The sources load their libraries side by side, which would hold up the first picture."""
        self._collector.start()
        self._ask_for(self.shown)

    def _ask_for(self, screen: DeviceScreen) -> None:
        """Read what a screen shows, and nothing else."""
        self._pace.asked()
        self._collector.demand(screen.topics)

    async def on_unmount(self) -> None:
        """Stop reading, but never wait long for it."""
        try:
            await asyncio.to_thread(self._collector.stop, STOP_LIMIT)
        except RuntimeError:  # this system gives no more threads
            self._collector.stop(STOP_LIMIT)

    def _listen_to_signals(self) -> None:
        """On a driver that is not ours: a hang-up or a request to end leaves the terminal as it was found."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGHUP):
            with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):  # not in a thread, not on Windows
                loop.add_signal_handler(number, partial(self.exit, return_code=128 + number))

    def _fatal_error(self) -> None:
        """Leave with one sentence and an id.

        Textual's own hook (private, but its version is pinned) would print the whole traceback with the values of all
        variables: a minute of serial line that helps no technician.
        """
        error = sys.exc_info()[1]
        known = f", id {errors.report(error)}; {errors.WHERE_TO_LOOK}" if error else ""
        lacking = errors.what_is_lacking(error) if error else None
        why = "had an internal error and ended" if lacking is None else f"ended: {lacking}"
        if not self._exit_renderables:  # of a second mistake Textual would say how a developer sees it
            self.panic(f"The console {why}{known}. The device itself is not touched by this.")

    def _changed(self, topic: Topic) -> None:
        """Called in a source's thread. What is read again and says the same is not drawn; one message is under way."""
        reading = self.store.readings.of(topic)
        said = reading.value, reading.error
        if said == self._said.get(topic):
            return
        self._said[topic] = said
        if not self._pending:
            self._pending = True
            self.post_message(self.Changed())

    def on_console_app_changed(self, _: Changed) -> None:
        """Draw now, or when the pace allows it."""
        wait = self._pace.wait()
        if wait > 0:
            self.set_timer(wait, self._draw)
        else:
            self._draw()

    def _draw(self) -> None:
        self._pending = False
        if not self.screen_stack:  # a tick between the last screen and the end
            return
        pressed = self.shown.last_key_at > 0
        place = self._opening.elsewhere(self.store.readings, self._console.wall_clock(), key_pressed=pressed)
        if place is not None:
            self.post_message(DeviceScreen.PlaceAsked(place))
        elif isinstance(self.screen, DeviceScreen):
            self._pace.drawn(self.screen.redraw())

    def _has_shown_all(self) -> bool:
        driver = driver_of(self)
        return driver is None or driver.has_shown_all

    @property
    def shown(self) -> DeviceScreen:
        """The screen that is shown, below an open list or plan."""
        for screen in reversed(self.screen_stack):
            if isinstance(screen, DeviceScreen) and screen.place not in (Place.BOX, Place.PLAN):
                return screen
        return self._screen_of(Place.OVERVIEW)

    async def show(self, place: Place) -> None:
        """Show a screen. The stack is Overview and at most one other."""
        if place is self.shown.place:
            return
        while self.screen is not self.shown:  # a list or a plan over it; another key may show a screen meanwhile
            await self.pop_screen()
        shown = self.shown
        here = shown.place
        if place is here:
            return
        screen = self._screen_of(place)
        screen.asked_from(shown)
        self._ask_for(screen)
        # A screen that is drawn before it is laid out is drawn empty, and everything would be sent once more.
        with self.batch_update():
            if place is Place.OVERVIEW:
                await self.pop_screen()
            elif here is Place.OVERVIEW:
                await self.push_screen(place.name)
            else:
                await self.switch_screen(place.name)
        screen.refresh()

    async def on_device_screen_place_asked(self, message: DeviceScreen.PlaceAsked) -> None:
        """A screen wants another one, and perhaps something done there."""
        await self.show(message.place)
        if message.action is not None:
            await self._perform(message.action)

    async def _perform(self, action: str) -> None:
        from moducop_tui.screens.go_to import container_of

        container = container_of(action)
        if container is None:
            await self.shown.perform(action)
            return
        from moducop_tui.screens.log_choices import filter_of
        from moducop_tui.screens.logs import LogsScreen

        if isinstance(self.shown, LogsScreen):
            self.shown.show_source(*filter_of(f"container {container}"))
            self.shown.redraw()

    def action_go_to(self) -> None:
        """Open the go-to list over what is shown."""
        from moducop_tui.screens.go_to import go_to_view
        from moducop_tui.screens.picker import PickerScreen

        view = go_to_view(self._console.keymap, self.store.readings)
        self.push_screen(PickerScreen(self.shown, view), self._chosen)

    def _chosen(self, value: str | None) -> None:
        if value is None:
            return
        from moducop_tui.screens.go_to import action_of, container_of

        if container_of(value) is not None:
            self.post_message(DeviceScreen.PlaceAsked(Place.LOGS, value))
            return
        place, action = action_of(value)
        # What works everywhere is done where the list was opened.
        where = self.shown.place if place is Place.OVERVIEW and action != "find_in_logs" else place
        self.post_message(DeviceScreen.PlaceAsked(where, action))

    def action_choose_terminal(self) -> None:
        """Open the list of what can be chosen about the terminal."""
        from moducop_tui.screens.picker import PickerScreen
        from moducop_tui.screens.terminal_choices import terminal_view

        self.push_screen(PickerScreen(self.shown, terminal_view(self._terminal.detected)), self._terminal_chosen)

    def _terminal_chosen(self, value: str | None) -> None:
        if value is None:
            return
        from moducop_tui.screens.terminal_choices import wishes_of

        detected = self._terminal.choose(wishes_of(value))
        driver = driver_of(self)
        if driver is not None:
            driver.change_profile(detected.profile)
        self._draw()


def _authority(device: Device, config: Config) -> Authority:
    """Of a console to which none was given."""
    from moducop_tui.actions.session import authority_of

    return authority_of(config, device.actions, read_only=False, simulated=device.simulated)


__all__ = ["MAIN_PLACES", "ConsoleApp"]
