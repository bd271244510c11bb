"""Textual's driver for every terminal: Textual draws into a canvas, one thread sends it, another one reads keys.

Nothing is asked of a terminal that may print it, nothing is left behind: the tty's settings, the screen and the cursor
are given back at any end that a process can notice, and a terminal that is gone ends the process in bounded time.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events
from textual.driver import Driver
from textual.geometry import Size

from moducop_tui.terminal.canvas import Canvas
from moducop_tui.terminal.expectations import CURSOR_REPORT, Expectations
from moducop_tui.terminal.key_decoder import Input, Key, Paste, Reply
from moducop_tui.terminal.last_resort import LastResort
from moducop_tui.terminal.line_meter import ANSWER
from moducop_tui.terminal.link import read_size
from moducop_tui.terminal.probe import SIZE_QUESTION, set_size, size_in
from moducop_tui.terminal.profile import Profile
from moducop_tui.terminal.session import TerminalSession
from moducop_tui.terminal.sizes import DEFAULT
from moducop_tui.terminal.styles import Depth
from moducop_tui.terminal.typed_keys import TypedKeys

if TYPE_CHECKING:
    import re

    from textual.app import App

HANGUP = 128 + signal.SIGHUP
"""Exit code when the terminal has gone."""
SILENCE = 60.0
"""Seconds without a key after which the first one draws all again on a serial line."""
REPLY_LIMIT = 5.0
"""Seconds that an answer to a question of ours may take."""


def driver_for(profile: Profile, on_size: Callable[[tuple[int, int]], object] | None = None) -> type[TerminalDriver]:
    """The driver class for a terminal of this profile, for `App(driver_class=...)`.

    `on_size` is called in the app's thread when the terminal has another size: columns and rows.
    """
    return type("ProfiledDriver", (TerminalDriver,), {"profile": profile, "on_size": staticmethod(on_size or _ignore)})


def driver_of(app: App[Any]) -> TerminalDriver | None:
    """The driver that an app runs on, where it is one of these."""
    driver = app._driver  # Textual has no public name for it
    return driver if isinstance(driver, TerminalDriver) else None


def _ignore(_: tuple[int, int]) -> None:
    """Nobody wants to know."""


class TerminalDriver(Driver):
    """The terminal of one app. Textual calls it in its own thread; keys are handed to Textual from the reading one."""

    profile: ClassVar[Profile] = Profile()
    on_size: ClassVar[Callable[[tuple[int, int]], object]] = staticmethod(_ignore)

    def __init__(
        self, app: App[Any], *, debug: bool = False, mouse: bool = False, size: tuple[int, int] | None = None
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self._output = sys.__stdout__.fileno() if sys.__stdout__ else 1
        self._forced_size = size
        self._size = self._tty_size()
        self._profile = self.profile
        self._canvas = Canvas(self._size, self._profile)
        self._expectations = Expectations()
        self._typed_keys = TypedKeys(self._loop, self.send_message, self._waiting_keys)
        self._last_resort = LastResort(self._leave)
        self._input_at = time.monotonic()
        self._must_signal_resume = False
        self._running: TerminalSession | None = None
        self._handlers: dict[int, Any] = {}

    # -- what the console asks of it -------------------------------------------------------------------------------

    def repaint(self) -> None:
        """Draw everything again: something may stand on the terminal that is not ours."""
        self._canvas.forget()
        if self._running:
            self._running.writer.hurry()
            self._running.writer.changed()

    @property
    def depth(self) -> Depth:
        """How many colours are sent."""
        return self._profile.depth

    def change_profile(self, profile: Profile) -> None:
        """Draw for another kind of terminal from now on. Textual is asked for everything again."""
        self._profile = profile
        self._canvas.change(profile=profile)
        self._app.call_later(self._redraw_all)

    def ask_size(self) -> None:
        """Ask the terminal how large it is; when it answers and differs, the tty is told, and the app resized."""
        if self._running:
            self._expectations.expect(CURSOR_REPORT, self._take_size, time.monotonic() + REPLY_LIMIT)
            self._running.writer.send(SIZE_QUESTION)

    @property
    def has_shown_all(self) -> bool:
        """Whether the terminal has taken the newest picture whole, as far as anybody can know that."""
        running = self._running
        return running is not None and running.writer.is_at_rest and running.meter.waiting(time.monotonic()) == 0

    # -- what Textual asks of it -----------------------------------------------------------------------------------

    @property
    def can_suspend(self) -> bool:
        """Whether the shell can have the terminal for a while."""
        return True

    def write(self, data: str) -> None:
        """Textual draws. Never waits."""
        self._canvas.feed(data)
        if self._running:
            self._running.writer.changed()

    def start_application_mode(self) -> None:
        """Take the terminal."""
        self._input_at = time.monotonic()
        self._running = TerminalSession(self._output, self._canvas, self._profile, self)
        atexit.register(self._leave)
        self._listen()
        self._canvas.forget()
        self._running.start()
        self._running.writer.hurry()  # somebody has just asked for the console
        self._running.writer.changed()
        self._resized()
        if self._must_signal_resume:
            self._must_signal_resume = False
            self.send_message(self.SignalResume())

    def disable_input(self) -> None:
        """Take no more keys."""
        if self._running:
            self._running.reader.stop()

    def stop_application_mode(self) -> None:
        """Give the terminal back as it was found."""
        for number, handler in self._handlers.items():
            if number not in _JOB_CONTROL or handler is None:
                signal.signal(number, handler if handler is not None else signal.SIG_DFL)
        self._leave()

    def _leave(self) -> None:
        """The terminal's part of the end; may be called by any thread, and more than once."""
        running, self._running = self._running, None
        atexit.unregister(self._leave)
        if running:
            running.end()

    # -- the terminal's size ---------------------------------------------------------------------------------------

    def _tty_size(self) -> tuple[int, int]:
        return self._forced_size or read_size(self._output) or DEFAULT

    def _window_changed(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._resized)  # not here: a signal may have interrupted the drawing

    def _resized(self) -> None:
        """The size may have changed. Textual is told, and draws everything again."""
        size = self._size = self._tty_size()
        if size != self._canvas.size:
            self._canvas.change(size=size)
            self._loop.call_soon_threadsafe(type(self).on_size, size)
        self.send_message(events.Resize(Size(*size), Size(*size)))

    def _take_size(self, reply: re.Match[str]) -> None:
        size = size_in([(int(reply[1]), int(reply[2]))])
        if size is not None and size != self._tty_size():
            set_size(self._output, size)
            self._loop.call_soon_threadsafe(self._resized)

    def _redraw_all(self) -> None:
        for widget in (self._app.screen, *self._app.screen.walk_children()):
            widget.refresh()

    # -- keys ------------------------------------------------------------------------------------------------------

    def received(self, inputs: Sequence[Input]) -> None:
        """Called in the reading thread."""
        now = time.monotonic()
        for each in inputs:
            if isinstance(each, Reply):
                self._reply(each.sequence, now)
            elif isinstance(each, Paste):
                self._typed_keys.typed(events.Paste(each.text))
            else:
                self._key(each, now)

    def _key(self, key: Key, now: float) -> None:
        if not self._running:
            return
        serial, silent = self._profile.serial, now - self._input_at > SILENCE
        self._input_at = now
        self._running.writer.hurry()
        if key.name == "ctrl+l" or self._running.writer.is_stuck:
            self._running.go_on()
        if key.name == "ctrl+l":
            if serial:
                self.ask_size()
            self.repaint()
        elif serial and silent:
            self.repaint()
        self._typed_keys.typed(events.Key(key.name, key.character))

    def _waiting_keys(self) -> int:
        """Messages that app and screen have not taken yet: when there are many, they are keys."""
        stack = self._app.screen_stack
        return self._app.message_queue_size + (stack[-1].message_queue_size if stack else 0)

    def _reply(self, sequence: str, now: float) -> None:
        if sequence == ANSWER and self._running:
            self._running.meter.answered(now)
            return
        self._expectations.take(sequence, now)

    def expects_reply(self) -> bool:
        """Whether the terminal owes us one."""
        running = self._running
        return bool(running and running.meter.awaits_answer) or self._expectations.pending(time.monotonic())

    # -- signals and the end ---------------------------------------------------------------------------------------

    def _listen(self) -> None:
        wanted: dict[int, Callable[..., None]] = {
            signal.SIGWINCH: self._window_changed,
            signal.SIGTERM: self._asked_to_end,
            signal.SIGHUP: self._asked_to_end,
            signal.SIGINT: self._asked_to_end,  # Ctrl-C is a key here; this one comes from outside
            signal.SIGTSTP: self._asked_to_stop,
            signal.SIGCONT: self._continued,
        }
        for number, handler in wanted.items():
            before = signal.signal(number, handler)
            self._handlers.setdefault(number, before)

    def _asked_to_end(self, number: int, _: object) -> None:
        self._end(128 + number)

    def gone(self) -> None:
        """The terminal has hung up or takes nothing any more. Called in any thread."""
        self._end(HANGUP)

    def _end(self, exit_code: int) -> None:
        if self._last_resort.arm(exit_code):
            with contextlib.suppress(RuntimeError):  # the loop has ended, and the process is about to
                self._loop.call_soon_threadsafe(self._app.exit, None, exit_code)

    def _asked_to_stop(self, *_: object) -> None:
        if self._auto_restart:
            self.suspend_application_mode()
            self._must_signal_resume = True
        os.kill(os.getpid(), signal.SIGSTOP)

    def _continued(self, *_: object) -> None:
        if self._auto_restart and self._must_signal_resume and not self._running:
            self.resume_application_mode()


_JOB_CONTROL = (signal.SIGTSTP, signal.SIGCONT)
"""Their handlers stay while the console is suspended: they are how it comes back."""
