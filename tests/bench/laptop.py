"""The technician's laptop: a terminal program from Debian in a window (tmux), its screen and its keys."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from tests.patience import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import TracebackType


class Laptop:
    """A window of ``columns`` by ``rows`` in which one program runs."""

    def __init__(self, argv: Sequence[str], columns: int = 80, rows: int = 24, locale: str = "C.UTF-8") -> None:
        self._place = TemporaryDirectory(prefix="laptop-")
        self._socket = str(Path(self._place.name) / "tmux")
        settings = Path(self._place.name) / "tmux.conf"
        settings.write_text("set -g status off\nset -g default-terminal screen\n")
        size = ["-x", str(columns), "-y", str(rows)]
        self._tmux("-u", "-f", str(settings), "new-session", "-d", *size, "-e", f"LC_ALL={locale}", "--", *argv)

    def _tmux(self, *words: str) -> str:
        command = ["tmux", "-S", self._socket, *words]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    def text(self) -> str:
        """The screen, blanks at the ends of rows cut."""
        return "\n".join(row.rstrip() for row in self._tmux("capture-pane", "-p").split("\n")[:-1])

    def press(self, *keys: str) -> None:
        """Press keys by tmux' names: ``C-l``, ``Up``, ``q``."""
        self._tmux("send-keys", *keys)

    def resize(self, columns: int, rows: int) -> None:
        """Draw the window larger or smaller."""
        self._tmux("resize-window", "-x", str(columns), "-y", str(rows))

    def wait_for(self, what: str | Callable[[str], bool], timeout: float = PATIENCE) -> str:
        """Wait until the screen holds a text or what a function demands; the screen then."""
        deadline = time.monotonic() + timeout
        while True:
            text = self.text()
            if what in text if isinstance(what, str) else what(text):
                return text
            if time.monotonic() > deadline:
                raise AssertionError(f"{timeout} s passed without {what!r} on the laptop's screen:\n{text}")
            time.sleep(0.1)

    def settle(self, quiet: float = 1.0, timeout: float = 15.0) -> str:
        """Wait until the screen has not changed for a while; the screen then."""
        deadline = time.monotonic() + timeout
        text, since = self.text(), time.monotonic()
        while time.monotonic() - since < quiet and time.monotonic() < deadline:
            time.sleep(0.1)
            if (now := self.text()) != text:
                text, since = now, time.monotonic()
        return text

    def __enter__(self) -> Laptop:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        subprocess.run(["tmux", "-S", self._socket, "kill-server"], capture_output=True, check=False)
        self._place.cleanup()
