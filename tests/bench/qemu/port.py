"""The bench's own way into the device, beside the serial line: asks witnesses, and prepares what a test needs."""

from __future__ import annotations

import base64
import shlex
import subprocess
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ..inside import Result
from .monitor import connect

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_GRACE_S: Final = 300.0
"""Seconds that an answer may take longer than the device thinks, on a machine that has other work."""


class Port:
    """Runs scripts inside, one at a time, by ``device/witness``."""

    def __init__(self, path: Path) -> None:
        self._socket = connect(path)
        self._rest = b""
        self._number = 0
        self._one_at_a_time = threading.Lock()

    def close(self) -> None:
        """Let go."""
        self._socket.close()

    def run(self, script: str, *, timeout: float = 60.0, named: Sequence[str] = ()) -> Result:
        """Run a shell script as root to its end; ``timeout`` in seconds, after which it is killed inside."""
        with self._one_at_a_time:
            self._number += 1
            number = f"{time.monotonic_ns()}-{self._number}"
            coded = base64.b64encode(script.encode()).decode()
            self._socket.sendall(f"{number} {max(1, round(timeout))} {coded}\n".encode())
            deadline = time.monotonic() + timeout + _GRACE_S
            while True:
                words = self._line(deadline, script).split()
                if len(words) == 4 and words[0] == number:  # else the end of something that was given up
                    break
        out, err = (base64.b64decode(word[1:]).decode(errors="replace") for word in words[2:])
        return Result(tuple(named) or ("sh", "-c", script), int(words[1]), out, err)

    def _line(self, deadline: float, script: str) -> str:
        while b"\n" not in self._rest:
            left = deadline - time.monotonic()
            if left <= 0:
                raise subprocess.TimeoutExpired(script, _GRACE_S)
            self._socket.settimeout(left)
            try:
                data = self._socket.recv(1 << 16)
            except TimeoutError:
                continue
            if not data:
                raise ConnectionError("the device has no power")
            self._rest += data
        line, _, self._rest = self._rest.partition(b"\n")
        return line.decode(errors="replace")


def as_script(argv: Sequence[str], stdin: str | bytes | None, env: Mapping[str, str] | None) -> str:
    """A command with its input and settings as one script."""
    command = " ".join(shlex.quote(word) for word in argv)
    settings = "".join(f"export {name}={shlex.quote(value)}\n" for name, value in (env or {}).items())
    if stdin is None:
        return f"{settings}exec {command}\n"
    given = base64.b64encode(stdin.encode() if isinstance(stdin, str) else stdin).decode()
    return f"{settings}echo {given} | base64 -d | {command}\n"
