"""The kernel's messages are held back while the console is on the kernel's own terminal, and put back on any end."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from moducop_tui.terminal.link import Kind, Link
from moducop_tui.terminal.printk import kernel_messages_held, prints_on

SERIAL = Link(Kind.SERIAL, "/dev/ttymxc0", 115200)
_READ_ONLY = Path("/proc/sys/kernel/ngroups_max")
"""A number that not even root may write."""
CONSOLES = (
    "tty0                 -WU (EC  p  )    4:1\nttymxc0              -W- (E   p a)  207:16\nttyS9 -W- (  p ) 4:73\n"
)


@pytest.fixture
def level(tmp_path: Path) -> Path:
    place = tmp_path / "printk"
    place.write_text("7\t4\t1\t7\n")
    return place


@pytest.fixture
def consoles(tmp_path: Path) -> Path:
    place = tmp_path / "consoles"
    place.write_text(CONSOLES)
    return place


def first_number(level: Path) -> int:
    return int(level.read_text().split()[0])


def eventually(level: Path, number: int) -> bool:
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        if level.read_text() and first_number(level) == number:
            return True
        time.sleep(0.01)
    return False


@pytest.mark.parametrize(
    ("link", "prints"),
    [
        (SERIAL, True),
        (Link(Kind.SERIAL, "/dev/ttymxc2"), False),
        (Link(Kind.SERIAL, "/dev/ttyS9"), False),
        (Link(Kind.CONSOLE, "/dev/tty1"), True),
        (Link(Kind.LOCAL, "/dev/pts/0"), False),
        (Link(Kind.SSH, "/dev/pts/0"), False),
        (Link(Kind.UNKNOWN, None), False),
    ],
)
def test_the_kernel_prints_only_on_its_enabled_consoles(link: Link, prints: bool) -> None:
    assert prints_on(link, CONSOLES) is prints


def test_the_level_is_held_and_put_back(level: Path, consoles: Path) -> None:
    with kernel_messages_held(SERIAL, level, consoles) as held:
        assert held
        assert first_number(level) == 1
    assert first_number(level) == 7


def test_the_level_is_put_back_after_an_error(level: Path, consoles: Path) -> None:
    with pytest.raises(RuntimeError), kernel_messages_held(SERIAL, level, consoles):
        raise RuntimeError
    assert first_number(level) == 7


def test_a_level_that_somebody_else_has_chosen_meanwhile_stays(level: Path, consoles: Path) -> None:
    with kernel_messages_held(SERIAL, level, consoles):
        level.write_text("8\t4\t1\t7\n")
    assert first_number(level) == 8


def test_where_the_kernel_does_not_print_nothing_is_touched(level: Path, consoles: Path) -> None:
    with kernel_messages_held(Link(Kind.SSH, "/dev/pts/0"), level, consoles) as held:
        assert not held
        assert level.read_text() == "7\t4\t1\t7\n"


def test_a_level_that_is_already_the_least_is_left_alone(level: Path, consoles: Path) -> None:
    level.write_text("1 4 1 7\n")
    with kernel_messages_held(SERIAL, level, consoles) as held:
        assert not held
    assert level.read_text() == "1 4 1 7\n"


def test_without_the_right_to_it_nothing_is_held_and_nothing_is_raised(tmp_path: Path, consoles: Path) -> None:
    with kernel_messages_held(SERIAL, tmp_path / "missing", consoles) as held:
        assert not held
    with kernel_messages_held(SERIAL, tmp_path, tmp_path / "missing") as held:
        assert not held
    with kernel_messages_held(SERIAL, _READ_ONLY, consoles) as held:
        assert not held
    (tmp_path / "nonsense").write_text("often\n")
    with kernel_messages_held(SERIAL, tmp_path / "nonsense", consoles) as held:
        assert not held


_PROGRAM = """
import os, signal, sys, time
from pathlib import Path
from moducop_tui.terminal.link import Kind, Link
from moducop_tui.terminal.printk import kernel_messages_held
with kernel_messages_held(Link(Kind.SERIAL, "/dev/ttymxc0"), Path(sys.argv[1]), Path(sys.argv[2])):
    print("held", flush=True)
    {what}
"""


HANG_UP_ENDS = ("env", "--default-signal=HUP")
"""The tests themselves may run where hang-ups are ignored, as under nohup."""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP])
def test_the_level_is_put_back_when_the_console_is_killed(level: Path, consoles: Path, number: signal.Signals) -> None:
    program = _PROGRAM.format(what="time.sleep(60)")
    process = subprocess.Popen(
        [*HANG_UP_ENDS, sys.executable, "-c", program, str(level), str(consoles)], stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"held\n"
    assert first_number(level) == 1
    process.send_signal(number)
    assert process.stdout.read() == b""  # the guard holds no descriptor of the console
    process.wait()
    process.stdout.close()
    assert eventually(level, 7)


def test_the_guard_outlives_signals_to_its_whole_family(level: Path, consoles: Path) -> None:
    what = "os.killpg(0, signal.SIGHUP) if os.setpgid(0, 0) is None else None"
    done = subprocess.run(
        [*HANG_UP_ENDS, sys.executable, "-c", _PROGRAM.format(what=what), str(level), str(consoles)],
        capture_output=True,
    )
    assert done.returncode == -signal.SIGHUP
    assert eventually(level, 7)
