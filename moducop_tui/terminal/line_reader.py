"""The thread that reads: bytes become keys, pasted text and replies; a line that has hung up is told once."""

from __future__ import annotations

import os
import select
import time
from collections.abc import Callable, Sequence
from threading import Thread, current_thread

from moducop_tui.terminal.key_decoder import Input, KeyDecoder

_PIECE = 4096
_HUNG_UP = select.POLLHUP | select.POLLERR | select.POLLNVAL


class LineReader:
    """One line. `received` and `gone` are called in this thread; between bytes it sleeps."""

    def __init__(
        self,
        descriptor: int,
        decoder: KeyDecoder,
        received: Callable[[Sequence[Input]], None],
        gone: Callable[[], None],
    ) -> None:
        self._descriptor = descriptor
        self._decoder = decoder
        self._received = received
        self._gone = gone
        self._woken, self._wake = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
        self._stopped = False
        self._thread = Thread(target=self._run, name="terminal-input", daemon=True)

    def start(self) -> None:
        """Begin to read."""
        self._thread.start()

    def stop(self) -> None:
        """Read no more."""
        if self._stopped:
            return
        self._stopped = True
        os.write(self._wake, b"x")
        if self._thread.ident is not None and self._thread is not current_thread():
            self._thread.join(1.0)
        if not self._thread.is_alive():
            os.close(self._woken)
            os.close(self._wake)

    def _run(self) -> None:
        poll = select.poll()  # no limit on descriptor numbers, as select has it
        poll.register(self._descriptor, select.POLLIN)
        poll.register(self._woken, select.POLLIN)
        while True:
            events = dict(poll.poll(self._milliseconds()))
            if self._woken in events:
                return
            if not self._take(events.get(self._descriptor, 0)):
                self._gone()
                return

    def _milliseconds(self) -> int | None:
        deadline = self._decoder.deadline
        return None if deadline is None else max(0, int((deadline - time.monotonic()) * 1000) + 1)

    def _take(self, event: int) -> bool:
        """Read what there is; False when the line has hung up. What was typed before that still counts."""
        inputs: list[Input] = []
        now = time.monotonic()
        if event & select.POLLIN:
            try:
                data = os.read(self._descriptor, _PIECE)
            except BlockingIOError:
                return True
            except OSError:
                return False
            if not data:
                return False
            inputs = self._decoder.feed(data, now)
        elif event & _HUNG_UP:
            return False
        else:
            inputs = self._decoder.tick(now)
        if inputs:
            self._received(inputs)
        return True
