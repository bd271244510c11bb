"""Terminals at the other end of a pseudo-terminal, as far as they answer questions."""

from __future__ import annotations

import os
import pty
import select
import termios
import threading
import tty
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
def terminal(answer: Callable[[bytes], bytes]) -> Iterator[int]:
    """The near end of a line whose far end gives `answer` to whatever it is sent."""
    master, slave = pty.openpty()
    tty.setraw(slave)
    over = threading.Event()

    def live() -> None:
        while not over.is_set():
            if select.select([master], [], [], 0.01)[0]:
                with suppress(OSError):
                    os.write(master, answer(os.read(master, 4096)))

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
