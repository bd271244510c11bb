"""Which Mender client is installed, and its version: asked by `--version`, which changes nothing on any generation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from moducop_tui import runner
from moducop_tui.host import Host
from moducop_tui.model.foreign import clean_or_none
from moducop_tui.model.mender import ClientKind

_PLACES = ("/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin", "/bin", "/sbin")
_TIMEOUT = 5.0
_ASK_AGAIN = 60.0
"""Seconds after which a client that did not answer is asked again."""


@dataclass(frozen=True, slots=True)
class Client:
    """What was found. `error` is a sentence when it is there but did not say its version."""

    kind: ClientKind
    version: str | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class _Program:
    kind: ClientKind
    path: str
    size: int
    changed: int


class ClientFinder:
    """Finds the client at each look, but starts it only when its file is another one than before."""

    def __init__(self, host: Host, clock: Callable[[], float]) -> None:
        self._host = host
        self._clock = clock
        self._asked: _Program | None = None
        self._asked_at = 0.0
        self._answer = Client(ClientKind.NONE)

    def look(self) -> Client:
        """The client as it is now: the C++ one before the Go one, where both are installed."""
        program = self._program()
        if program is None:
            return Client(ClientKind.NONE)
        if not self._host.is_this_machine:
            return Client(program.kind)  # another system's program, perhaps another processor's: not to be started
        now = self._clock()
        ask_again = self._answer.error is not None and now - self._asked_at >= _ASK_AGAIN
        if program != self._asked or ask_again:
            self._asked, self._asked_at = program, now
            self._answer = self._ask(program)
        return self._answer

    def _program(self) -> _Program | None:
        for kind in (ClientKind.MENDER_UPDATE, ClientKind.MENDER_GO):
            for place in _PLACES:
                path = f"{place}/{kind.value}"
                try:
                    status = self._host.path(path).stat()
                except OSError:
                    continue
                return _Program(kind, path, status.st_size, status.st_mtime_ns)
        return None

    def _ask(self, program: _Program) -> Client:
        try:
            finished = runner.run([program.path, "--version"], _TIMEOUT)
        except runner.CommandError as error:
            return Client(program.kind, None, clean_or_none(str(error)))
        words = finished.out.split()
        if finished.code != 0 or not words:
            said = clean_or_none(finished.err.strip().rsplit("\n", 1)[-1], 120) or "it said nothing"
            return Client(program.kind, None, f"{program.path} --version failed with code {finished.code}: {said}.")
        numbers = (word for word in words if word[0].isdecimal())
        return Client(program.kind, clean_or_none(next(numbers, words[0]), 60))
