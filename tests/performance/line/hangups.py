"""Hang-ups of every kind, many times: nothing is left running, no CPU is used, and the terminal is as it was."""

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
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.performance.measure import cpu_seconds

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

STARTS_WITHIN = 40.0
ENDS_WITHIN = 10.0
"""Seconds from the loss of the line to the end of the last process."""
SILENCE_ENDS_WITHIN = 90.0
"""The same where the line is not lost, but takes no byte any more: that must be told apart from a slow one."""
CPU_AT_MOST = 1.0
"""Seconds of CPU from the loss to the end, leaving included; Textual's own driver takes all there is, for ever."""
_VHANGUP = 0x5437  # TIOCVHANGUP: the hang-up of a real line, on any terminal
_CONSOLE = (sys.executable, "-m", "moducop_tui", "--demo")
_IGNORING = ("sh", "-c", 'trap "" HUP; exec "$@"', "sh")
_SHELL = ("sh", "-c", '"$@"; true', "sh")


@dataclass
class Lost:
    """A console on a terminal of its own: what is needed to take the line away and to look what is left."""

    master: int
    slave: int
    process: subprocess.Popen[bytes]

    @property
    def name(self) -> str:
        """The terminal's path."""
        return os.ttyname(self.slave)

    def close_master(self) -> None:
        """The other end goes: a closed window, a lost SSH connection."""
        os.close(self.slave)
        os.close(self.master)
        self.master = self.slave = -1

    def hang_up(self) -> None:
        """The line drops and reads end of file for ever, as with a modem's carrier."""
        fcntl.ioctl(self.slave, _VHANGUP)

    def kill_shell(self) -> None:
        """The shell that started it is killed: nobody waits for it any more."""
        os.kill(self.process.pid, signal.SIGKILL)

    def ask_to_end(self) -> None:
        """What systemd does."""
        os.kill(self.process.pid, signal.SIGTERM)

    def stop_reading(self) -> None:
        """Nobody takes what is sent; redraws are asked for, so that there is something to send."""
        for _ in range(40):
            os.write(self.master, b"\x0c")
            time.sleep(0.05)


@dataclass(frozen=True, slots=True)
class Kind:
    """A way to lose the line. `before` goes before the console's own command."""

    name: str
    lose: Callable[[Lost], None]
    before: tuple[str, ...] = ("setsid", "--ctty")
    within: float = ENDS_WITHIN
    restores: bool = False
    """Whether the terminal is still there to be left as it was found."""


KINDS = (
    Kind("master closed", Lost.close_master),
    Kind("master closed, no controlling terminal", Lost.close_master, ("setsid",)),
    Kind("master closed, SIGHUP ignored", Lost.close_master, ("setsid", "--ctty", *_IGNORING)),
    Kind("line hung up", Lost.hang_up),
    Kind("line hung up, SIGHUP ignored: end of file", Lost.hang_up, ("setsid", "--ctty", *_IGNORING)),
    Kind("SIGTERM", Lost.ask_to_end, restores=True),
    Kind("shell killed", Lost.kill_shell, ("setsid", "--ctty", *_SHELL), restores=True),
    Kind("nobody reads", Lost.stop_reading, within=SILENCE_ENDS_WITHIN),
)


def run(times: int, kinds: Sequence[Kind] = KINDS, side_by_side: int = 4) -> int:
    """So many hang-ups in all, the kinds in turn; prints what was wrong, and returns 1 if anything was."""
    wanted = [kinds[number % len(kinds)] for number in range(times)]
    wrong: Counter[str] = Counter()
    slowest: dict[str, float] = {}
    most_cpu: dict[str, float] = {}
    with ThreadPoolExecutor(side_by_side) as pool:
        for kind, (problems, seconds, cpu) in zip(wanted, pool.map(lose_once, wanted), strict=True):
            wrong.update(f"{kind.name}: {problem}" for problem in problems)
            slowest[kind.name] = max(seconds, slowest.get(kind.name, 0.0))
            most_cpu[kind.name] = max(cpu, most_cpu.get(kind.name, 0.0))
    print(f"\n{times} hang-ups of {len(kinds)} kinds")
    print(f"{'':44}{'times':>6}{'gone after at most':>20}{'CPU at most':>13}{'wrong':>7}")
    for kind in kinds:
        bad = sum(count for words, count in wrong.items() if words.startswith(kind.name + ":"))
        print(
            f"{kind.name:44}{wanted.count(kind):6d}{slowest.get(kind.name, 0.0):18.2f} s"
            f"{most_cpu.get(kind.name, 0.0):11.2f} s{bad:7d}"
        )
    for words, count in sorted(wrong.items()):
        print(f"  {count} x {words}")
    return 1 if wrong else 0


