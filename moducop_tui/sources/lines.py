"""A command that goes on and prints lines, read without waiting and without keeping more than a bounded part."""

from __future__ import annotations

import contextlib
import os
import select
import subprocess
from collections.abc import Sequence

from moducop_tui import runner

LINE_CAP = 8 << 20
"""Bytes of one line; a longer one is thrown away and counted."""
_CHUNK = 1 << 18
_ERROR_CAP = 2000
_LAST_BREATH = 0.5
"""Seconds between the end of a command's output and its own."""


class LineCommand:
    """A running command and the unfinished line it has printed so far. Raises CommandError when it can't be started."""

    def __init__(self, argv: Sequence[str]) -> None:
        self._process = runner.start(argv)
        if self._process.stdout is None or self._process.stderr is None:
            raise runner.CommandError(f"{argv[0]} was started without its outputs.")
        self._output = self._process.stdout.fileno()
        self._errors = self._process.stderr.fileno()
        os.set_blocking(self._output, False)
        os.set_blocking(self._errors, False)
        self._rest = bytearray()
        self._skipping = False
        self._oversized = 0
        self._said = b""
        self.has_ended = False

    def fileno(self) -> int:
        """The descriptor that is readable when there are lines, or the end."""
        return self._output

    def wait(self, timeout: float) -> bool:
        """Wait up to `timeout` seconds for more, or for the end; True when there is either."""
        poller = select.poll()
        poller.register(self._output, select.POLLIN)
        return bool(poller.poll(timeout * 1000))

    def read_lines(self) -> list[bytes]:
        """The whole lines that one read gives, without their ends; none when nothing is waiting."""
        self._drain_errors()
        try:
            chunk = os.read(self._output, _CHUNK)
        except BlockingIOError:
            return []
        if not chunk:
            self.has_ended = True
            return []
        *lines, rest = chunk.split(b"\n")
        if lines:
            lines[0] = bytes(self._rest) + lines[0]
            self._rest.clear()
            if self._skipping:
                self._skipping = False
                del lines[0]
        self._keep(rest)
        return [line for line in lines if line]

    def take_oversized(self) -> int:
        """How many lines were too long since the last call."""
        count, self._oversized = self._oversized, 0
        return count

    def said_last(self) -> bytes:
        """The last line that the command wrote to its standard error."""
        self._drain_errors()
        lines = self._said.split(b"\n")
        return next((line for line in reversed(lines) if line.strip()), b"")

    @property
    def said(self) -> bytes:
        """The end of what the command wrote to its standard error."""
        self._drain_errors()
        return self._said

    @property
    def died_of(self) -> int | None:
        """The number of the signal that has ended the command; None where none has. To be asked before `close`."""
        code = None
        if self.has_ended:
            with contextlib.suppress(subprocess.TimeoutExpired):
                code = self._process.wait(_LAST_BREATH)
        return -code if code is not None and code < 0 else None

    def close(self) -> None:
        """End the command, if it has not ended by itself."""
        runner.end(self._process)

    def _keep(self, rest: bytes) -> None:
        if self._skipping:
            return
        self._rest += rest
        if len(self._rest) > LINE_CAP:
            self._rest.clear()
            self._skipping = True
            self._oversized += 1

    def _drain_errors(self) -> None:
        try:
            while chunk := os.read(self._errors, 4096):
                self._said = (self._said + chunk)[-_ERROR_CAP:]
        except (BlockingIOError, ValueError):
            return
