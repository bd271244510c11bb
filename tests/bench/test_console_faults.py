"""Bad days while one console runs: none stops it, none reaches the terminal raw, and it recovers by itself.

The wall clock of the bench is the host's and can't be set, so a clock that jumps is brought about by what it leaves
behind: a journal whose entries stand a year apart. How the console behaves whose own clock jumps while it runs is
held by tests/screens/test_clock_jump.py, with a clock of its own.
"""

from __future__ import annotations

import json
import re
import time
from typing import TYPE_CHECKING, Final

import pytest

from . import faults, journals
from .conftest import require_bench
from .desk import SEEN, Desk, foreign_bytes, has_read, open_console, show, turn, whole_page
from .machine import Machine
from .witness import Witness

if TYPE_CHECKING:
    from collections.abc import Iterator


HANGS_SEEN: Final = 15.0
"""Seconds until an engine that hangs is said to hang: its time limit, and the bench's own load."""
ENVIRONMENT_SEEN: Final = 10.0
"""Seconds until a change of the boot environment is seen: nobody rings for it, it is looked at every five."""


@pytest.fixture(scope="module")
def ward() -> Iterator[Machine]:
    """A machine for what breaks it."""
    require_bench()
    with Machine() as booted:
        yield booted


@pytest.fixture(scope="module")
def patient(ward: Machine) -> Iterator[Desk]:
    """The one console that lives through all of this."""
    ward.wait_until("test $(docker inspect -f '{{.State.Health.Status}}' nginx-demo-web-1) = healthy")
    with open_console(ward) as console:
        born = started(ward)
        yield console
        assert started(ward) == born, "the console was started again"


@pytest.fixture
def console(ward: Machine, patient: Desk) -> Iterator[Desk]:
    """That console on Overview; afterwards it is well again, and nothing foreign was sent to the terminal."""
    show(patient, "Overview")
    patient.wait_for(is_well)
    patient.raw.clear()
    yield patient
    assert not foreign_bytes(bytes(patient.raw))
    show(patient, "Overview")
    patient.wait_for(is_well)


def is_well(text: str) -> bool:
    """Whether nothing is wrong but the clock, which has no time server here, and every panel is fresh."""
    foot = text.split("\n")[-2]
    return has_read(text) and foot.startswith("! clock not synchronised ") and " old --" not in text


def started(machine: Machine) -> str:
    """Process number and start of the console that runs in a machine."""
    return machine.sh("pgrep -f '^python3 -m moducop_tui$' | xargs ps -o pid=,lstart= -p").check().out


def lives(console: Desk, machine: Machine) -> None:
    """The other panels go on: an error written now is seen."""
    word = f"still alive at {time.monotonic_ns()}"
    machine.run(["logger", "-p", "user.err", "-t", "bench", word]).check()
    console.wait_for(word, timeout=SEEN)


def test_docker_stops_and_starts_again(console: Desk, ward: Machine) -> None:
    with faults.docker_stopped(ward):
        console.wait_for("engine not answering", timeout=HANGS_SEEN)
        console.wait_for(re.compile(r"^~ Docker is stopped", re.MULTILINE))
        lives(console, ward)
        show(console, "Apps")
        console.wait_for("Docker is stopped")
        show(console, "Overview")
    console.wait_for("3 of 3 containers up", timeout=35)
    assert len(Witness(ward).containers()) == 3


def test_docker_hangs_and_goes_on(console: Desk, ward: Machine) -> None:
    with faults.docker_hanging(ward):
        screen = console.picture("~", timeout=HANGS_SEEN)
        apps = screen.split("--Apps")[1].split("--Warnings")[0]
        assert re.search(r"~ \d+ s old --$", apps.split("\n")[0])
        assert re.search(r"^~ .*(answer|timed out)", apps, re.MULTILINE)
        assert "nginx-demo" in apps  # as last seen
        lives(console, ward)
        for name in ("Slots", "Storage", "Logs", "System", "Apps"):
            show(console, name)
        show(console, "Overview")
    console.wait_gone(" old --", timeout=35)


