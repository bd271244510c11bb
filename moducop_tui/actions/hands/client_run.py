"""One run of Mender's client from its start to its end: what it says is handed on, nothing of it is left behind."""

from __future__ import annotations

import os
import selectors
import subprocess
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from moducop_tui import runner
from moducop_tui.actions.hands.client_output import ClientOutput, Said
from moducop_tui.actions.hands.client_session import effort, end_session, has_ended
from moducop_tui.actions.hands.progress_meter import ProgressMeter
from moducop_tui.actions.kit import Kit
from moducop_tui.actions.updates.steps import client_argv, program
from moducop_tui.model.acts import ClientVerb, RunClient
from moducop_tui.model.expected import Expected
from moducop_tui.model.mender import Mender

TICK = 0.25
"""Seconds between two looks at whether somebody wants to stop."""
QUIET = 900.0
"""Seconds without a word and without any work of the client or its modules, after which it counts as hung.

A hung module waits four hours for its own time-out (device facts 1.5); a slow eMMC or an engine that loads an image is
at work all the time.
"""
LONGEST = 6 * 3600.0
"""Seconds after which it is ended in any case."""
_LINGER = 2.0
"""Seconds that are waited for the last words of a client that has ended; an orphan may hold its output open."""
_CHUNK = 65536
_LINES = 400
"""Lines that are kept of what it said."""
ROOTFS = frozenset({Expected.STAGED, Expected.INSTALLED})
"""What is expected of an install into a slot: that one can be stopped while it writes."""


@dataclass(frozen=True, slots=True)
class Ran:
    """How a run of the client ended. `stopped` says in words why it was ended from here, None: it ended by itself."""

    code: int | None
    output: ClientOutput
    lines: tuple[str, ...]
    stopped: str | None = None


def run_to_end(act: RunClient, kit: Kit, mender: Mender) -> Ran:
    """Start it, follow it, and leave no process of it behind. Raises CommandError when it can't be started."""
    process = runner.start(client_argv(program(mender), act))
    try:
        return _follow(process, act, kit)
    finally:
        end_session(process)


def _follow(process: subprocess.Popen[bytes], act: RunClient, kit: Kit) -> Ran:
    output, lines = ClientOutput(), _Lines(kit)
    meter = ProgressMeter(act.size, kit.tell)
    watch = _Watch(process.pid)
    stopped = None
    for stream, chunk in _chunks(process):
        lines.take(output.feed(stream, chunk) if stream else [])
        meter.show(output.share)
        watch.heard(bool(chunk))
        stopped = _why_stop(act, kit, output, watch)
        if stopped is not None:
            break
    lines.take(output.end())
    if stopped is not None:
        return Ran(None, output, lines.kept, stopped)
    return Ran(_code(process), output, lines.kept)


def _code(process: subprocess.Popen[bytes]) -> int | None:
    """What it ended with, without taking it away: its session still has to be cleared of what it left."""
    found = os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    if found is None:
        return None
    return found.si_status if found.si_code == os.CLD_EXITED else 128 + found.si_status


def _chunks(process: subprocess.Popen[bytes]) -> Iterator[tuple[str, bytes]]:
    """What comes on both outputs, and an empty chunk at every tick, until the client has ended."""
    ended_at: float | None = None
    with selectors.DefaultSelector() as selector:
        for name, stream in (("stdout", process.stdout), ("stderr", process.stderr)):
            if stream is not None:
                selector.register(stream, selectors.EVENT_READ, name)
        while True:
            ready = selector.select(TICK) if selector.get_map() else []
            for key, _ in ready:
                chunk = os.read(key.fd, _CHUNK)
                if chunk:
                    yield str(key.data), chunk
                else:
                    selector.unregister(key.fileobj)
            if has_ended(process):
                ended_at = ended_at or time.monotonic()
                if not selector.get_map() or time.monotonic() - ended_at > _LINGER:
                    return
            elif not ready:
                if not selector.get_map():
                    time.sleep(TICK)
                yield "", b""


def _why_stop(act: RunClient, kit: Kit, output: ClientOutput, watch: _Watch) -> str | None:
    """Why it is to be ended from here. Only what is still being written can be stopped without harm."""
    if kit.cancelled() and act.verb is ClientVerb.INSTALL and act.expected in ROOTFS and (output.share or 0.0) < 1.0:
        return "stopped as asked"
    return watch.verdict()


class _Lines:
    """Hands lines on and keeps them."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit
        self._said: deque[str] = deque(maxlen=_LINES)

    def take(self, said: list[Said]) -> None:
        for one in said:
            self._said.append(one.text)
            self._kit.say(one.text)

    @property
    def kept(self) -> tuple[str, ...]:
        return tuple(self._said)


class _Watch:
    """Tells a client that hangs from one that is slow: a hung one neither says anything nor works."""

    def __init__(self, session: int) -> None:
        self._session = session
        self._began = self._alive = self._looked = time.monotonic()
        self._effort = 0

    def heard(self, said_something: bool) -> None:
        now = time.monotonic()
        if said_something:
            self._alive = now
        elif now - self._looked >= QUIET / 30:
            self._looked = now
            found = effort(self._session)
            if found != self._effort:
                self._effort, self._alive = found, now

    def verdict(self) -> str | None:
        now = time.monotonic()
        if now - self._alive > QUIET:
            return f"the client said and did nothing for {QUIET / 60:.0f} min and was ended"
        if now - self._began > LONGEST:
            return f"the client did not end within {LONGEST / 3600:.0f} h and was ended"
        return None
