"""Hang-ups of every kind, many times: nothing is left running, no CPU is used, and the terminal is as it was.

The terminal counts as a serial line, so that a caretaker waits beside the console as on a device.
"""

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
from dataclasses import dataclass, field
from pathlib import Path
from threading import BoundedSemaphore
from typing import TYPE_CHECKING

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
_TICKS = os.sysconf("SC_CLK_TCK")
_CONSOLE = (sys.executable, "-m", "moducop_tui", "--demo", "--baud", "115200")
_SHOWN_CURSOR = b"\x1b[?25h"
_IGNORING = ("sh", "-c", 'trap "" HUP; exec "$@"', "sh")
_SHELL = ("sh", "-c", '"$@"; true', "sh")


@dataclass
class Lost:
    """A console on a terminal of its own: what is needed to take the line away and to look what is left."""

    master: int
    slave: int
    process: subprocess.Popen[bytes]
    sent: bytes = b""
    used: dict[tuple[int, int], float] = field(default_factory=dict)
    """CPU seconds of each process that has belonged to it, by number and moment of start."""

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

    def tell_of_hang_up(self) -> None:
        """What a login does whose own line has gone."""
        os.kill(self.process.pid, signal.SIGHUP)

    def kill(self) -> None:
        """What nobody can prepare for."""
        os.kill(self.process.pid, signal.SIGKILL)

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
    Kind("SIGHUP", Lost.tell_of_hang_up, restores=True),
    Kind("SIGKILL", Lost.kill, restores=True),
    Kind("shell killed", Lost.kill_shell, ("setsid", "--ctty", *_SHELL), restores=True),
    Kind("nobody reads", Lost.stop_reading, within=SILENCE_ENDS_WITHIN),
)


_AT_ONCE, _WAITING = 4, 50
"""Hang-ups side by side, and those of consoles that have to wait for a minute."""
_STARTING = BoundedSemaphore(_AT_ONCE)


def run(times: int, kinds: Sequence[Kind] = KINDS) -> int:
    """So many hang-ups of each kind; prints what was wrong, and returns 1 if anything was."""
    print(f"\nHang-ups, each kind {times} times")
    print(f"{'':44}{'gone after at most':>20}{'CPU at most':>13}{'wrong':>7}", flush=True)
    failed = 0
    for kind in kinds:
        # Waiting costs nothing: where the console has to find out by itself that nobody reads, many do it at once.
        with ThreadPoolExecutor(_AT_ONCE if kind.within == ENDS_WITHIN else _WAITING) as pool:
            outcomes = list(pool.map(lambda _, kind=kind: lose_once(kind), range(times)))
        wrong = Counter(problem for problems, _, _ in outcomes for problem in problems)
        slowest, most_cpu = max(one for _, one, _ in outcomes), max(one for _, _, one in outcomes)
        bad = sum(bool(problems) for problems, _, _ in outcomes)
        print(f"{kind.name:44}{slowest:18.2f} s{most_cpu:11.2f} s{bad:7d}", flush=True)
        for words, count in sorted(wrong.items()):
            print(f"  {count} x {words}", flush=True)
        failed += bad
    return 1 if failed else 0


def lose_once(kind: Kind) -> tuple[list[str], float, float]:
    """One console, one loss: what was wrong, the seconds until nothing was left, the CPU seconds meanwhile."""
    with _STARTING:
        lost = _start(kind)
        modes = termios.tcgetattr(lost.slave)
        started = _read_until(lost, b"go to", STARTS_WITHIN)
        _drain(lost, 0.3)
    try:
        if not started:
            return ["never started"], 0.0, 0.0
        _look(lost, _family(lost.process.pid))
        began = time.monotonic()
        kind.lose(lost)
        _look(lost, [number for number, _ in _alive(lost)])
        used = sum(lost.used.values())
        seconds = _wait_for_end(lost, kind, began)
        cpu = sum(lost.used.values()) - used
        problems = []
        if left := _alive(lost):
            problems.append(f"{len(left)} processes left after {kind.within:.0f} s")
        if cpu > CPU_AT_MOST:
            problems.append("CPU used")
        if kind.restores:
            problems += _not_restored(lost, modes)
        return problems, seconds, cpu
    finally:
        _clean_up(lost)


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
            try:
                lost.sent = (lost.sent + os.read(lost.master, 65536))[-4096:]
            except OSError:
                time.sleep(left)


def _wait_for_end(lost: Lost, kind: Kind, began: float) -> float:
    """The seconds until no process was left."""
    reads = kind.lose is not Lost.stop_reading
    while time.monotonic() - began < kind.within:
        lost.process.poll()
        alive = _alive(lost)
        if not alive:
            break
        _look(lost, [number for number, _ in alive])
        if reads and lost.master >= 0:
            _drain(lost, 0.02)
        else:
            time.sleep(0.02)
    seconds = time.monotonic() - began
    if reads and lost.master >= 0:
        _drain(lost, 0.05)
    return seconds


def _family(process: int) -> list[int]:
    """A process and all that come from it, a caretaker in a session of its own included."""
    found = [process]
    for children in Path(f"/proc/{process}/task").glob("*/children"):
        with suppress(OSError):
            for child in children.read_text().split():
                found += _family(int(child))
    return found


def _look(lost: Lost, processes: Sequence[int]) -> None:
    """Note what each has used so far."""
    for number in processes:
        fields = _stat(number)
        if fields is not None:
            lost.used[number, int(fields[19])] = (int(fields[11]) + int(fields[12])) / _TICKS


def _alive(lost: Lost) -> list[tuple[int, int]]:
    """Those that have not ended."""
    found = []
    for number, began in lost.used:
        fields = _stat(number)
        if fields is not None and fields[0] != "Z" and int(fields[19]) == began:
            found.append((number, began))
    return found


def _stat(process: int) -> list[str] | None:
    """What stands behind the name in /proc/PID/stat, its state first (proc(5)); None when it has ended."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None


def _not_restored(lost: Lost, before: list[object]) -> list[str]:
    problems = []
    if termios.tcgetattr(lost.slave)[:4] != before[:4]:
        problems.append("terminal modes not restored")
    if _SHOWN_CURSOR not in lost.sent[-64:]:
        problems.append("no cursor")
    return problems


def _clean_up(lost: Lost) -> None:
    for number, _ in _alive(lost):
        with suppress(ProcessLookupError):
            os.kill(number, signal.SIGKILL)
    lost.process.kill()
    lost.process.wait()
    for descriptor in (lost.master, lost.slave):
        if descriptor >= 0:
            with suppress(OSError):
                os.close(descriptor)
