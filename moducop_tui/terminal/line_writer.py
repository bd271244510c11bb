"""The thread that sends: always the newest picture, never more than the line takes in a tenth of a second.

Pictures for which the line has no time are never sent, and no one ever waits for the line but this thread.
"""

from __future__ import annotations

import os
import select
import time
from collections import deque
from collections.abc import Callable
from threading import Condition, Thread

from moducop_tui.terminal.canvas import Canvas
from moducop_tui.terminal.line_meter import LineMeter

BURST = 0.008
"""Seconds that a picture waits for the rest of the burst in which it came."""
HURRIED_BURST = 0.002
"""The same for the answer to a key, which Textual draws in one piece."""
HURRY = 1.0
"""Seconds after a key in which pictures are sent as they come."""
PATIENCE = 60.0
"""Seconds after which a terminal that takes no byte counts as gone."""
STUCK = 2.0
"""Seconds after which a line that takes nothing has been stopped by mistake: a terminal's own XOFF lasts shorter."""
_SLICE, _LEAST_ROOM = 0.25, 0.65
"""The part of the window that one painting fills, the rest being painted from a newer picture, and the part that must
be free before the next one: then one slice is still on its way, so that the line is never idle, and a key has to wait
for two at most."""
_SLICE_UNKNOWN, _LEAST_ROOM_UNKNOWN = 0.5, 0.6
"""The same for a line of which only its answers tell what it carries: the more bytes at once, the better they do."""
_CHUNK = 512
_NAP = 0.004


