"""A log file that grows, with the very lines that the console's journal has."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Self

from tests.performance.line.device import line_of_log

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType


class FileWriter:
    """Writes whole lines and flushes them, as syslog does."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = path.open("w", buffering=1)
        self._next = 1000
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    def write(self, count: int) -> None:
        """So many lines at once."""
        for number in range(self._next, self._next + count):
            entry = line_of_log(number)
            moment = time.strftime("%b %d %H:%M:%S", time.gmtime(entry.realtime))
            self._file.write(f"{moment} MEC01-4711 {entry.origin}[{entry.pid}]: {entry.message}\n")
        self._file.flush()
        self._next += count

    def flow(self, rate: float, seconds: float) -> None:
        """So many lines a second, from a thread of its own."""
        self._thread = threading.Thread(target=self._run, args=(rate, seconds), daemon=True)
        self._thread.start()

    def _run(self, rate: float, seconds: float) -> None:
        for _ in range(round(rate * seconds)):
            if self._ended.wait(1 / rate):
                return
            self.write(1)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        if self._thread is not None:
            self._thread.join()
        self._file.close()