def test_journald_starts_again_and_its_files_are_vacuumed(console: Desk, ward: Machine) -> None:
    show(console, "Logs")
    console.wait_for("served")
    for number, harm in enumerate(
        (
            "systemctl restart systemd-journald",
            "journalctl --rotate",
            "journalctl --rotate --vacuum-time=1us",
            "rm -f /run/log/journal/*/*@*.journal; systemctl kill --signal=KILL systemd-journald",
        )
    ):
        ward.sh(harm).check()
        word = f"after harm {number} at {time.monotonic_ns()}"
        ward.wait_until(f"logger -p user.err -t bench '{word}' && journalctl -q -t bench --grep '{word}'")
        console.wait_for(word, timeout=SEEN + 2)
        assert "live" in console.row(1)
    show(console, "Overview")
    console.wait_for(word, timeout=SEEN + 2)
    lives(console, ward)


def test_data_is_full(console: Desk, ward: Machine) -> None:
    with faults.filled(ward, "/data"):
        screen = console.picture(re.compile(r"^x /data +\[#+\] +100 %", re.MULTILINE), timeout=ENVIRONMENT_SEEN)
        assert screen.split("\n")[-2].startswith("x /data")
        lives(console, ward)
        show(console, "Storage")
        console.wait_for(re.compile(r"^x /data .* 100 %", re.MULTILINE))
        with open_console(ward, argv=("env", "TERM=vt220", "moducop-tui")) as second:  # and it starts, too
            second.wait_for(re.compile(r"^x /data ", re.MULTILINE))
        show(console, "Overview")
    console.wait_for(is_well, timeout=ENVIRONMENT_SEEN)


def test_the_boot_environment_can_not_be_found(console: Desk, ward: Machine) -> None:
    config = ward.read_text("/data/u-boot/fw_env.config")
    faults.remove_environment_config(ward)
    try:
        screen = console.picture("x boot environment unreadable", timeout=ENVIRONMENT_SEEN)
        assert "boot environment: no configuration" in screen
        assert "BOOTED, next boot unknown" in screen
        show(console, "Slots")
        assert "fw_env.config" in "\n".join(whole_page(console))
        show(console, "Overview")
    finally:
        ward.write("/data/u-boot/fw_env.config", config)
    console.wait_for("BOOTED, committed", timeout=ENVIRONMENT_SEEN)


def test_one_copy_of_the_boot_environment_is_damaged_and_then_both(console: Desk, ward: Machine) -> None:
    faults.corrupt_environment(ward, [0])
    try:
        screen = console.picture("! environment copy damaged", timeout=ENVIRONMENT_SEEN)
        assert "BOOTED, committed" in screen
        show(console, "Slots")
        copies = [row for row in whole_page(console) if "copy at 0x" in row]
        assert ["checksum BAD" in row for row in copies] == [True, False]
        show(console, "Overview")
        faults.corrupt_environment(ward, [1])
        screen = console.picture("x boot environment unreadable", timeout=ENVIRONMENT_SEEN)
        assert "BOOTED, next boot unknown" in screen
        assert "mender_boot_part=" not in screen
        faults.corrupt_environment(ward, [1])
    finally:
        faults.corrupt_environment(ward, [0])  # flips the bits back
    console.wait_for("BOOTED, committed", timeout=ENVIRONMENT_SEEN)


def test_a_container_restarts_in_a_loop(console: Desk, ward: Machine) -> None:
    with faults.crash_loop(ward) as crasher:
        console.wait_for(re.compile(rf"^x {crasher} ", re.MULTILINE))
        assert console.wait_for("x 1 app fails")
        # Never taken for well between two of its ends.
        end = time.monotonic() + 3
        while time.monotonic() < end:
            apps = console.settle(0.1).split("--Apps")[1].split("--Warnings")[0]
            assert re.search(rf"^[x!] {crasher} ", apps, re.MULTILINE), apps
        console.wait_for(re.compile(rf"E {crasher} +cannot open /dev/ttyS101: no such device +x\d+"))
        show(console, "Apps")
        console.write(f"/{crasher}")
        console.press("enter")
        console.wait_for(f"|{crasher}")
        console.wait_for(re.compile(r"\| +restarts +\d+, policy always"))
        console.wait_for(re.compile(r"\|\d\d:\d\d:\d\d E cannot open /dev/ttyS101: no such"))
        show(console, "Overview")
    console.wait_for("2 apps well, 3 of 3 containers up")


def visit_apps(console: Desk) -> None:
    """The hostile container as Apps shows it: in the list, with its facts, its log, and all its facts."""
    show(console, "Apps")
    console.write("/hostile")
    console.press("enter")
    console.wait_for(re.compile(r"^>.*<U\+202E>", re.MULTILINE))
    console.wait_for("x: request")
    console.press("d")
    console.wait_for("health check")
    console.press("d")


