"""A person at a terminal: starts a program on it, reads the screen as the terminal shows it, presses keys."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from tests.patience import PATIENCE

from . import inside
from .screen import Screen

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from types import TracebackType

    from pyte.screens import Char

KEYS: Final[Mapping[str, str]] = {
    "enter": "\r",
    "escape": "\x1b",
    "tab": "\t",
    "shift+tab": "\x1b[Z",
    "backspace": "\x7f",
    "delete": "\x1b[3~",
    "space": " ",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "home": "\x1b[1~",
    "end": "\x1b[4~",
    "pageup": "\x1b[5~",
    "pagedown": "\x1b[6~",
    "f1": "\x1bOP",
    "f2": "\x1bOQ",
    "f10": "\x1b[21~",
}
"""What a VT220 or xterm sends for keys that are no letters."""

_LOOKING: Final = 0.02
"""Seconds that showing what came may take at most without the line counting as idle meanwhile."""
_GET_PEER: Final = 0x5441  # TIOCGPTPEER: open the other end of a pseudo-terminal without its path
_UNLOCK: Final = 0x40045431  # TIOCSPTLCK


class Place(Protocol):
    """Somewhere a program can run: a booted machine or a namespace."""

    @property
    def leader(self) -> int:
        """The process, seen from outside, whose namespaces are entered."""

    @property
    def environment(self) -> Mapping[str, str]:
        """What a program in there has beside a login's environment."""


