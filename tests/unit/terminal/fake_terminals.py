"""Terminals at the other end of a pseudo-terminal, as far as they answer questions."""

from __future__ import annotations

import os
import pty
import select
import termios
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pyte


class _Screen(pyte.Screen):
    answers = b""

    def write_process_input(self, data: str) -> None:
        self.answers += data.encode()


class Answering:
    """A terminal that shows what it gets and answers as pyte's does; in UTF-8 or in an 8-bit code."""

    def __init__(self, columns: int, rows: int, *, utf8: bool) -> None:
        self.screen = _Screen(columns, rows)
        self._stream = pyte.ByteStream(self.screen)
        if not utf8:
            self._stream.select_other_charset("@")

    def __call__(self, data: bytes) -> bytes:
        self.screen.answers = b""
        self._stream.feed(data)
        return self.screen.answers


@contextmanager
def terminal(answer: Callable[[bytes], bytes], rate: int | None = None) -> Iterator[int]:
    """The near end of a line whose far end gives `answer` to whatever it is sent, and takes `rate` bytes a second."""
    master, slave = pty.openpty()
    settings = termios.tcgetattr(slave)
    settings[3] &= ~termios.ECHO  # an answer that comes too late is not sent back to the terminal
    termios.tcsetattr(slave, termios.TCSANOW, settings)
    over = threading.Event()

    def live() -> None:
        due = time.monotonic()
        while not over.is_set():
            if select.select([master], [], [], 0.01)[0]:
                with suppress(OSError):
                    data = os.read(master, 256 if rate else 4096)
                    due = max(due, time.monotonic() - 0.01) + (len(data) / rate if rate else 0)
                    time.sleep(max(0.0, due - time.monotonic()))
                    os.write(master, answer(data))

    thread = threading.Thread(target=live, daemon=True)
    thread.start()
    try:
        yield slave
    finally:
        over.set()
        thread.join()
        os.close(master)
        os.close(slave)


def modes(descriptor: int) -> list[object]:
    """The terminal's modes, to be compared."""
    return list(termios.tcgetattr(descriptor))
