"""A console that is killed leaves the terminal and the kernel's level as it found them, and no process behind."""

from __future__ import annotations

import os
import pty
import signal
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from moducop_tui.terminal.care import in_care
from moducop_tui.terminal.link import Kind, Link
from moducop_tui.terminal.printk import KernelLog
from moducop_tui.terminal.profile import Abilities
from tests.patience import PATIENCE
from tests.unit.terminal.far_end import FarEnd

SERIAL = Link(Kind.SERIAL, "/dev/ttymxc0")
_CONSOLE = (sys.executable, "-m", "moducop_tui", "--config=/dev/null", "--demo", "--baud=115200")


@pytest.fixture
def log(tmp_path: Path) -> KernelLog:
    made = KernelLog(tmp_path / "printk", tmp_path / "consoles", tmp_path / "run" / "kernel-log-level")
    made.level.write_text("7\t4\t1\t7\n")
    made.consoles.write_text("ttymxc0              -W- (E   p a)  207:16\n")
    return made


@pytest.fixture
def no_log(tmp_path: Path) -> KernelLog:
    return KernelLog(tmp_path / "none", tmp_path / "none", tmp_path / "none")


def started(log: KernelLog, name: str = "vt220") -> FarEnd:
    here = (sys.executable, "-m", "tests.unit.terminal.cared_for")
    far = FarEnd(name, str(log.level), str(log.consoles), str(log.holders), program=here)
    far.screen.set_mode(25, private=True)
    far.wait_for("drawn")
    return far


def level(log: KernelLog) -> int:
    return int((log.level.read_text() or "-1").split()[0])


def cursor_is_hidden(far: FarEnd) -> bool:
    return far.screen.cursor.hidden


def caretakers(of: int) -> list[int]:
    """The processes that a console has started to take care."""
    children = Path(f"/proc/{of}/task/{of}/children").read_text().split()
    return [int(one) for one in children if Path(f"/proc/{one}/comm").read_text() == "moducop-care\n"]


def caretaker(of: int) -> int:
    """Its caretaker, once that is awake."""
    deadline = time.monotonic() + PATIENCE
    while not caretakers(of):
        assert time.monotonic() < deadline, "no caretaker"
        time.sleep(0.01)
    return caretakers(of)[0]


def wait_gone(process: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while Path(f"/proc/{process}/stat").exists() and ") Z" not in Path(f"/proc/{process}/stat").read_text():
        assert time.monotonic() < deadline, "the caretaker stays"
        time.sleep(0.01)


def killed(far: FarEnd) -> None:
    """The console killed, its caretaker done."""
    care = caretaker(far.process.pid)
    far.process.kill()
    far.process.wait()
    wait_gone(care)
    far.read(0.1)


@pytest.mark.parametrize("name", ["vt220", "xterm"])
def test_after_sigkill_the_terminal_and_the_kernel_s_level_are_as_they_were_found(log: KernelLog, name: str) -> None:
    with started(log, name) as far:
        assert not far.is_restored()
        assert cursor_is_hidden(far)
        assert level(log) == 1
        killed(far)
        assert far.is_restored()
        assert not cursor_is_hidden(far)
        assert far.screen.margins is None
        assert (b"\x1b[?1049l" in far.sent) is (name == "xterm")
        assert level(log) == 7


def test_who_leaves_in_order_needs_no_caretaker_and_keeps_none(log: KernelLog) -> None:
    with started(log) as far:
        care = caretaker(far.process.pid)
        far.press("q")
        assert far.wait_end() == 0
        assert not Path(f"/proc/{care}").exists()
        assert far.is_restored()
        assert far.sent.endswith(b"\x1b[?25h")
        assert level(log) == 7


def test_who_has_taken_the_terminal_meanwhile_keeps_its_settings(log: KernelLog) -> None:
    with started(log) as far:
        far.press("a")
        far.wait_for("by another")
        others = termios.tcgetattr(far.slave)
        killed(far)
        assert termios.tcgetattr(far.slave) == others
        assert not cursor_is_hidden(far), "the cursor is the console's own doing all the same"
        assert level(log) == 7


def test_a_line_that_takes_nothing_keeps_no_caretaker(log: KernelLog) -> None:
    with started(log) as far:
        care = caretaker(far.process.pid)
        termios.tcflow(far.slave, termios.TCOOFF)
        far.process.kill()
        far.process.wait()
        wait_gone(care)
        assert far.is_restored()
        assert level(log) == 7


def test_a_line_that_has_hung_up_keeps_no_caretaker_either(log: KernelLog) -> None:
    with started(log) as far:
        care = caretaker(far.process.pid)
        far.hang_up()
        far.process.kill()
        far.process.wait()
        wait_gone(care)
        assert level(log) == 7


def test_signals_to_the_whole_family_do_not_reach_the_caretaker(log: KernelLog) -> None:
    with started(log) as far:
        care = caretaker(far.process.pid)
        for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM, signal.SIGQUIT):
            os.kill(care, number)
        time.sleep(0.05)
        assert caretakers(far.process.pid) == [care]
        killed(far)
        assert far.is_restored()
        assert level(log) == 7


