"""The kernel's messages are held back while consoles are on the kernel's own terminals, and put back by the last."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from moducop_tui.terminal.link import Kind, Link
from moducop_tui.terminal.printk import HeldMessages, KernelLog, hold_messages, prints_on, put_back_forgotten

SERIAL = Link(Kind.SERIAL, "/dev/ttymxc0", 115200)
SCREEN = Link(Kind.CONSOLE, "/dev/tty1")
_READ_ONLY = Path("/proc/sys/kernel/ngroups_max")
"""A number that not even root may write."""
CONSOLES = (
    "tty0                 -WU (EC  p  )    4:1\nttymxc0              -W- (E   p a)  207:16\nttyS9 -W- (  p ) 4:73\n"
)


@pytest.fixture
def log(tmp_path: Path) -> KernelLog:
    made = KernelLog(tmp_path / "printk", tmp_path / "consoles", tmp_path / "run" / "kernel-log-level")
    made.level.write_text("7\t4\t1\t7\n")
    made.consoles.write_text(CONSOLES)
    return made


def level(log: KernelLog) -> int:
    return int(log.level.read_text().split()[0])


def hold(log: KernelLog, link: Link = SERIAL) -> HeldMessages:
    held = hold_messages(link, log)
    assert held is not None
    assert level(log) == 1
    return held


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


def test_the_level_is_held_and_put_back(log: KernelLog) -> None:
    hold(log).release()
    assert level(log) == 7


def test_of_two_consoles_the_last_one_puts_it_back(log: KernelLog) -> None:
    first, second = hold(log, SERIAL), hold(log, SCREEN)
    first.release()
    assert level(log) == 1
    second.release()
    assert level(log) == 7


def test_a_level_that_somebody_else_has_chosen_meanwhile_stays(log: KernelLog) -> None:
    held = hold(log)
    log.level.write_text("8\t4\t1\t7\n")
    held.release()
    assert level(log) == 8


def test_the_next_console_holds_what_somebody_has_raised_and_that_is_what_comes_back(log: KernelLog) -> None:
    first = hold(log)
    log.level.write_text("8\t4\t1\t7\n")
    second = hold(log)
    first.release()
    assert level(log) == 1
    second.release()
    assert level(log) == 8


def test_where_the_kernel_does_not_print_nothing_is_touched(log: KernelLog) -> None:
    assert hold_messages(Link(Kind.SSH, "/dev/pts/0"), log) is None
    assert log.level.read_text() == "7\t4\t1\t7\n"
    assert not log.holders.exists()


def test_a_level_that_is_already_the_least_is_left_alone(log: KernelLog) -> None:
    log.level.write_text("1 4 1 7\n")
    assert hold_messages(SERIAL, log) is None
    assert log.level.read_text() == "1 4 1 7\n"


def test_without_the_right_to_it_nothing_is_held_and_nothing_is_raised(log: KernelLog, tmp_path: Path) -> None:
    missing = tmp_path / "missing"
    assert hold_messages(SERIAL, KernelLog(missing, log.consoles, log.holders)) is None
    assert hold_messages(SERIAL, KernelLog(log.level, missing, log.holders)) is None
    assert hold_messages(SERIAL, KernelLog(log.level, log.consoles, missing / "no" / "place")) is None
    assert hold_messages(SERIAL, KernelLog(_READ_ONLY, log.consoles, log.holders)) is None
    nonsense = tmp_path / "nonsense"
    nonsense.write_text("often\n")
    assert hold_messages(SERIAL, KernelLog(nonsense, log.consoles, log.holders)) is None
    assert level(log) == 7
    assert not put_back_forgotten(KernelLog(missing, log.consoles, missing))


_HOLDER = """
import sys, time
from pathlib import Path
from moducop_tui.terminal.link import Kind, Link
from moducop_tui.terminal.printk import KernelLog, hold_messages
held = hold_messages(Link(Kind.SERIAL, "/dev/ttymxc0"), KernelLog(*map(Path, sys.argv[1:])))
print("held" if held else "not", flush=True)
time.sleep(60)
"""


def killed_while_holding(log: KernelLog) -> None:
    """A console that dies with everything that is its."""
    words = [sys.executable, "-c", _HOLDER, str(log.level), str(log.consoles), str(log.holders)]
    with subprocess.Popen(words, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        process.send_signal(signal.SIGKILL)
    assert level(log) == 1


def test_what_a_killed_console_has_left_behind_the_next_one_puts_back(log: KernelLog) -> None:
    killed_while_holding(log)
    assert put_back_forgotten(log)
    assert level(log) == 7
    assert not put_back_forgotten(log)


def test_the_next_console_on_the_kernel_s_terminal_takes_it_over_and_puts_it_back_when_it_leaves(
    log: KernelLog,
) -> None:
    killed_while_holding(log)
    hold(log).release()
    assert level(log) == 7


def test_a_killed_console_no_longer_counts(log: KernelLog) -> None:
    held = hold(log)
    killed_while_holding(log)
    assert not put_back_forgotten(log), "one still runs"
    assert level(log) == 1
    held.release()
    assert level(log) == 7


def test_a_console_that_stands_still_in_its_turn_holds_up_none(log: KernelLog) -> None:
    held = hold(log)
    program = "import fcntl, sys, time; f = open(sys.argv[1], 'r+'); fcntl.lockf(f, fcntl.LOCK_EX); print(flush=True); "
    words = [sys.executable, "-c", program + "time.sleep(60)", str(log.holders)]
    with subprocess.Popen(words, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        held.release()
        process.kill()
    assert level(log) == 7


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(["come", "leave", "die", "look"]), st.integers(0, 3)), max_size=20))
def test_whoever_comes_leaves_or_dies_in_whatever_order_the_level_is_back_at_the_end(
    log: KernelLog, steps: list[tuple[str, int]]
) -> None:
    running: list[HeldMessages] = []
    for what, number in steps:
        if what == "come":
            running.append(hold(log))
        elif what == "look":
            put_back_forgotten(log)
        elif running:
            one = running.pop(number % len(running))
            if what == "leave":
                one.release()
            else:
                os.close(one.lock)  # all that the kernel does for the dead
        assert level(log) == 1 or not running
    for one in running:
        one.release()
    put_back_forgotten(log)
    assert level(log) == 7