def lose_once(kind: Kind) -> tuple[list[str], float, float]:
    """One console, one loss: what was wrong, the seconds until nothing was left, the CPU seconds meanwhile."""
    lost = _start(kind)
    session = lost.process.pid
    try:
        modes = termios.tcgetattr(lost.slave)
        if not _read_until(lost, b"go to", STARTS_WITHIN):
            return ["never started"], 0.0, 0.0
        _drain(lost, 0.3)
        processes = _members(session)
        used = sum(map(cpu_seconds, processes))
        began = time.monotonic()
        kind.lose(lost)
        cpu, seconds = _wait_for_end(lost, session, processes, kind, began)
        problems = []
        if left := _members(session):
            problems.append(f"{len(left)} processes left after {kind.within:.0f} s")
        if max(0.0, cpu - used) > CPU_AT_MOST:
            problems.append("CPU used")
        if kind.restores:
            problems += _not_restored(lost, modes)
        return problems, seconds, max(0.0, cpu - used)
    finally:
        _clean_up(lost, session)


def _start(kind: Kind) -> Lost:
    master, slave = pty.openpty()
    termios.tcsetwinsize(slave, (24, 80))
    environment = {**os.environ, "TERM": "vt220", "PYTHONPATH": str(Path.cwd())}
    for name in ("COLUMNS", "LINES"):
        environment.pop(name, None)
    process = subprocess.Popen([*kind.before, *_CONSOLE], stdin=slave, stdout=slave, stderr=slave, env=environment)
    return Lost(master, slave, process)


def _read_until(lost: Lost, wanted: bytes, seconds: float) -> bool:
    seen, until = b"", time.monotonic() + seconds
    while wanted not in seen and time.monotonic() < until:
        if select.select([lost.master], [], [], 0.1)[0]:
            seen += os.read(lost.master, 65536)
    return wanted in seen


def _drain(lost: Lost, seconds: float) -> None:
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        if select.select([lost.master], [], [], left)[0]:
            with suppress(OSError):
                os.read(lost.master, 65536)


def _wait_for_end(lost: Lost, session: int, processes: Sequence[int], kind: Kind, began: float) -> tuple[float, float]:
    """CPU seconds of all processes as last seen, and the seconds until none was left."""
    cpu = 0.0
    reads = kind.lose is not Lost.stop_reading
    while time.monotonic() - began < kind.within:
        cpu = max(cpu, sum(map(cpu_seconds, processes)))
        if lost.process.poll() is not None and not _members(session):
            break
        if reads and lost.master >= 0:
            _drain(lost, 0.02)
        else:
            time.sleep(0.02)
    return cpu, time.monotonic() - began


def _members(session: int) -> list[int]:
    """Processes of a session that have not ended."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = stat.read_text().rpartition(")")[2].split()
            if int(fields[3]) == session and fields[0] != "Z":
                found.append(int(stat.parent.name))
    return found


def _not_restored(lost: Lost, before: list[object]) -> list[str]:
    after = termios.tcgetattr(lost.slave)
    return [] if after[:4] == before[:4] else ["terminal modes not restored"]


def _clean_up(lost: Lost, session: int) -> None:
    for number in _members(session):
        with suppress(ProcessLookupError):
            os.kill(number, signal.SIGKILL)
    lost.process.wait()
    for descriptor in (lost.master, lost.slave):
        if descriptor >= 0:
            with suppress(OSError):
                os.close(descriptor)
