"""What a power cut leaves of the dead-man timer goes by itself in the next boot, which systemd does here.

That one slot boots after a cut at every step and every write of a switch, and that the console knows it:
test_power_cuts.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import slot_steps
from .test_actions_slots_switch import HERE, LEFT, UNIT, UNITS, phase, work

if TYPE_CHECKING:
    from .machine import Machine


def cut(machine: Machine) -> tuple[str, str, str]:
    """Cut the power, boot, and say what the console says."""
    machine.power_cut()
    machine.power_on()
    return phase(machine)


def test_a_timer_that_was_armed_for_a_boot_that_never_came_does_not_stay(fresh_machine: Machine) -> None:
    """A file of it may stay, which nobody starts and the next arming replaces."""
    machine = fresh_machine
    told = slot_steps.perform(machine, "switch", "B", last=2)
    assert tuple(told["steps"][:3]) == ("RememberBefore", "ArmDeadMan", "SetEnvironment")
    assert machine.sh(f"[ -e {HERE}/armed ]").rc == 0
    assert cut(machine) == ("idle", "A", "A")
    machine.wait_until(f"[ ! -e {HERE}/armed ] && [ ! -L {UNITS}/sysinit.target.wants/{UNIT} ]")
    assert work(machine)["dead_man"] is None


def test_the_timer_of_a_trial_whose_confirmation_was_cut_off_does_not_stay(fresh_machine: Machine) -> None:
    machine = fresh_machine
    slot_steps.perform(machine, "switch", "B")
    machine.reboot()
    assert work(machine)["dead_man"]["seconds_left"] > 0
    told = slot_steps.perform(machine, "confirm", last=1)
    assert told["steps"][0] == "SetEnvironment"
    assert cut(machine) == ("idle", "B", "B")
    machine.wait_until(f'[ -z "$({LEFT})" ]')
    assert work(machine)["dead_man"] is None
