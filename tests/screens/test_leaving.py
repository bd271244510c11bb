"""The console on a real pseudo-terminal: it leaves quickly, and leaves the terminal as it found it."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

from moducop_tui.app import ConsoleApp
from tests.patience import PATIENCE

HANGING = """
import threading, time
from moducop_tui.app import ConsoleApp
from moducop_tui.config import Config
from moducop_tui.device import Device
from moducop_tui.model.reading import Topic, Unavailable

class Hanging:
    topic, cadence, time_limit = Topic.SYSTEM, 1.0, 1.0
    def read(self): time.sleep(3600)
    def wait(self, timeout, wake): wake.wait(timeout)
    def close(self): time.sleep(3600)

class NoLog:
    def open(self, wanted, backlog): time.sleep(3600)

app = ConsoleApp(Device((Hanging(),), NoLog(), False, time.time), Config())
app.run(mouse=False)
"""
FAILING = """
import time
from moducop_tui.app import ConsoleApp
from moducop_tui.config import Config
from moducop_tui.device import Device
from moducop_tui.screens.slots import SlotsScreen

def body(self, look):
    secret = 'a value that nobody shall read'
    raise RuntimeError('a mistake of ours')

SlotsScreen.body = body
app = ConsoleApp(Device((), None, False, time.time), Config())
app.run(mouse=False)
raise SystemExit(app.return_code)
"""
DEMO = "import sys; sys.argv = ['moducop-tui', '--demo']; from moducop_tui.__main__ import main; sys.exit(main())"

ENDS_WITHIN = PATIENCE
STARTS_WITHIN = PATIENCE


@dataclass
class Terminal:
    """The far end of a pseudo-terminal with a program on it."""

    master: int
    slave: int
    process: subprocess.Popen[bytes]
    output: bytes = field(default=b"")

    def read_until(self, wanted: bytes, seconds: float) -> None:
        end = time.monotonic() + seconds
        while wanted not in self.output:
            assert time.monotonic() < end, f"{wanted!r} never came; last: {self.output[-300:]!r}"
            self.read(0.1)

    def read(self, seconds: float) -> None:
        if select.select([self.master], [], [], seconds)[0]:
            self.output += os.read(self.master, 65536)

    def end(self, seconds: float) -> float:
        """Read until the program has gone; the seconds that took."""
        started = time.monotonic()
        while self.process.poll() is None:
            assert time.monotonic() - started < seconds, "still running"
            self.read(0.05)
        self.read(0.2)
        return time.monotonic() - started


@contextmanager
def program(code: str, *, minds_flow_control: bool = True) -> Iterator[Terminal]:
    master, slave = pty.openpty()
    termios.tcsetwinsize(slave, (24, 80))
    if not minds_flow_control:
        modes = termios.tcgetattr(slave)
        modes[0] &= ~(termios.IXON | termios.IXOFF)
        termios.tcsetattr(slave, termios.TCSANOW, modes)
    environment = {**os.environ, "TERM": "vt220", "TEXTUAL_ANIMATIONS": "none", "TEXTUAL_COLOR_SYSTEM": "standard"}
    for name in ("COLUMNS", "LINES"):
        environment.pop(name, None)
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdin=slave, stdout=slave, stderr=slave, env=environment, start_new_session=True
    )
    try:
        yield Terminal(master, slave, process)
    finally:
        process.kill()
        process.wait()
        os.close(master)
        os.close(slave)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_restores_the_terminal(number: signal.Signals) -> None:
    with program(DEMO) as terminal:
        before = termios.tcgetattr(terminal.slave)
        terminal.read_until(b"MEC01", STARTS_WITHIN)
        assert termios.tcgetattr(terminal.slave) != before
        terminal.process.send_signal(number)
        terminal.end(ENDS_WITHIN)
        assert termios.tcgetattr(terminal.slave)[:4] == before[:4]
        # A VT220 has no second screen: ours is cleared, and the cursor is seen again.
        assert terminal.output.endswith(b"\x1b[?25h\x1b[H\x1b[J")
        assert terminal.process.returncode == 128 + number


def test_without_colour_no_colour_is_sent_and_nothing_is_black(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    with program(DEMO) as terminal:
        terminal.read_until(b"roblems", STARTS_WITHIN)
        os.write(terminal.master, b"4j5g")
        terminal.read_until(b"Go to", ENDS_WITHIN)
        assert not re.findall(rb"\x1b\[(?:\d+;)*(?:3[0-7]|4[0-7]|9\d)(?:;\d+)*m", terminal.output)


def test_control_l_draws_every_row_again() -> None:
    with program(DEMO) as terminal:
        terminal.read_until(b"roblems", STARTS_WITHIN)
        os.write(terminal.master, b"2")
        terminal.read_until(b"Partitions", ENDS_WITHIN)
        terminal.read(1.0)
        terminal.output = b""
        os.write(terminal.master, b"\x0c")
        for wanted in (b"Verdict", b"Partitions", b"[p]", b"find"):
            terminal.read_until(wanted, ENDS_WITHIN)


def test_q_leaves_although_a_source_and_the_journal_hang() -> None:
    with program(HANGING) as terminal:
        terminal.read_until(b"Overview", STARTS_WITHIN)
        os.write(terminal.master, b"5")
        terminal.read_until(b"Log of all", ENDS_WITHIN)
        os.write(terminal.master, b"q")
        assert terminal.end(ENDS_WITHIN) < PATIENCE
        assert terminal.process.returncode == 0


def test_the_far_ends_flow_control_is_no_wish_to_leave() -> None:
    with program(DEMO, minds_flow_control=False) as terminal:
        terminal.read_until(b"roblems", STARTS_WITHIN)
        os.write(terminal.master, b"\x13\x11\x11")
        terminal.read(0.5)
        os.write(terminal.master, b"2")
        terminal.read_until(b"Partitions", ENDS_WITHIN)


def test_textuals_own_keys_do_nothing() -> None:
    bindings = [binding for bindings in ConsoleApp._merge_bindings().key_to_bindings.values() for binding in bindings]
    assert bindings == []


def test_a_mistake_of_ours_ends_in_a_sentence_and_not_in_a_traceback() -> None:
    with program(FAILING) as terminal:
        before = termios.tcgetattr(terminal.slave)
        terminal.read_until(b"Overview", STARTS_WITHIN)
        os.write(terminal.master, b"2")
        terminal.end(ENDS_WITHIN)
        assert terminal.process.returncode == 1
        assert b"internal error and ended, id " in terminal.output
        assert b"Traceback" not in terminal.output
        assert b"nobody shall read" not in terminal.output
        assert termios.tcgetattr(terminal.slave)[:4] == before[:4]


def test_the_console_loads_no_library_that_reads_a_device() -> None:
    code = (
        "import sys; import moducop_tui.app; "
        "print(sorted({'docker', 'pyudev', 'systemd', 'psutil', 'requests'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