def visit_log(console: Desk) -> None:
    """Its log, cut and wrapped, found in, one entry open; and the lists in which it can be chosen."""
    console.press("enter")
    console.wait_for(re.compile(r"Log of hostile-n+\.\. - all levels - this boot"))
    console.write("/markup")
    console.press("enter")
    text = console.picture(re.compile(r"^>.*\[bold red\]markup\[/\] \[@click=app.quit\]x", re.MULTILINE))
    visible = ("cleared", "reset", "C1 control", r"invalid \xff\xfe\xc3( utf-8", "<U+202E>cod.exe", "xxxxxxxx")
    assert [words for words in visible if words not in text] == []
    console.press("w")
    console.wait_for("xxxx...\n")  # 10,000 characters are cut to what a person reads
    console.press("enter")
    console.wait_for("s after boot")
    console.press("enter")
    console.wait_gone("s after boot")
    for key, title, typed, end in (("g", "Go to", "hostile", "ctrl+c"), ("s", "Log source", "all", "enter")):
        console.press(key)
        console.write(typed)
        console.wait_for(title)
        console.press(end)
        console.wait_gone(title)
    console.press("w", "escape")
    console.wait_gone('find "markup"')


def test_nothing_of_a_hostile_container_reaches_the_terminal(console: Desk, ward: Machine) -> None:
    with faults.hostile_container(ward) as name:
        told = json.loads(ward.run(["docker", "inspect", name]).check().stdout)[0]["Config"]["Labels"]
        assert "\x1b[2J" in told["com.docker.compose.project"]
        console.wait_for("evil")
        visit_apps(console)
        visit_log(console)
        for screen in ("Slots", "Storage", "System", "Overview"):
            show(console, screen)
    console.wait_for("2 apps well, 3 of 3 containers up")
    sent = bytes(console.raw)
    for line in faults.HOSTILE_LINES:
        assert line not in sent or (line.isascii() and line.decode().isprintable())
    for label in faults.HOSTILE_LABELS.values():
        assert label.encode() not in sent
    for raw in (b"\x1b]", b"\x07", b"\x1b[2J", b"\x1bc", b"\x1b[31;5m", b"\xc2\x9b", b"\xff", b"\xe2\x80\xae", b"\x7f"):
        assert raw not in sent, raw
    assert b"x" * 200 not in sent
    assert b"and\x08back" not in sent
    assert b"\x0e shift" not in sent


def test_a_clock_that_jumps_by_a_year_leaves_the_journal_in_its_order(console: Desk, ward: Machine) -> None:
    year = 365 * 86400 * journals.SECOND
    boot, now = Witness(ward).boot_id(), time.time_ns() // 1000
    up = int(float(ward.read_text("/proc/uptime").split()[0]) * journals.SECOND)
    fields = {"SYSLOG_IDENTIFIER": "clock", "PRIORITY": "2"}
    jumps = (0, year, year, 0, -year, -year, 0)
    made = journals.add_to_machine(
        ward,
        [
            journals.Entry(f"clock {number} of 7", now + jump, up + number, boot, fields)
            for number, jump in enumerate(jumps, 1)
        ],
    )
    try:
        show(console, "Logs")
        for level in ("info and worse", "notice and worse", "warnings and errors", "errors only"):
            console.press("l")
            console.wait_for(level)
        screen = console.picture("clock 7 of 7")
        assert re.findall(r"clock (\d) of 7", screen) == [str(number) for number in range(1, 8)]
        lives(console, ward)
        console.press("l")
        console.wait_for("all levels")
        show(console, "Overview")
        lives(console, ward)
    finally:
        ward.run(["rm", made]).check()


def test_a_flood_leaves_the_console_at_hand(console: Desk, ward: Machine) -> None:
    show(console, "Logs")
    with faults.flood(ward):
        console.wait_for("of water over the dam")
        for name in ("Overview", "Slots", "Apps", "Logs", "System", "Logs"):
            before = time.monotonic()
            show(console, name)
            assert time.monotonic() - before < SEEN
        turn(console, "f", lambda text: "PAUSED" in text)
        turn(console, "f", lambda text: "PAUSED" in text)
    show(console, "Overview")
    lives(console, ward)
