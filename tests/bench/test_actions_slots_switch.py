"""Switching slots on a real disk, from the command line: tried, kept, taken back, and back by itself."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import pytest

from . import faults, slot_steps, slots_asked
from .places import BenchError
from .tree import SLOT_B

if TYPE_CHECKING:
    from .machine import Machine
    from .witness import Witness

UNIT = "moducop-tui-dead-man.service"
HERE = "/data/moducop_tui/dead-man"
UNITS = "/etc/systemd/system"
LEFT = f"find {HERE} {UNITS}/{UNIT} {UNITS}/sysinit.target.wants/{UNIT} ! -type d 2>/dev/null"
"""What there is of the timer."""


def phase(machine: Machine) -> tuple[str, str, str]:
    told = slots_asked.verdict(machine)
    return told["phase"], told["booted"], told["next_boot"]


def work(machine: Machine) -> dict[str, Any]:
    """What the console says of the timer and of the ledger."""
    script = "from moducop_tui.sources.work import WorkSource\ntell(WorkSource(config, host).read())"
    told: dict[str, Any] = slots_asked.ask(machine, script)
    return told


def switch(machine: Machine, slot: str = "B") -> None:
    """Order it as a technician types it, and follow the machine into its next boot."""
    machine.run(["moducop-tui", "switch", slot, "--yes", "--detach"], timeout=60).check()
    machine.await_reboot()


def test_a_switch_is_a_trial_and_a_power_cut_ends_it(fresh_machine: Machine) -> None:
    machine = fresh_machine
    switch(machine)
    assert machine.slot == 3
    assert phase(machine) == ("manual trial", "B", "A")
    timer = work(machine)["dead_man"]
    assert (timer["slot"], timer["seconds"]) == ("B", 600)
    assert 0 < timer["seconds_left"] <= 600
    assert machine.run(["systemctl", "is-active", UNIT]).out == "active"
    machine.power_cut()
    machine.power_on()
    assert machine.slot == 2
    assert phase(machine) == ("idle", "A", "A")
    machine.wait_until(f'[ -z "$({LEFT})" ]')
    assert work(machine)["dead_man"] is None


def test_a_trial_that_is_confirmed_stays(fresh_machine: Machine, fresh_witness: Witness) -> None:
    machine = fresh_machine
    switch(machine)
    done = machine.run(["moducop-tui", "confirm", "--yes"], timeout=60).check()
    assert "Mender's memory does not say" in done.stdout
    assert fresh_witness.environment("upgrade_available", "mender_boot_part", "mender_boot_part_hex") == {
        "upgrade_available": "0", "mender_boot_part": "3", "mender_boot_part_hex": "3"
    }  # fmt: skip
    assert machine.sh(LEFT).out == ""
    note = next(one for one in work(machine)["ledger"]["notes"] if one["slot"] == "B")
    assert (note["known"], note["image"]) == ("booted", SLOT_B.image.split("_")[-1])
    assert machine.reboot().slot == 3
    assert phase(machine) == ("idle", "B", "B")
    machine.power_cut()
    machine.power_on()
    assert machine.slot == 3
    switch(machine, "A")
    assert phase(machine) == ("manual trial", "A", "B")
    assert machine.reboot().slot == 3


def test_a_switch_is_taken_back_before_the_reboot(fresh_machine: Machine) -> None:
    machine = fresh_machine
    told = slot_steps.perform(machine, "switch", "B")
    assert told["steps"] == ["RememberBefore", "ArmDeadMan", "SetEnvironment", "DisarmDeadMan", "Leave"]
    assert phase(machine) == ("manual switch armed", "A", "B")
    assert work(machine)["dead_man"]["seconds_left"] is None
    again = machine.run(["moducop-tui", "switch", "B", "--yes"], timeout=60)
    assert again.rc == 3
    assert "Reboot to try B, or disarm it to stay on A." in " ".join(again.stderr.split())
    machine.run(["moducop-tui", "disarm", "--yes"], timeout=60).check()
    assert phase(machine) == ("idle", "A", "A")
    assert machine.sh(LEFT).out == ""
    assert machine.reboot().slot == 2


def test_half_a_choice_is_put_right_before_it_boots_a_mixed_system(fresh_machine: Machine) -> None:
    """Kernel of the one slot, root file system of the other: what an older update module leaves (device facts 2.1)."""
    machine = fresh_machine
    machine.run(["fw_setenv", "mender_boot_part", "3"]).check()
    assert phase(machine)[0] == "broken"
    machine.run(["moducop-tui", "disarm", "--yes"], timeout=60).check()
    assert phase(machine) == ("idle", "A", "A")
    assert machine.reboot().slot == 2


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda machine: faults.blank_slot(machine, 3), "holds no root file system: install an update instead"),
        (lambda machine: faults.unkernel_slot(machine, 3), "find no kernel there: slot B can't boot"),
        (
            lambda machine: machine.sh(
                "mkdir -p /run/x && mount /dev/mmcblk0p3 /run/x && rm /run/x/sbin/preinit; umount /run/x"
            ).check(),
            "find no init to start: slot B can't boot",
        ),
    ],
    ids=["blank", "no kernel", "no init"],
)
def test_a_slot_that_can_not_boot_is_refused_and_looking_changes_no_byte(
    fresh_machine: Machine, spoil: Any, words: str
) -> None:
    machine = fresh_machine
    spoil(machine)
    before = machine.run(["sha256sum", "/dev/mmcblk0p3"]).check().out
    environment = machine.run(["fw_printenv"]).check().stdout
    refused = machine.run(["moducop-tui", "switch", "B", "--yes", "--json"], timeout=60)
    assert refused.rc == 3
    assert words in json.loads(refused.stdout)["sentence"]
    assert machine.run(["sha256sum", "/dev/mmcblk0p3"]).check().out == before
    assert machine.run(["fw_printenv"]).check().stdout == environment
    assert machine.sh(LEFT).out == ""


def test_a_slot_that_would_boot_is_looked_at_whole_without_a_changed_byte(machine: Machine) -> None:
    before = machine.run(["sha256sum", "/dev/mmcblk0p3"]).check().out
    told = slot_steps.look(machine, "switch", "B")
    assert told["refusal"] is None
    seen = told["preconditions"]
    assert seen["file system of slot B in order"] == ["ok", "e2fsck -n finds nothing wrong"]
    assert seen["slot B has a kernel"] == ["ok", "/boot/Image"]
    assert seen["slot B has a first program"] == ["ok", "/sbin/preinit"]
    assert seen["slot B says what it is"] == ["ok", SLOT_B.image.split("_")[-1]]
    assert seen["its image is for this device"] == ["ok", "moducop-cpu01"]
    assert seen["boot environment sound in all its copies"] == ["ok", "2 good copies"]
    assert seen["how the content of slot B is known"][0] == "doubt"
    assert machine.run(["sha256sum", "/dev/mmcblk0p3"]).check().out == before


def test_the_plan_is_shown_and_nothing_done_with_dry_run(machine: Machine) -> None:
    environment = machine.run(["fw_printenv"]).check().stdout
    shown = machine.run(["moducop-tui", "switch", "B", "--dry-run"], timeout=60).check().stdout
    assert "boot B" in shown
    assert "mender_boot_part=3 mender_boot_part_hex=3 upgrade_available=1 bootcount=0" in " ".join(shown.split())
    assert machine.run(["fw_printenv"]).check().stdout == environment


# -- the dead-man timer ------------------------------------------------------------------------------------------


def test_a_trial_that_nobody_keeps_comes_back_without_the_console_and_without_python(fresh_machine: Machine) -> None:
    machine = fresh_machine
    machine.sh(
        "mkdir -p /run/x && mount /dev/mmcblk0p3 /run/x && "
        "rm /run/x/usr/local/bin/moducop-tui /run/x/usr/bin/python3*; umount /run/x"
    ).check()
    slot_steps.perform(machine, "switch", "B", seconds=5)
    assert machine.reboot().slot == 3
    assert machine.run(["python3", "-c", ""]).rc != 0
    machine.await_reboot()
    assert machine.slot == 2
    assert phase(machine) == ("idle", "A", "A")
    told = work(machine)
    assert told["dead_man"] is None
    assert told["fired"]["slot"] == "B"
    machine.wait_until(f'[ "$({LEFT})" = "{HERE}/fired" ]')
    machine.reboot()
    assert machine.slot == 2


def test_a_trial_that_hangs_before_it_is_up_comes_back_too(fresh_machine: Machine) -> None:
    machine = fresh_machine
    unit = (
        "[Unit]\\nDefaultDependencies=no\\nBefore=sysinit.target\\n"
        "[Service]\\nType=oneshot\\nTimeoutStartSec=infinity\\nExecStart=/bin/sleep infinity\\n"
    )
    machine.sh(
        "mkdir -p /run/x && mount /dev/mmcblk0p3 /run/x && cd /run/x/etc/systemd/system && "
        f"printf '{unit}' >hang.service && mkdir -p sysinit.target.wants && "
        "ln -s ../hang.service sysinit.target.wants/; cd /; umount /run/x"
    ).check()
    slot_steps.perform(machine, "switch", "B", seconds=5)
    with pytest.raises(BenchError, match="slot p3 did not come up"):
        machine.reboot()
    assert machine.slot == 3
    machine.power_on()
    assert machine.slot == 2
    assert work(machine)["fired"]["slot"] == "B"


def test_a_trial_that_is_kept_in_time_is_not_rebooted(fresh_machine: Machine) -> None:
    machine = fresh_machine
    slot_steps.perform(machine, "switch", "B", seconds=25)
    machine.reboot()
    slot_steps.perform(machine, "confirm")
    assert machine.run(["systemctl", "is-active", UNIT]).out in {"inactive", "unknown", ""}
    time.sleep(26)
    assert phase(machine) == ("idle", "B", "B")
    assert work(machine)["fired"] is None


def test_keeping_it_without_the_console_ends_the_timer_as_well(fresh_machine: Machine) -> None:
    machine = fresh_machine
    slot_steps.perform(machine, "switch", "B", seconds=30)
    machine.reboot()
    machine.run(["fw_setenv", "upgrade_available", "0"]).check()
    machine.wait_until(f'[ -z "$({LEFT})" ]', 20)
    assert work(machine)["dead_man"] is None


def test_the_unit_is_one_that_systemd_takes_without_complaint(fresh_machine: Machine) -> None:
    machine = fresh_machine
    slot_steps.perform(machine, "switch", "B", last=2)
    told = machine.run(["systemd-analyze", "verify", f"/etc/systemd/system/{UNIT}"])
    assert (told.rc, told.stderr) == (0, "")
