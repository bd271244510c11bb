"""On the emulated device's serial line, with keys alone: what it says is so, and what needs no start."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

from tests.bench import faults
from tests.bench.qemu import keys, updates
from tests.bench.qemu.stick import Stick
from tests.bench.technician import REFUSED, Technician
from tests.bench.tree import HOST_NAME, SLOT_A, SLOT_B
from tests.bench.witness import Witness

if TYPE_CHECKING:
    from pathlib import Path

    from tests.bench.qemu.device import Device


def test_a_saved_device_answers_in_seconds(ready: Device) -> None:
    began = time.monotonic()
    mark = len(ready.console.raw)
    ready.console.write("echo $((40 + 2))\r")
    ready.console.await_said("42", mark, 60)
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
    ready.console.wait_for("[6 System", 300)
    with Stick(ready, [note], label="TRAIN42"):
        ready.console.wait_for("stick sda1", 300)
        technician.press(">")
        ready.console.wait_for("TRAIN42", 300)
        assert "vfat" in ready.run(["lsblk", "-no", "FSTYPE", "/dev/sda1"]).out
    ready.console.wait_gone("TRAIN42", 300)
    ready.console.wait_gone("stick sda1", 300)
    assert ready.sh("[ -e /dev/sda ]").rc


def test_a_container_is_restarted_with_keys(ready: Device) -> None:
    witness = Witness(ready)
    name = "gpx-logger-logger-1"
    before = ready.run(["docker", "inspect", "-f", "{{.State.StartedAt}}", name]).check().out
    technician = keys.Keys(ready)
    technician.open()
    technician.unlock()
    technician.press("4")
    ready.console.wait_for("[4 Apps", 300)
    technician.press("<")  # what is not well yet has the cursor
    for _ in range(10):
        if f"|{name}\n" in ready.console.settle(1.0):  # beside the list: what the cursor is on
            break
        technician.press("j")
    technician.press("r")
    assert name in technician.await_plan()
    technician.run_plan()
    technician.await_end()
    assert Technician(ready).history()[0]["outcome"] == "done"
    assert ready.run(["docker", "inspect", "-f", "{{.State.StartedAt}}", name]).check().out != before
    assert witness.containers()[name].status == "running"


def test_a_full_data_partition_is_said_and_what_cannot_be_recorded_is_not_done(ready: Device) -> None:
    name = "gpx-logger-logger-1"
    started = ready.run(["docker", "inspect", "-f", "{{.State.StartedAt}}", name]).check().out
    keys.Keys(ready).open()
    with faults.filled(ready, "/data"):
        ready.console.wait_for(re.compile(r"^x /data +\[#+\] +100 %", re.MULTILINE), 600)
        refused = Technician(ready).act("restart", "container", name, overrides=["no room"])
        assert refused["code"] == REFUSED
        assert "Free space on the data partition." in refused["sentence"]
        assert ready.run(["docker", "inspect", "-f", "{{.State.StartedAt}}", name]).out == started
    ready.console.wait_gone("x /data", 600)


def test_an_app_is_updated_from_a_stick_with_keys(ready: Device) -> None:
    witness = Witness(ready)
    with Stick(ready, [updates.app_update("a895c3c")]):
        technician = keys.Keys(ready)
        technician.open()
        technician.unlock()
        ready.wait_until("lsblk -no LABEL | grep -q STICK")
        plan = technician.choose("a895c3c", menu="i")
        assert updates.APP in plan
        technician.run_plan()
        technician.await_end()
    own = [one for one in witness.containers().values() if one.project == updates.APP]
    assert {one.labels["software-version"] for one in own if one.status == "running"} == {"a895c3c"}
    assert len(own) == 2
    assert Technician(ready).history()[0]["outcome"] == "done"