def test_when_even_the_caretaker_is_killed_the_next_console_puts_the_level_back(log: KernelLog) -> None:
    with started(log) as far:
        os.kill(caretaker(far.process.pid), signal.SIGKILL)
        far.process.kill()
        far.process.wait()
    assert level(log) == 1
    with started(log) as far:
        assert level(log) == 1
        far.press("q")
        far.wait_end()
    assert level(log) == 7


def test_of_two_killed_consoles_the_second_puts_the_level_back(log: KernelLog) -> None:
    with started(log) as first, started(log) as second:
        killed(first)
        assert level(log) == 1
        killed(second)
        assert level(log) == 7


def test_the_caretaker_costs_little(log: KernelLog) -> None:
    with started(log) as far:
        sizes = Path(f"/proc/{caretaker(far.process.pid)}/smaps_rollup").read_text()
        private = next(int(line.split()[1]) for line in sizes.splitlines() if line.startswith("Private_Dirty"))
        assert private < 4096, f"{private} KiB of its own"


@pytest.fixture
def line() -> Iterator[int]:
    master, slave = pty.openpty()
    yield slave
    os.close(master)
    os.close(slave)


@pytest.mark.parametrize(
    ("link", "watched"),
    [
        (SERIAL, True),
        (Link(Kind.GADGET, "/dev/ttyGS0"), True),
        (Link(Kind.CONSOLE, "/dev/tty1"), True),
        (Link(Kind.SSH, "/dev/pts/0"), False),
        (Link(Kind.LOCAL, "/dev/pts/0"), False),
    ],
)
def test_only_where_the_next_one_would_find_the_terminal_so_does_a_caretaker_wait(
    link: Link, watched: bool, line: int, no_log: KernelLog
) -> None:
    before = set(Path("/proc/self/fd").iterdir())
    with in_care(line, link, Abilities(), no_log):
        children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()
        assert bool(children) is watched
    assert len(set(Path("/proc/self/fd").iterdir())) == len(before)


def test_without_an_interpreter_or_a_terminal_the_console_runs_without_care(
    line: int, no_log: KernelLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    with in_care(9999, SERIAL, Abilities(), no_log):
        pass
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with in_care(line, SERIAL, Abilities(), no_log):
        pass


@pytest.mark.parametrize("term", ["vt220", "xterm"])
def test_the_console_itself_is_in_care(term: str) -> None:
    with FarEnd("--size=80x24", program=("env", f"TERM={term}", *_CONSOLE)) as far:
        far.wait_for("1 Overview")
        killed(far)
        assert far.is_restored()
        assert not cursor_is_hidden(far)
        assert far.sent.endswith(b"\x1b[?1049l") is (term == "xterm")
