"""The running action where every console can see it: a file in /run, written anew at most four times a second."""

from __future__ import annotations

import contextlib
import threading
import time
from collections import deque
from dataclasses import replace

from moducop_tui.actions.running.private_files import write_private
from moducop_tui.host import Host
from moducop_tui.model.foreign import clean
from moducop_tui.model.places import RUNNING
from moducop_tui.model.stored import encode
from moducop_tui.model.work import Progress, Record, Running

PAUSE = 0.25
"""Seconds between two writings of what tools say; a new step is written at once."""
LINES = 200
_LINE_LENGTH = 400


class Board:
    """Shows one action from `start` to `close`. `tell` and `say` may be called from any thread, and often."""

    def __init__(self, host: Host, record: Record) -> None:
        self._place = host.path(RUNNING)
        self._running = Running(record, 0)
        self._keeps_up = True
        self._written_at = 0.0
        self._lines: deque[str] = deque(maxlen=LINES)
        self._lock = threading.Lock()
        self._news = threading.Event()
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._keep_up, name="board", daemon=True)

    def start(self) -> None:
        """Show the action."""
        self._write()
        try:
            self._thread.start()
        except RuntimeError:  # this system gives no more threads: each word writes it, then
            self._keeps_up = False

    def show(self, record: Record) -> None:
        """What has become of the action."""
        with self._lock:
            self._running = replace(self._running, record=record)
        self._write()

    def begin(self, record: Record, step: int, *, can_cancel: bool) -> None:
        """Another step begins; nothing is known of its progress."""
        with self._lock:
            self._running = Running(record, step, None, (), can_cancel)
        self._write()

    def tell(self, progress: Progress) -> None:
        """How far the step is."""
        with self._lock:
            self._running = replace(self._running, progress=progress)
        self._tell_news()

    def say(self, line: str) -> None:
        """A line of a tool; its line breaks make it several."""
        parts = [clean(part, _LINE_LENGTH) for part in line.splitlines()]
        with self._lock:
            self._lines.extend(parts)
        self._tell_news()

    def close(self) -> None:
        """Take it away: nothing runs any more."""
        self._closed.set()
        self._news.set()
        if self._thread.is_alive():
            self._thread.join()
        self._place.unlink(missing_ok=True)

    def _tell_news(self) -> None:
        self._news.set()
        if not self._keeps_up and time.monotonic() - self._written_at >= PAUSE:
            self._written_at = time.monotonic()
            self._write()

    def _keep_up(self) -> None:
        while not self._closed.is_set():
            self._news.wait()
            self._news.clear()
            if not self._closed.is_set():
                self._write()
            self._closed.wait(PAUSE)

    def _write(self) -> None:
        import json

        with self._lock:
            running = replace(self._running, lines=tuple(self._lines))
            # Where /run is full the consoles show what stood there before; the trail has what counts.
            with contextlib.suppress(OSError):
                write_private(self._place, json.dumps(encode(running), separators=(",", ":")).encode("ascii"))
