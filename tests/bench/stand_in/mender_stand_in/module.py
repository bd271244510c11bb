"""Calls update modules: programs of their own, told by their first argument what to do."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from typing import IO

from . import places, tree
from .journal import ClientError, Journal

_TERMINATED = 5.0
"""Seconds that a module has after SIGTERM."""


class Module:
    """The update module of one payload type."""

    def __init__(self, payload_type: str, journal: Journal) -> None:
        self._path = places.MODULES / payload_type
        self._journal = journal

    def call(self, state: str) -> None:
        """Let it do something. Raises ClientError with its exit status."""
        code = self.start(state).wait()
        if code:
            raise ClientError(f"Process returned non-zero exit status: {state}: Process exited with status {code}")

    def ask(self, question: str) -> str:
        """Its answer on stdout: `Yes`, `No`, `Automatic`, or nothing."""
        process = self.start(question, capture=True)
        answer = process.answer()
        code = process.wait()
        if code:
            raise ClientError(f"Process returned non-zero exit status: {question}: Process exited with status {code}")
        return answer

    def start(self, state: str, *, capture: bool = False) -> Running:
        """Start it in its tree."""
        tree.ensure_tree()
        if not self._path.exists():  # not in a transcript
            raise ClientError(f"No such file or directory: Failed to execute '{self._path}'")
        process = subprocess.Popen(
            [self._path, state, places.TREE], cwd=places.TREE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        return Running(process, self._journal, capture=capture)


class Running:
    """A module at work; what it prints becomes records as it comes."""

    def __init__(self, process: subprocess.Popen[bytes], journal: Journal, *, capture: bool) -> None:
        self._process = process
        self._journal = journal
        self._answer = b""
        assert process.stdout is not None
        assert process.stderr is not None
        listening = self._keep if capture else self._tell
        self._threads = [
            threading.Thread(target=listening, args=(process.stdout, "stdout"), daemon=True),
            threading.Thread(target=self._tell, args=(process.stderr, "stderr"), daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    @property
    def ended(self) -> bool:
        """Whether the module's own process has ended; its children may live."""
        return self._process.poll() is not None

    def wait(self) -> int:
        """Its exit status, after all that it said has been told."""
        code = self._process.wait()
        for thread in self._threads:
            thread.join(_TERMINATED)  # a child that it left behind may hold the pipe
        return code

    def answer(self) -> str:
        """The first line that it printed."""
        self._threads[0].join()
        return self._answer.decode(errors="replace").split("\n")[0].strip()

    def terminate(self) -> None:
        """Transcripts cpp40 D, cpp51 D: what the client does with a module when the payload is no good."""
        pid = self._process.pid
        self._journal.record("info", f"Sending SIGTERM to PID {pid}")
        self._process.send_signal(signal.SIGTERM)
        code = self._process.wait()
        self._journal.record("info", f"PID {pid} exited with status {abs(code)}")

    def _keep(self, stream: IO[bytes], name: str) -> None:
        del name
        self._answer = stream.read()

    def _tell(self, stream: IO[bytes], name: str) -> None:
        """One record a line; a line that comes in pieces becomes several, cut ones marked (cpp51 D, toobig)."""
        while piece := os.read(stream.fileno(), 4096):
            lines = piece.decode(errors="replace").split("\n")
            rest = lines.pop()
            told = [*lines, *([rest + "{...}"] if rest else [])]
            for line in told:
                self._journal.record("info", f"Update Module output ({name}): {line}")