class LineWriter:
    """One line. `gone` is called once, in this thread, when the terminal takes nothing any more."""

    def __init__(
        self,
        descriptor: int,
        canvas: Canvas,
        meter: LineMeter,
        frame_pause: float,
        gone: Callable[[], None],
    ) -> None:
        self._descriptor = descriptor
        self._canvas = canvas
        self._meter = meter
        self._frame_pause = frame_pause
        self._gone = gone
        known = meter.rate_is_known
        self._slice = _SLICE if known else _SLICE_UNKNOWN
        self._least_room = _LEAST_ROOM if known else _LEAST_ROOM_UNKNOWN
        self._patience = PATIENCE
        self._news = Condition()
        self._changed_at: float | None = None
        self._hurried_until = 0.0
        self._painted_at = 0.0
        self._unfinished = False
        self._sending = False
        self._closing = False
        self._waits_since: float | None = None
        self._extras: deque[bytes] = deque()
        self._poll = select.poll()
        self._poll.register(descriptor, select.POLLOUT)
        self._thread = Thread(target=self._run, name="terminal-output", daemon=True)

    def start(self, beginning: bytes) -> None:
        """Send this first, then pictures."""
        first = beginning + self._meter.question(len(beginning), time.monotonic())
        if first:
            self._extras.append(first)
        self._thread.start()

    def changed(self) -> None:
        """There is a newer picture."""
        with self._news:
            if self._changed_at is None:
                self._changed_at = time.monotonic()
                self._news.notify()

    def hurry(self) -> None:
        """A key was pressed: what it changes is sent at once."""
        with self._news:
            self._hurried_until = time.monotonic() + HURRY
            self._news.notify()

    def send(self, data: bytes) -> None:
        """Send something that is no picture, between two of them. It may move the cursor."""
        with self._news:
            self._extras.append(data)
            self._news.notify()

    @property
    def is_stuck(self) -> bool:
        """Whether the line has taken nothing for longer than flow control holds it."""
        since = self._waits_since
        return since is not None and time.monotonic() - since > STUCK

    @property
    def is_at_rest(self) -> bool:
        """Whether the line was handed everything that there is to show."""
        return not self._sending and self._changed_at is None and not self._unfinished and not self._extras

    @property
    def is_alive(self) -> bool:
        """Whether the thread still runs, which after `close` means that it hangs in a write."""
        return self._thread.is_alive()

    def close(self, farewell: bytes, within: float) -> bool:
        """Stop, then send a last word; whether the line has taken it within so many seconds."""
        deadline = time.monotonic() + within
        with self._news:
            self._closing = True
            self._news.notify()
        if self._thread.ident is not None:
            self._thread.join(within)
        if self._thread.is_alive():
            return False
        return self._write(farewell, deadline)

    # -- the thread ------------------------------------------------------------------------------------------------

    def _run(self) -> None:
        while (extra := self._next()) is not None:
            self._sending = True
            if extra:
                self._canvas.lose_cursor()
                sent = self._write(extra, None)
            elif self._wait_for_room():
                sent = self._send_picture()
            else:
                sent = False
            self._sending = False
            if not sent and not self._closing:
                self._gone()
                return

    def _next(self) -> bytes | None:
        """Wait for something to do: an extra to send, or (empty) a picture to paint; None when it is time to stop."""
        with self._news:
            while not self._closing:
                if self._extras:
                    return self._extras.popleft()
                due = self._due()
                left = None if due is None else due - time.monotonic()
                if left is not None and left <= 0:
                    return b""
                self._news.wait(left)
        return None

    def _due(self) -> float | None:
        """When the next picture is to be painted; None while there is nothing new."""
        if self._unfinished:
            return 0.0
        if self._changed_at is None:
            return None
        due = self._changed_at + HURRIED_BURST
        if due < self._hurried_until:
            return due
        return max(self._changed_at + BURST, self._painted_at + self._frame_pause)

    def _wait_for_room(self) -> bool:
        """Wait until the line has taken most of what stands in front of it; False when it takes nothing any more."""
        began = self._waits_since = time.monotonic()
        while not self._closing and self._meter.room(time.monotonic()) < self._meter.window * self._least_room:
            if time.monotonic() - began > self._patience:
                return False
            self._nap()
        self._waits_since = None
        return True

    def _nap(self) -> None:
        with self._news:
            if not self._closing:
                self._news.wait(_NAP)

    def _send_picture(self) -> bool:
        with self._news:
            self._changed_at = None
        limit = int(self._meter.window * self._slice)
        goes_on = self._unfinished
        if not goes_on:
            self._painted_at = time.monotonic()
        data = self._canvas.paint(limit).encode()
        self._unfinished = len(data) >= limit
        if not data:
            return True
        if goes_on:  # asked about what stands before it: the line takes this while the answer comes
            return self._write(self._meter.question(0, time.monotonic()) + data, None)
        return self._write(data + self._meter.question(len(data), time.monotonic()), None)

    def _write(self, data: bytes, deadline: float | None) -> bool:
        """Hand data to the line piece by piece; False when the line is gone.

        With a deadline it is the last word: the queue may grow, but it has to be taken until then.
        """
        began = self._waits_since = time.monotonic()
        while data:
            try:
                taken = self._hand_over(data, _CHUNK if deadline else self._meter.room(time.monotonic()))
            except OSError:
                return False
            now = time.monotonic()
            if taken:
                self._meter.sent(taken, now)
                data, began = data[taken:], now
                self._waits_since = now
            elif now - began > self._patience or (deadline is None and self._closing):
                return False
            if deadline and now > deadline:
                return not data
        self._waits_since = None
        return True

    def _hand_over(self, data: bytes, room: int) -> int:
        """The number of bytes that the line takes now, after a moment's wait. Raises OSError when it has hung up."""
        if room <= 0:
            self._nap()
            return 0
        try:
            return os.write(self._descriptor, data[: min(room, _CHUNK)]) if self._is_ready() else 0
        except BlockingIOError:
            return 0

    def _is_ready(self) -> bool:
        """Wait a moment for the line to take something. Raises OSError when it has hung up."""
        events = self._poll.poll(100)
        if events and events[0][1] & (select.POLLHUP | select.POLLERR | select.POLLNVAL):
            raise OSError("the line has hung up")
        return bool(events)
