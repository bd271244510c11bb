"""The console as a guest of the terminal: any size it works at, every way out of it, and nothing left behind."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import pytest

from tests.patience import PATIENCE

from .desk import SCREENS, Desk, foreign_bytes, open_console, show
from .tree import HOST_NAME

if TYPE_CHECKING:
    from .machine import Machine
    from .witness import Witness

PROGRAM: Final = "python3 -m moducop_tui"
STARTED: Final = f"pgrep -f '^{PROGRAM}' >/dev/null"
GONE: Final = f"! {STARTED}"


def has_size(screen: str, columns: int, rows: int) -> bool:
    """Whether Overview fills the terminal: headline first, key bar last, rules from edge to edge."""
    lines = screen.split("\n")
    rules = [line for line in lines if line.startswith("--")]
    return (
        lines[0].startswith(HOST_NAME)
        and "[1 Over" in lines[-1]
        and len(lines) == rows
        and max(map(len, rules), default=0) == columns
    )


def is_given_back(console: Desk) -> bool:
    """Whether the cursor is shown again, and a terminal with a second screen shows its first."""
    on, off = (console.raw.rfind(code) for code in (b"\x1b[?25h", b"\x1b[?25l"))
    second, first = (console.raw.rfind(code) for code in (b"\x1b[?1049h", b"\x1b[?1049l"))
    return on > off and first >= second


@pytest.mark.parametrize(("columns", "rows"), [(60, 20), (200, 60)])
def test_every_screen_works_at_other_sizes(machine: Machine, witness: Witness, columns: int, rows: int) -> None:
    expected = {
        "Overview": ["BOOTED, committed", "not in use", "/data", "/var/lib", "nginx-demo", "web", "logger"],
        "Slots": ["Verdict", "mount table", "mender_boot_part=2", witness.image_name()[:36]],
        "Storage": ["/data", "/var/volatile", "/data/overlay-etc/upper"],
        "Apps": ["nginx-demo", "gpx-logger", "restarts", "request"],
        "Logs": ["Log of all", "served", "live"],
        "System": [witness.boot_id(), "memory", "10.0.4.17"],
    }
    with open_console(machine, columns=columns, rows=rows) as console:
        for screen, words in expected.items():
            show(console, screen)
            text = console.picture(lambda text, words=words: all(word in text for word in words))  # type: ignore[misc]
            lines = text.split("\n")
            assert len(lines) == rows
            assert max(map(len, lines)) <= columns
            assert re.search(rf"\[{SCREENS[screen]} [A-Z]\w+\]", lines[-1])


def test_a_wide_terminal_gets_more_columns_and_not_just_more_air(machine: Machine, witness: Witness) -> None:
    with open_console(machine, columns=200, rows=60) as console:
        screen = console.text()
        for container in witness.containers().values():
            assert container.id[:8] in screen
            assert container.image in screen
        assert "10.0.4.17" in screen
        assert "192.168.25.99" in screen


def test_the_page_follows_the_size_of_its_terminal_while_it_runs(machine: Machine) -> None:
    with open_console(machine) as console:
        for columns, rows in ((120, 40), (60, 20), (200, 60), (80, 24)):
            console.resize(columns, rows)
            screen = console.picture(lambda text, size=(columns, rows): has_size(text, *size))  # type: ignore[misc]
            assert "BOOTED, committed" in screen
        console.resize(40, 10)
        screen = console.picture("This terminal has 40 columns")
        assert "leave with q" in " ".join(screen.split())
        console.resize(80, 24)
        console.wait_for(lambda text: has_size(text, 80, 24))
        show(console, "Slots")
        assert not foreign_bytes(bytes(console.raw))


@pytest.mark.parametrize("term", ["vt220", "xterm-256color"])
def test_q_leaves_the_terminal_as_it_was_found(machine: Machine, term: str) -> None:
    script = 'before=$(stty -g); moducop-tui; code=$?; [ "$(stty -g)" = "$before" ] && echo "same $code"; read -r x'
    with Desk(["sh", "-c", script], within=machine, term=term) as console:
        console.wait_for("BOOTED, committed", timeout=30)
        show(console, "Logs")
        console.press("q")
        console.wait_for("same 0")
        assert is_given_back(console)
        console.write("typed")
        console.wait_for("typed")  # the shell's terminal echoes again
        console.press("enter")
        assert console.wait_end() == 0
    machine.wait_until(GONE, timeout=PATIENCE)


@pytest.mark.parametrize(("screen", "key"), [("Overview", "q"), ("Apps", "ctrl+c"), ("System", "q")])
def test_every_screen_is_left_at_once(machine: Machine, screen: str, key: str) -> None:
    with open_console(machine) as console:
        show(console, screen)
        console.press(key)
        assert console.wait_end(timeout=PATIENCE) == 0


@pytest.mark.parametrize("screen", ["Overview", "Logs"])
def test_a_dropped_line_leaves_no_process(machine: Machine, screen: str) -> None:
    with open_console(machine) as console:
        show(console, screen)
        machine.sh(STARTED).check()
        console.hang_up()
        machine.wait_until(GONE, timeout=PATIENCE)
        machine.wait_until("! pgrep -x journalctl", timeout=PATIENCE)


@pytest.mark.parametrize(("name", "code"), [("HUP", 129), ("TERM", 143)])
def test_a_signal_ends_it_in_order(machine: Machine, name: str, code: int) -> None:
    with open_console(machine) as console:
        show(console, "Logs")
        machine.sh(f"kill -{name} $(pgrep -f '^{PROGRAM}')").check()
        assert console.wait_end(timeout=PATIENCE) == code
        assert is_given_back(console)
    machine.sh(GONE).check()