class Console:
    """A program on a terminal of ``columns`` by ``rows``, inside a machine or (``within`` absent) on the host.

    ``rate`` in bytes a second slows the reading down to a serial line's speed (115200 baud: 11520).
    """

    def __init__(
        self,
        argv: Sequence[str],
        *,
        within: Place | None = None,
        columns: int = 80,
        rows: int = 24,
        term: str = "vt220",
        env: Mapping[str, str] | None = None,
        rate: int | None = None,
    ) -> None:
        self.raw = bytearray()
        """Every byte the program sent to the terminal."""
        self.arrivals: list[tuple[float, int]] = []
        """When how many bytes in all had come out of the line, in seconds of the monotonic clock."""
        self.rate = rate
        self._line_free = 0.0
        self._master, slave = _open_terminal(within)
        self._screen = Screen(columns, rows, self._send)
        self.resize(columns, rows)
        wanted = {"TERM": term, **(env or {})}
        try:
            self._process = _start(argv, within, wanted, slave)
        finally:
            os.close(slave)
        self._hung_up = False

    # -- looking -----------------------------------------------------------------------------------------------

    def text(self) -> str:
        """The screen as it stands now, one line a row, blanks at the ends cut."""
        self._pump(0.0)
        return self._screen.text()

    def cells(self) -> list[list[Char]]:
        """The screen with its colours and attributes, as it stands now."""
        self._pump(0.0)
        return self._screen.cells()

    def row(self, number: int) -> str:
        """One row of the screen, counted from 0; from the bottom when negative."""
        return self.text().split("\n")[number]

    def wait_for(self, what: str | re.Pattern[str] | Callable[[str], bool], timeout: float = PATIENCE) -> str:
        """Wait until the screen holds a text, a pattern, or whatever a function demands; ``timeout`` in seconds."""
        if isinstance(what, str):
            wanted = what
            return self._wait(lambda text: wanted in text, repr(what), timeout)
        if isinstance(what, re.Pattern):
            pattern = what
            return self._wait(lambda text: pattern.search(text) is not None, f"/{what.pattern}/", timeout)
        return self._wait(what, getattr(what, "__name__", "what was asked for"), timeout)

    def wait_gone(self, text: str, timeout: float = PATIENCE) -> str:
        """Wait until a text has left the screen."""
        return self._wait(lambda screen: text not in screen, f"the end of {text!r}", timeout)

    def settle(self, quiet: float = 0.3, timeout: float = 10.0) -> str:
        """Wait until nothing has been sent for ``quiet`` seconds; the screen then."""
        deadline = time.monotonic() + timeout
        while self._pump(quiet) and time.monotonic() < deadline:
            pass
        return self._screen.text()

    def _wait(self, fulfilled: Callable[[str], bool], name: str, timeout: float) -> str:
        deadline = time.monotonic() + timeout
        while True:
            text = self._screen.text()
            if fulfilled(text):
                return text
            left = deadline - time.monotonic()
            if left <= 0 or (not self._pump(min(left, 0.25)) and self._ended()):
                text = self.text()
                if fulfilled(text):
                    return text
                state = "the program ended" if self._ended() else f"{timeout} s passed"
                raise AssertionError(f"{state} without {name} on the screen:\n{_framed(text)}")

    # -- doing -------------------------------------------------------------------------------------------------

    def press(self, *keys: str) -> None:
        """Press keys: names of ``KEYS``, ``ctrl+x``, ``alt+x``, or single characters."""
        for key in keys:
            self._send(_code(key))

    def write(self, text: str) -> None:
        """Type a text as it is."""
        self._send(text)

    def _send(self, text: str) -> None:
        self.send(text.encode())

    def send(self, data: bytes) -> None:
        """Send bytes as they are, which no key need have made."""
        with suppress(OSError):
            os.write(self._master, data)

    def resize(self, columns: int, rows: int) -> None:
        """Give the terminal another size; the program is told as by a window that was drawn larger."""
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self._screen.resize(columns, rows)

    # -- the end -----------------------------------------------------------------------------------------------

    def wait_end(self, timeout: float = PATIENCE) -> int:
        """Wait for the program's own end; its exit code (negative: the signal's number)."""
        deadline = time.monotonic() + timeout
        while not self._ended():
            self._pump(0.05)
            if time.monotonic() > deadline:
                raise AssertionError(f"the program still runs after {timeout} s:\n{_framed(self._screen.text())}")
        self.settle(0.0)
        return self._process.returncode

    @property
    def has_ended(self) -> bool:
        """Whether the program has gone."""
        return self._ended()

    def _ended(self) -> bool:
        return self._process.poll() is not None

    def process(self) -> int:
        """The program's process number, seen from outside."""
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children")
        found = children.read_text().split() if self._entered else []
        return int(found[0]) if found else self._process.pid

    @property
    def _entered(self) -> bool:
        """Whether the process that was started is still the one which only waits for the program inside."""
        with suppress(OSError):
            return Path(f"/proc/{self._process.pid}/comm").read_text().strip() == "nsenter"
        return False

    def hang_up(self) -> None:
        """Drop the line, as a modem or a pulled cable does: the program gets SIGHUP."""
        if not self._hung_up:
            self._hung_up = True
            os.close(self._master)

    def close(self) -> None:
        """Drop the line, and kill the program when that does not end it."""
        self.hang_up()
        with suppress(ProcessLookupError):
            os.kill(self._process.pid, signal.SIGCONT)  # it may stand still together with what it entered for
        try:
            self._process.wait(2.0)
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.kill(self.process(), signal.SIGKILL)
            self._process.wait()

    def __enter__(self) -> Console:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _pump(self, timeout: float) -> bool:
        """Take what the program has sent, waiting for it up to ``timeout`` seconds; whether anything came."""
        came = False
        while not self._hung_up:
            ready_at_once = _readable(self._master, 0.0)
            if not ready_at_once and (came or not _readable(self._master, timeout)):
                break
            size = 65536 if self.rate is None else max(self.rate // 50, 1)
            try:
                data = os.read(self._master, size)
            except OSError:  # the other end is closed by all
                if not came:
                    time.sleep(min(timeout, 0.02))
                return came
            came = True
            if self.rate is not None:
                self._carry(len(data), self.rate, waited=not ready_at_once)
            self.raw += data
            self.arrivals.append((time.monotonic(), len(self.raw)))
            self._screen.feed(data)
            if self.rate is not None:
                break
        return came

    def _carry(self, size: int, rate: int, *, waited: bool) -> None:
        """Wait until the line has carried so many bytes, which began when it was free and they were there."""
        now = time.monotonic()
        # What was there already when it was looked for went out while the bytes before it were shown.
        began = now if waited else max(self._line_free, now - _LOOKING)
        self._line_free = max(self._line_free, began) + size / rate
        time.sleep(max(0.0, self._line_free - now))


def _readable(descriptor: int, timeout: float) -> bool:
    poller = select.poll()  # select knows no descriptor above 1023
    poller.register(descriptor, select.POLLIN)
    return bool(poller.poll(timeout * 1000))


def _code(key: str) -> str:
    if key in KEYS:
        return KEYS[key]
    if key.startswith("ctrl+") and len(key) == 6:
        return chr(ord(key[-1].upper()) & 0x1F)
    if key.startswith("alt+"):
        return "\x1b" + _code(key[4:])
    if len(key) == 1:
        return key
    raise ValueError(f"no key is called {key!r}")


def _framed(text: str) -> str:
    lines = text.split("\n")
    return "\n".join(["+" + "-" * 80, *(f"|{line}" for line in lines), "+" + "-" * 80])


def _open_terminal(within: Place | None) -> tuple[int, int]:
    """Both ends of a pseudo-terminal; inside a machine one of its own, so that programs there find its name."""
    own = None if within is None else Path(inside.path(within.leader, "/dev/pts/ptmx"))
    if own is None or not own.exists():
        return pty.openpty()
    master = os.open(own, os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC)
    fcntl.ioctl(master, _UNLOCK, struct.pack("i", 0))
    return master, fcntl.ioctl(master, _GET_PEER, os.O_RDWR | os.O_NOCTTY)


def _start(argv: Sequence[str], within: Place | None, env: Mapping[str, str], slave: int) -> subprocess.Popen[bytes]:
    on_terminal = ["setsid", "--ctty", "--", *argv]
    if within is None:
        on_terminal = ["env", "--default-signal", *on_terminal]  # as `inside.enter` does
        return subprocess.Popen(on_terminal, stdin=slave, stdout=slave, stderr=slave, env={**os.environ, **env})
    entering = inside.enter(within.leader, on_terminal, {**within.environment, **env})
    return subprocess.Popen(entering, stdin=slave, stdout=slave, stderr=slave, start_new_session=True)
