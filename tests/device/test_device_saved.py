"""On the emulated device's serial line, with keys alone: what it says is so, and what needs no start."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from tests.bench.qemu import keys
from tests.bench.qemu.stick import Stick
from tests.bench.tree import HOST_NAME, SLOT_A, SLOT_B
from tests.bench.witness import Witness

if TYPE_CHECKING:
    from pathlib import Path

    from tests.bench.qemu.device import Device


def test_a_saved_device_answers_in_seconds(ready: Device) -> None:
    began = time.monotonic()
    mark = len(ready.console.raw)
    ready.console.write("echo $((40 + 2))\r")
    ready.console.await_said("42", mark, 30)
    assert time.monotonic() - began < 20


def test_overview_on_the_serial_line_is_true(ready: Device) -> None:
    witness = Witness(ready)
    screen = keys.Keys(ready).open()
    rows = screen.split("\n")
    assert HOST_NAME in rows[0]
    assert "A booted" in rows[0]
    slots = {row[2]: row for row in rows if row[3:].lstrip().startswith("mmcblk0p")}
    assert SLOT_A.image.split("_")[-1] in slots["A"]
    assert "BOOTED, committed" in slots["A"]
    assert SLOT_B.image.split("_")[-1] in slots["B"]
    assert f"mounted {witness.root_device()}" in screen
    assert f"mender_boot_part={witness.environment('mender_boot_part')['mender_boot_part']}" in screen
    for app in {container.project for container in witness.containers().values()}:
        assert app is not None
        assert app in screen
    assert "mmcblk0p4" in screen


def test_a_stick_is_seen_when_it_is_plugged_in_and_gone_when_it_is_pulled(ready: Device, tmp_path: Path) -> None:
    note = tmp_path / "note.txt"
    note.write_text("nothing to install\n")
    technician = keys.Keys(ready)
    technician.open()
    technician.press("6")
    ready.console.wait_for("[6 System", 60)
    with Stick(ready, [note], label="TRAIN42"):
        ready.console.wait_for("TRAIN42", 90)
        assert "vfat" in ready.run(["lsblk", "-no", "FSTYPE", "/dev/sda1"]).out
    ready.console.wait_gone("TRAIN42", 60)
    assert ready.sh("[ -e /dev/sda ]").rc


def test_a_container_is_restarted_with_keys(ready: Device) -> None:
    witness = Witness(ready)
    name = "gpx-logger-logger-1"
    before = ready.run(["docker", "inspect", "-f", "{{.State.StartedAt}}", name]).check().out
    technician = keys.Keys(ready)
    technician.open()
    technician.overview()
    technician.unlock()
    technician.choose("Restart")
    technician.run_plan()
    ready.wait_until(f"[ \"$(docker inspect -f '{{{{.State.StartedAt}}}}' {name})\" != '{before}' ]", 120)
    assert witness.containers()[name].status == "running"
