"""In view mode nothing is written: every key of every screen and every command, on real files, watched from inside.

Python itself tells what the console opens for writing, makes, moves and deletes, and which programs it starts (audit
events). The disk is compared too: what boots, what could be booted, and all that lasts on /data.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING, Final

import pytest

from moducop_tui.keymap import SCREENS, Place, make_keymap

from .desk import Desk
from .lab import Lab
from .lab_artifacts import Shelf
from .partitions import PARTITIONS
from .technician import Technician

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .lab_stock import Stock

DEEDS: Final = "/run/deeds"
LISTENED: Final = """
import os, runpy, sys
deeds = os.open("/run/deeds", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
CHANGES = {"os." + name for name in (
    "chflags chmod chown exec link mkdir mkfifo mknod posix_spawn putenv_ remove removexattr rename rmdir setxattr "
    "spawn symlink system truncate utime").split()}
def heard(event, given):
    if event == "open" and isinstance(given[2], int) and given[2] & WRITING:
        told = f"writes {given[0]}"
    elif event in CHANGES:
        told = f"{event} {given[0]!r}"
    elif event in ("subprocess.Popen", "os.posix_spawn", "os.exec", "os.system"):
        told = "runs " + " ".join(str(word) for word in given[1])
    else:
        return
    os.write(deeds, told.replace("\\n", " ").encode() + b"\\n")
sys.addaudithook(heard)
if len(sys.argv) > 1:
    from moducop_tui.__main__ import main
    for words in sys.argv[1:]:
        os.write(deeds, f"-- {main(words.split())} {words}\\n".encode())
else:
    runpy.run_module("moducop_tui", run_name="__main__", alter_sys=True)
"""
ENVIRONMENT: Final = {"PYTHONPATH": "/opt/moducop_tui/source:/opt/moducop_tui/site", "PYTHONDONTWRITEBYTECODE": "1"}

READING: Final = re.compile(
    r"fw_printenv\b|systemctl (?:show|is-|list-)|(?:/usr/bin/)?mender(?:-update)? --version|"
    r"\S*/v3/app SupportsRollback|e2fsck -f -n|docker(?:-compose)? (?:compose )?version|journalctl\b|"
    r"openssl (?:dgst|pkey)"
)
"""Programs that only look."""
OWN: Final = re.compile(r"writes (?:/dev/(?:tty|pts/|null|ptmx)|/proc/self/|\d+$|/run/moducop_tui/kernel-log-level$)")
"""Its terminal, pipes, and the kernel's messages that another console has held back and not given back."""
_LEADING: Final = ("ask_", "choose_", "find", "go_to", "open_", "toggle_")
"""Actions of keys that open a list, a plan, a box or a prompt."""
OPENERS: Final = (
    (("2", "s"), "boot A"), (("2", "c"), "commit B"), (("m", "enter"), "commit B"), (("v", "r"), "roll back to A"),
)  # fmt: skip
"""Ways to a plan, and what it asks for on the trial of B."""
SEE, LEAVE, BREATHE = "see", "leave", "breathe"
"""No keys: wait for the plan; out of what is open; do nothing for a moment."""
_BREATH_S: Final = 0.7
"""An Enter that comes sooner after what was typed counts as noise on the line."""
_ALONE_S: Final = 0.12
"""A key that comes sooner after Escape makes another one of the two."""

COMMANDS: Final = (
    "install /uboot/next.mender", "resume", "commit", "rollback", "keep", "repair", "repair nginx-demo", "switch A",
    "switch B", "confirm", "disarm", "restart container web", "restart app web", "stop app web", "start app web",
    "previous web", "reboot", "poweroff",
)  # fmt: skip
LOOKING: Final = ("status", "status --json", "check", "logs -n 5", "history", "history --json", "check-config", "keys")
SAID: Final = "--yes --reason because --override unfinished --override damaged --override unrecorded --detach"


@pytest.fixture(params=["idle", "on trial"])
def lab(request: pytest.FixtureRequest, stock: Stock) -> Iterator[Lab]:
    """A device on which most actions mean something in one of two states."""
    Shelf(stock).get("next.mender")
    with Lab(stock, "5.1") as device:
        if request.param == "on trial":
            device.sh("mender-update install /uboot/next.mender").check()
            device.reboot()
        Technician(device).status()  # the client itself writes when it is asked for the first time (facts 1.5)
        yield device


def lasting(lab: Lab) -> tuple[object, ...]:
    """All that outlives a reboot: the environment's copies, both slots, boot partition, and the files of /data."""
    lab.sh("sync").check()
    with lab.disk.device.open("rb") as disk:
        front = disk.read(PARTITIONS[0].start)
    slots = [lab.slot_content(number, PARTITIONS[number - 1].size) for number in (1, 2, 3)]
    files = lab.sh("cd /data && find . -type f -exec sha256sum {} + | sort && find . | sort").check().stdout
    return front, *slots, files


def deeds(lab: Lab) -> list[str]:
    """What was done beyond looking."""
    told = lab.sh(f"cat {DEEDS}; rm {DEEDS}").check().stdout.splitlines()
    return [one for one in told if not (OWN.match(one) or READING.match(one.removeprefix("runs ")))]


def test_no_command_of_a_read_only_console_writes(lab: Lab) -> None:
    before = lasting(lab)
    words = [f"--read-only {command} {SAID}" for command in COMMANDS]
    words += [*COMMANDS, *LOOKING]  # without a word of confirmation
    lab.run(["python3", "-c", LISTENED, *words], env=ENVIRONMENT, timeout=180).check()
    told = deeds(lab)
    ended = [one.split(maxsplit=2) for one in told if one.startswith("-- ")]
    assert len(ended) == len(words)
    assert {code for _, code, said in ended if SAID in said or said in COMMANDS} == {"3"}
    assert sorted({one for one in told if not one.startswith("-- ")}) == []
    assert lasting(lab) == before


def keys() -> Iterable[tuple[str, ...]]:
    """Every key of every screen, Enter behind what opens; then every key of plans, and all that they could ask for."""
    table = make_keymap()
    ways = {binding.action: binding.keys[0] for place in SCREENS for binding in table.of(place)}
    for place in sorted(SCREENS):
        way = ways[_way_to(place)]
        for binding in table.of(place):
            opened: tuple[str, ...] = (LEAVE,) if binding.action.startswith(_LEADING) else ()
            if opened and (place is Place.OVERVIEW or binding.places != SCREENS):
                opened = ("enter", LEAVE, LEAVE)
            if binding.action != "quit":
                yield from ((way, key, *opened) for key in binding.keys)
    plan = [key for binding in table.of(Place.PLAN) for key in binding.keys if binding.action != "leave"]
    for opener, answer in OPENERS:
        yield (*opener, SEE, *plan, LEAVE, LEAVE)
        yield (*opener, SEE, BREATHE, *answer, BREATHE, "enter", BREATHE, "enter", BREATHE, LEAVE, LEAVE)


def press(console: Desk, key: str) -> None:
    """Press one, at a person's pace where that matters."""
    if key == SEE:
        with suppress(AssertionError):  # where no plan comes, there is nothing to be confirmed either
            console.wait_for(re.compile(r"View mode|can't be run|Type  .+ and Enter|Enter runs it"), 3)
    elif key == BREATHE:
        console.settle(_BREATH_S, timeout=_BREATH_S)
    elif key == LEAVE:
        console.press("escape")
        console.settle(_ALONE_S, timeout=_ALONE_S)
    else:
        console.press("space" if key == " " else key)


def _way_to(place: Place) -> str:
    ways = {Place.WORK: "show_work", Place.UPDATE: "show_update"}
    return ways.get(place, f"show_{place.value.lower()}")


@pytest.mark.parametrize("lab", ["on trial"], indirect=True)
def test_no_key_of_a_console_in_view_mode_writes(lab: Lab) -> None:
    before = lasting(lab)
    console = Desk(["python3", "-c", LISTENED], within=lab, env=ENVIRONMENT)
    try:
        console.wait_for(re.compile(r"\[1 Over|Update: "), 30)
        for pressed in keys():
            for key in pressed:
                press(console, key)
        press(console, LEAVE)
        console.wait_for("VIEW", 15)
        console.press("q")
        assert console.wait_end(20) == 0
    finally:
        console.close()
    assert deeds(lab) == []
    assert lasting(lab) == before
