"""The console on the emulated device's serial line: started, used, resized and left; what two terminals make of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tests.bench.desk import SCREENS, PlainScreen
from tests.bench.laptop import Laptop
from tests.bench.qemu.keys import Keys

if TYPE_CHECKING:
    from pathlib import Path

    from tests.bench.qemu.device import Device

TTY: Final = "/dev/ttyAMA0"
PATIENCE: Final = 300.0
"""Seconds for what a device does in a few: emulated, beside other work."""


def state_of_the_line(device: Device) -> dict[str, str]:
    """Its terminal settings, its size, and what the kernel prints on it, asked beside the line."""
    commands = {
        "modes": f"stty -g -F {TTY}",
        "size": f"stty size -F {TTY}",
        "printk": "cat /proc/sys/kernel/printk",
    }
    return {name: device.sh(command).check().out for name, command in commands.items()}


def compare_with_tmux(device: Device, mark: int, place: Path, columns: int, rows: int) -> None:
    """Another terminal that hears what came out of the line since ``mark`` shows what ours does."""
    heard, shown = device.console.heard_and_shown(mark)
    file = place / "heard"
    file.write_bytes(heard)
    with Laptop(["sh", "-c", f"stty raw -echo; cat {file}; exec sleep 600"], columns, rows) as laptop:
        assert _plain(laptop.settle(), columns, rows) == shown


def _plain(text: str, columns: int, rows: int) -> str:
    """A screen with lines and bars as ASCII, without blanks at the ends of rows."""
    screen = PlainScreen(columns, rows, lambda _: None)
    screen.feed(text.replace("\n", "\r\n").encode())
    return screen.text()


def at_rest(text: str) -> str:
    """A picture without what changes from one look to the next: numbers, and the beat at the end of the first row."""
    head, *rows = re.sub(r"[\d.]+", "0", text).split("\n")
    return "\n".join([head[:-1], *rows])


def test_start_use_resize_and_leave(ready: Device, tmp_path: Path) -> None:
    before = state_of_the_line(ready)
    mark = len(ready.console.raw)
    technician = Keys(ready)
    technician.open()
    during = state_of_the_line(ready)
    assert during["size"] == "24 80"
    assert during["printk"].split()[0] < before["printk"].split()[0], "the kernel's words are held while it runs"

    for name, digit in SCREENS.items():
        technician.press(digit)
        ready.console.wait_for(f"[{digit} {name[:4]}", PATIENCE)
        ready.console.settle(2.0)
        compare_with_tmux(ready, mark, tmp_path, 80, 24)

    technician.press("?")
    drawn = ready.console.settle(3.0)
    assert "--Keys on System" in drawn
    ready.console.clear()
    technician.press("ctrl+l")
    ready.console.wait_for("--Keys on System", PATIENCE)
    redrawn = ready.console.settle(3.0)
    assert at_rest(redrawn) == at_rest(drawn), "what came piece by piece is what comes whole"

    technician.press("escape", "1")
    ready.console.wait_for("[1 Over", PATIENCE)
    mark = len(ready.console.raw)
    ready.console.resize(100, 30)
    technician.press("ctrl+l")
    ready.console.wait_for(lambda text: "[1 Over" in text.split("\n")[-1] and len(text.split("\n")) == 30, PATIENCE)
    ready.console.settle(3.0)
    assert state_of_the_line(ready)["size"] == "30 100"
    compare_with_tmux(ready, mark, tmp_path, 100, 30)

    mark = len(ready.console.raw)
    technician.leave()
    assert "^[" not in ready.console.said_since(mark), "no late answer is typed into the shell"
    assert state_of_the_line(ready)["modes"] == before["modes"]
    assert state_of_the_line(ready)["printk"] == before["printk"]
    mark = len(ready.console.raw)
    ready.console.write("echo all''fine\r")
    ready.console.await_said("allfine", mark, PATIENCE)
