"""Sitting at one end of a throttled line with a program at the other: do one thing, count what it sends."""

from __future__ import annotations

import os
import socket
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

from tests.bench.console import Console
from tests.performance.line.stage import FRAMES, OURS
from tests.performance.line.terminals import RATES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import TracebackType

    from tests.performance.line.terminals import Terminal

_SEEN_WITHIN = 10.0
"""Seconds within which what is told shows, also on a machine that has other work."""
QUIET = 0.8
"""Seconds without a byte after which an answer counts as complete: longer than the pause between two frames."""
PATIENCE = 60.0
"""Seconds that are waited for quiet at most; a driver that is behind the device for longer is called endless."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one step put on the line. `seconds` from the step to its last byte; `endless` when quiet never came."""

    sent: int
    seconds: float
    endless: bool = False

    def at(self, baud: int) -> float:
        """Seconds that the line was busy."""
        return self.sent / RATES[baud]


class Session:
    """One program on one terminal behind one line; `baud` None: as fast as it goes."""

    def __init__(
        self, argv: Sequence[str], terminal: Terminal, baud: int | None, extra: dict[str, str] | None = None
    ) -> None:
        environment = {**terminal.environment, "PYTHONPATH": str(Path.cwd()), "NO_COLOR": "", **(extra or {})}
        rate = RATES[baud] if baud else None
        self.patience = PATIENCE
        self.began = time.monotonic()
        # env -u: a size left in the environment would hide the terminal's own
        plain = ["env", "-u", "COLUMNS", "-u", "LINES", "-u", "NO_COLOR", "-u", "COLORTERM", "-u", "LC_ALL"]
        self.console = Console([*plain, *argv], term=terminal.term, env=environment, rate=rate)

    def quiet(self, seconds: float = QUIET) -> bool:
        """Wait until nothing comes any more; False when that takes too long."""
        until = time.monotonic() + self.patience
        console = self.console
        while time.monotonic() < until:
            before = len(console.raw)
            console.settle(seconds, 0.0 if console.rate is None else seconds)
            if len(console.raw) == before and time.monotonic() - self.last_byte >= seconds:
                return True
        return False

    def watch(self, seconds: float) -> None:
        """Take what comes for that long."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self.console.settle(left, left)

    @property
    def last_byte(self) -> float:
        """When the newest byte came out of the line."""
        return self.console.arrivals[-1][0] if self.console.arrivals else self.began

    def cost(self, act: Callable[[], object], seconds: float = 0.0, quiet: float | None = QUIET) -> Cost:
        """Do something, watch for that many seconds, wait for `quiet` seconds of silence, and say what it cost."""
        before, began = len(self.console.raw), time.monotonic()
        act()
        self.watch(seconds)
        ended = quiet is None or self.quiet(quiet)
        return Cost(len(self.console.raw) - before, max(0.0, self.last_byte - began), endless=not ended)

    def press(self, *keys: str) -> Cost:
        """Press keys and wait for the answer."""
        return self.cost(lambda: self.console.press(*keys))

    def close(self) -> None:
        """Hang up."""
        self.console.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class Stage(Session):
    """Our console over a device that is told what to be.

    With `orders` it is on trial and takes orders, which are written into that file. `configuration` is the console's.
    With `hostile` its journal has lines that are made to be dear.
    """

    def __init__(
        self,
        terminal: Terminal,
        baud: int | None,
        *,
        driver: str = OURS,
        frames: Path | None = None,
        orders: Path | None = None,
        configuration: str = "",
        hostile: bool = False,
    ) -> None:
        self._directory = tempfile.TemporaryDirectory(prefix="line-")
        directory = Path(self._directory.name)
        path = directory / "teller"
        file = directory / "config.toml"
        file.write_text(_configuration(terminal, baud) + configuration)
        options = ["--driver", driver, *(["--orders", str(orders)] if orders else [])]
        options += ["--hostile"] if hostile else []
        words = [sys.executable, "-m", "tests.performance.line.stage", *options, str(path)]
        extra = {FRAMES: str(frames)} if frames else None
        super().__init__([*words, "--", "--config", str(file)], terminal, baud, extra)
        self._path = path
        self._teller: socket.socket | None = None

    def tell(self, words: str) -> None:
        """Tell the device something, and wait until it is so."""
        if self._teller is None:
            self._teller = _connected(self._path)
        self._teller.sendall(words.encode() + b"\n")
        while self._teller.recv(16)[-1:] != b"\n":
            pass

    def told(self, words: str, seconds: float = 0.0) -> Cost:
        """What telling it costs, from the first byte that comes of it."""
        return self.cost(lambda: self._tell_and_wait(words), seconds)

    def _tell_and_wait(self, words: str) -> None:
        before, until = len(self.console.raw), time.monotonic() + _SEEN_WITHIN
        self.tell(words)
        while len(self.console.raw) == before and time.monotonic() < until:
            self.watch(0.05)

    def close(self) -> None:
        """Hang up, and clean up."""
        super().close()
        if self._teller is not None:
            self._teller.close()
        with suppress(OSError):
            self._directory.cleanup()


def _configuration(terminal: Terminal, baud: int | None) -> str:
    """What a pseudo-terminal can't tell of the serial line that it stands for."""
    lines = [f'terminal_charset = "{terminal.charset or ("utf-8" if terminal.utf8 else "ascii")}"\n']
    if terminal.colours is not None:
        lines.append(f'terminal_colours = "{terminal.colours}"\n')
    if baud is not None:
        lines.append(f"terminal_baud = {baud}\n")
    return "".join(lines)


def _connected(path: Path) -> socket.socket:
    until = time.monotonic() + 20
    while True:
        teller = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        with suppress(OSError):
            teller.connect(os.fspath(path))
            return teller
        teller.close()
        if time.monotonic() > until:
            raise AssertionError(f"nobody hears on {path}")
        time.sleep(0.05)
