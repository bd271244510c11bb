"""Updates and switches of slots on a device with a real U-Boot: keys alone on the serial line, boot after boot."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.bench.qemu import updates
from tests.bench.qemu.keys import Keys
from tests.bench.qemu.stick import Stick
from tests.bench.qemu.system import BROKEN, SLOT_C
from tests.bench.technician import Technician
from tests.bench.tree import SLOT_A

if TYPE_CHECKING:
    from tests.bench.qemu.device import Device


def version(name: str) -> str:
    """The version in the name of an artifact or an image."""
    return re.split(r"[-_]v", name)[-1]


def install_from_stick(device: Device, words: str) -> None:
    """Plug the stick in, find the artifact in the list, run its plan, and wait for its end."""
    technician = Keys(device)
    technician.open()
    technician.unlock()
    device.wait_until("lsblk -no LABEL | grep -q STICK")
    plan = technician.choose(words, menu="i")
    assert words in plan
    technician.run_plan()
    technician.await_end()
    assert Technician(device).phase() == "installed"


def reboot_with_keys(device: Device) -> int:
    """Reboot by the menu; which slot the boot loader then took."""
    technician = Keys(device)
    technician.choose("Reboot")
    technician.run_plan()
    chosen = device.await_reboot()
    device.log_in()
    return chosen.slot


@pytest.mark.parametrize("kept", [True, False], ids=["committed", "rolled back"])
def test_an_update_from_a_stick_is_tried(device: Device, kept: bool) -> None:
    technician = Keys(device)
    with Stick(device, [updates.good_update()]):
        install_from_stick(device, version(SLOT_C.artifact))
        assert reboot_with_keys(device) == 3
        screen = technician.open()
        assert "B booted" in screen
        technician.unlock()
        technician.press("c" if kept else "r")
        assert version(SLOT_C.artifact) in technician.await_plan()
        technician.run_plan()
        if kept:
            technician.await_end()
            assert Technician(device).phase() == "idle"
            assert Technician(device).chosen() == ("3", "3", "0")
        else:
            assert device.await_reboot().slot == 2
            device.log_in()
            assert Technician(device).chosen() == ("2", "2", "0")
            assert Technician(device).phase() == "idle"


def test_an_image_that_hangs_falls_back_by_itself_and_the_console_says_so(device: Device) -> None:
    with Stick(device, [updates.broken_update()]):
        install_from_stick(device, version(BROKEN.artifact))
        technician = Keys(device)
        technician.choose("Reboot")
        mark = len(device.console.raw)
        technician.run_plan()
        device.console.await_said("root on /dev/mmcblk0p3, trial: 1", mark, 900)
        device.console.await_said("Starting kernel", mark, 900)
        device.wait_until("systemctl list-jobs | grep -q 'hang.service.*running'", 900)
        device.power_cut()  # as whoever waits before a train in which nothing comes
        chosen = device.start()
        assert (chosen.slot, chosen.fell_back) == (2, True)
        screen = technician.open()
        assert "A runs, not the pending update" in screen
        assert version(SLOT_A.image) in screen
        assert Technician(device).phase() == "fell back"


def test_a_switch_of_slots_ends_with_the_next_power_cut(device: Device) -> None:
    technician = Keys(device)
    technician.open()
    technician.unlock()
    technician.press("2")
    device.console.wait_for("[2 Slots", 300)
    technician.press("s")
    technician.await_plan()
    technician.run_plan()
    chosen = device.await_reboot()
    assert (chosen.slot, chosen.on_trial) == (3, True)
    device.log_in()
    assert "B is booted on trial by hand. Any reboot returns to A." in technician.open()
    device.power_cut()
    chosen = device.start()
    assert (chosen.slot, chosen.fell_back) == (2, True)
    assert "A booted" in technician.open().split("\n")[0]
    assert Technician(device).phase() == "idle"


def test_what_was_written_before_a_power_cut_is_there_after_it(device: Device) -> None:
    """The device's own disk, not the console: what the others here say of power cuts rests on it."""
    device.sh(
        "for i in $(seq 200); do mkdir -p /data/t/$i; echo $i >/data/t/$i/f; done; sync; rm -r /data/t/1?; sync"
    ).check()
    device.power_cut()
    device.start()
    assert device.sh("cat /data/t/*/f | wc -l").out == "190"
    assert device.sh("dmesg | grep 'EXT4-fs error'").out == ""
