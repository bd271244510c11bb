"""QEMU's monitor: commands to the board that nobody at the device could see, and why the board went off."""

from __future__ import annotations

import json
import socket
import threading
import time
from pathlib import Path
from typing import Any, Final

from ..places import BenchError

_PATIENCE_S: Final = 60.0


class Monitor:
    """A connection to one QEMU. A thread takes what it says, so that events are known when they happen."""

    def __init__(self, path: Path) -> None:
        self._socket = connect(path)
        self._answers: list[dict[str, Any]] = []
        self._events: list[dict[str, Any]] = []
        self._news = threading.Condition()
        self._open = True
        self._jobs = 0
        self._listener = threading.Thread(target=self._listen, name="monitor", daemon=True)
        self._listener.start()
        self.ask("qmp_capabilities")

    def ask(self, command: str, **arguments: Any) -> Any:
        """Carry out one command of QMP; what it returns."""
        with self._news:
            self._answers.clear()
            self._socket.sendall(json.dumps({"execute": command, "arguments": arguments}).encode() + b"\n")
            self._news.wait_for(lambda: self._answers or not self._open, _PATIENCE_S)
            if not self._answers:
                raise BenchError(f"QEMU did not answer {command}")
            answer = self._answers.pop()
        if "error" in answer:
            raise BenchError(f"QEMU refused {command}: {answer['error']['desc']}")
        return answer["return"]

    def work(self, command: str, **arguments: Any) -> None:
        """Carry out a command that goes on after its answer, to its end."""
        self._jobs += 1
        name = f"job-{self._jobs}"
        self.ask(command, **{"job-id": name}, **arguments)
        self.wait_for("JOB_STATUS_CHANGE", _PATIENCE_S, id=name, status="concluded")
        ended = next(job for job in self.ask("query-jobs") if job["id"] == name)
        self.ask("job-dismiss", id=name)
        if "error" in ended:
            raise BenchError(f"QEMU could not do {command}: {ended['error']}")

    def saw(self, event: str, **data: Any) -> bool:
        """Whether QEMU told of an event with this data."""
        with self._news:
            return self._told(event, data)

    def hear_the_end(self) -> None:
        """Take what QEMU said last, once it has gone."""
        self._listener.join(_PATIENCE_S)

    def wait_for(self, event: str, timeout: float = 20.0, **data: Any) -> None:
        """Wait for an event; seconds."""
        with self._news:
            if not self._news.wait_for(lambda: self._told(event, data), timeout):
                raise BenchError(f"QEMU did not tell of {event} in {timeout} s")

    def _told(self, event: str, data: dict[str, Any]) -> bool:
        return any(one["event"] == event and data.items() <= one.get("data", {}).items() for one in self._events)

    def close(self) -> None:
        """Let go of the connection."""
        self._socket.close()

    def _listen(self) -> None:
        try:
            with self._socket.makefile("rb") as lines:
                for line in lines:
                    self._take(json.loads(line))
        except (OSError, ValueError):
            pass  # cut with the power
        with self._news:
            self._open = False
            self._news.notify_all()

    def _take(self, told: dict[str, Any]) -> None:
        with self._news:
            if "event" in told:
                self._events.append(told)
            elif "return" in told or "error" in told:
                self._answers.append(told)
            self._news.notify_all()


def connect(path: Path) -> socket.socket:
    """A connection to a socket that QEMU is about to open."""
    deadline = time.monotonic() + _PATIENCE_S
    while True:
        connection = socket.socket(socket.AF_UNIX)
        try:
            connection.connect(str(path))
        except OSError:
            connection.close()
            if time.monotonic() > deadline:
                raise BenchError(f"nobody listens on {path}") from None
            time.sleep(0.02)
        else:
            return connection
