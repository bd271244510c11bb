"""The far end of a line: an emulated terminal, as slow as wanted, and the program that runs on the near end."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType

import pyte

from tests.patience import PATIENCE

SMALL_APP = Path(__file__).with_name("small_app.py")


class FarEnd:
    """A terminal with the small app on it, or another program. `rate` in bytes a second is how fast it reads."""

    def __init__(
        self,
        *words: str,
        rate: int | None = None,
        size: tuple[int, int] = (80, 24),
        answers: bool = True,
        program: Sequence[str] = (sys.executable, str(SMALL_APP)),
    ):
        self.master, self.slave = pty.openpty()
        termios.tcsetwinsize(self.slave, (size[1], size[0]))
        self.modes = termios.tcgetattr(self.slave)
        self.rate = rate
        self.answers = answers
        self.sent = bytearray()
        self._free_at = 0.0
        self.screen = pyte.Screen(*size)
        self.screen.write_process_input = self._answer  # type: ignore[method-assign]
        self._stream = pyte.ByteStream(self.screen)
        environment = {**os.environ, "TEXTUAL_ANIMATIONS": "none", "TEXTUAL_FPS": "60", "PYTHONPATH": str(Path.cwd())}
        self.process = subprocess.Popen(
            ["setsid", "--ctty", *program, *(words or ("vt220",))],
            stdin=self.slave,
            stdout=self.slave,
            stderr=self.slave,
            env=environment,
        )

    def _answer(self, data: str) -> None:
        if self.answers:
            os.write(self.master, data.encode())

    def text(self) -> str:
        """The screen, rows joined by line feeds."""
        return "\n".join(row.rstrip() for row in self.screen.display)

    def press(self, keys: str | bytes) -> None:
        """Type."""
        os.write(self.master, keys.encode() if isinstance(keys, str) else keys)

    def read(self, seconds: float) -> bytes:
        """Read for so long; what came."""
        begin, until = len(self.sent), time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self._read_once(left)
        return bytes(self.sent[begin:])

    def _read_once(self, seconds: float) -> None:
        if not select.select([self.master], [], [], 0)[0]:
            if not select.select([self.master], [], [], seconds)[0]:
                return
            self._free_at = time.monotonic()
        size = 65536 if self.rate is None else max(1, self.rate // 100)
        try:
            data = os.read(self.master, size)
        except OSError:
            time.sleep(min(seconds, 0.05))
            return
        self.sent += data
        self._stream.feed(data)
        if self.rate is not None:
            self._free_at += len(data) / self.rate
            time.sleep(max(0.0, self._free_at - time.monotonic()))

    def wait_for(self, text: str, seconds: float = PATIENCE) -> float:
        """Read until the screen shows a text; the seconds that took."""
        began = time.monotonic()
        while text not in self.text():
            assert time.monotonic() - began < seconds, f"no {text!r} on the screen:\n{self.text()}"
            self._read_once(0.05)
        return time.monotonic() - began

    def ready(self) -> FarEnd:
        """Wait for the first whole picture and the rest after it."""
        self.wait_for("small app")
        self.read(0.7)
        return self

    def press_and_count(self, keys: str | bytes, seconds: float = 0.8) -> int:
        """The bytes that a key costs."""
        self.press(keys)
        return len(self.read(seconds))

    def wait_end(self, seconds: float = PATIENCE) -> int:
        """Read until the program has ended; its exit code."""
        until = time.monotonic() + seconds
        while self.process.poll() is None:
            assert time.monotonic() < until, "still running"
            if self.master >= 0:
                self._read_once(0.02)
            else:
                time.sleep(0.02)
        if self.master >= 0:
            self._read_rest()
        return self.process.returncode

    def _read_rest(self) -> None:
        while select.select([self.master], [], [], 0.05)[0]:
            before = len(self.sent)
            self._read_once(0.05)
            if len(self.sent) == before:
                return

    def resize(self, columns: int, rows: int) -> None:
        """Draw the window larger or smaller."""
        self.screen.resize(rows, columns)
        termios.tcsetwinsize(self.master, (rows, columns))

    def hang_up(self) -> None:
        """The line drops and reads as ended for ever."""
        fcntl.ioctl(self.slave, 0x5437)  # TIOCVHANGUP

    def close_master(self) -> None:
        """The window is closed."""
        os.close(self.slave)
        os.close(self.master)
        self.master = self.slave = -1

    def is_restored(self) -> bool:
        """Whether the tty has the settings again with which it was found."""
        return termios.tcgetattr(self.slave) == self.modes

    def __enter__(self) -> FarEnd:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait()
        for descriptor in (self.master, self.slave):
            if descriptor >= 0:
                os.close(descriptor)
