"""A terminal borrowed for a short conversation before the console, or without it: raw, never waiting for ever."""

from __future__ import annotations

import fcntl
import os
import select
import struct
import termios
import time
from types import TracebackType

_PIECE = 512
_PAUSE = 0.002


class RawLine:
    """A terminal without echo and without line editing, for the length of a `with`; its modes come back afterwards.

    It is opened anew, so that not waiting is this descriptor's way alone and not the shell's too. Flow control stays
    as the line had it. Raises OSError on entering where the terminal can't be opened or is none.
    """

    def __init__(self, descriptor: int) -> None:
        self._asked = descriptor
        self._own = -1
        self._modes: list[object] = []

    def __enter__(self) -> RawLine:
        """Open it and take its editing away."""
        self._own = os.open(f"/proc/self/fd/{self._asked}", os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            modes = termios.tcgetattr(self._own)
            self._modes = list(modes)
            modes[0] &= ~(termios.ICRNL | termios.INLCR | termios.ISTRIP)
            modes[3] &= ~(termios.ECHO | termios.ICANON | termios.IEXTEN)
            termios.tcsetattr(self._own, termios.TCSANOW, modes)
        except termios.error as error:
            os.close(self._own)
            raise OSError(*error.args) from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give it back, without answers that came too late: the shell would take them for typed."""
        try:
            termios.tcsetattr(self._own, termios.TCSANOW, self._modes)  # type: ignore[arg-type]  # as they were given
            termios.tcflush(self._own, termios.TCIFLUSH)
        except termios.error:
            return  # the line has hung up; there is nothing left to restore
        finally:
            os.close(self._own)

    def forget_typed(self) -> None:
        """Throw away what has been typed and not read: it would be taken for an answer."""
        termios.tcflush(self._own, termios.TCIFLUSH)

    def send(self, data: bytes, deadline: float) -> bool:
        """Send all of it until the deadline (of time.monotonic); whether the line has taken it."""
        while data:
            try:
                data = data[os.write(self._own, data[:_PIECE]) :]
            except BlockingIOError:
                left = deadline - time.monotonic()
                if left <= 0 or not select.select([], [self._own], [], left)[1]:
                    return False
            except OSError:
                return False  # hung up
        return True

    def drain(self, deadline: float) -> bool:
        """Wait until the kernel has handed everything to the line; whether it has until the deadline."""
        while self._waiting():
            if time.monotonic() >= deadline:
                return False
            time.sleep(_PAUSE)
        return True

    def _waiting(self) -> int:
        """Bytes that the line has not taken yet (TIOCOUTQ in ioctl_tty(2))."""
        try:
            return int(struct.unpack("i", fcntl.ioctl(self._own, termios.TIOCOUTQ, b"\0\0\0\0"))[0])
        except OSError:
            return 0

    def receive(self, deadline: float) -> bytes:
        """What comes next; empty when nothing came until the deadline, or the line has hung up."""
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([self._own], [], [], left)[0]:
            return b""
        try:
            return os.read(self._own, 4096)
        except OSError:
            return b""
