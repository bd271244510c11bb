"""The power is cut between any two steps of a switch, and at each write in them: one slot always boots."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from . import slot_steps
from .test_actions_slots_switch import HERE, LEFT, UNIT, UNITS, phase, work

if TYPE_CHECKING:
    from .machine import Machine

STEPS = ("RememberBefore", "ArmDeadMan", "SetEnvironment", "DisarmDeadMan")
"""What a switch does before it reboots."""


def cut(machine: Machine) -> tuple[str, str, str]:
    """Cut the power, boot, and say what the console says."""
    machine.power_cut()
    machine.power_on()
    return phase(machine)


def back_to_the_beginning(machine: Machine, seen: tuple[str, str, str]) -> None:
    """From whatever a cut left: a trial ends with the next cut, and the timer is not armed any more.

    Of one that was cut off while it was written a file may stay, which nobody starts and the next arming replaces.
    """
    if seen[0] == "manual trial":
        assert seen[1:] == ("B", "A")
        assert work(machine)["dead_man"]["seconds_left"] > 0
        seen = cut(machine)
    assert seen == ("idle", "A", "A")
    assert machine.slot == 2
    machine.wait_until(f"[ ! -e {HERE}/armed ] && [ ! -L {UNITS}/sysinit.target.wants/{UNIT} ]")
    assert work(machine)["dead_man"] is None


def test_a_cut_behind_each_step_leaves_the_old_slot_or_a_trial_with_its_timer(
    fresh_machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    machine = fresh_machine
    rows = []
    for count in range(len(STEPS) + 1):
        told = slot_steps.perform(machine, "switch", "B", last=count)
        assert tuple(told["steps"][:-1]) == STEPS
        seen = cut(machine)
        rows.append(f"  cut after {STEPS[count - 1] if count else 'the plan':16} boots {seen[1]}: {seen[0]}")
        assert seen == (("manual trial", "B", "A") if count > STEPS.index("SetEnvironment") else ("idle", "A", "A"))
        back_to_the_beginning(machine, seen)
    with capsys.disabled():
        print("\nswitch A -> B, power cut behind each step:", *rows, sep="\n")


def test_a_cut_wherever_something_reaches_the_disk_leaves_one_slot_that_boots(
    fresh_machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every moment at which the steps wait for the disk: what stands there then is what a power cut can leave."""
    machine = fresh_machine
    rows, count = [], 0
    while slot_steps.stop_at(machine, "switch", "B", count):
        armed = "armed" if machine.sh(f"[ -e {HERE}/armed ]").rc == 0 else "not armed"
        seen = cut(machine)
        assert seen == ("idle", "A", "A")  # the environment is the last that is written, by a tool of its own
        rows.append(f"  write {count:2} of the switch, timer {armed:9}: boots {seen[1]}: {seen[0]}")
        back_to_the_beginning(machine, seen)
        count += 1
    assert count > 8
    seen = cut(machine)
    assert seen == ("manual trial", "B", "A")
    with capsys.disabled():
        print("\nswitch A -> B, power cut at each write:", *rows, "  all written: boots B: manual trial", sep="\n")


def test_a_cut_while_it_is_kept_leaves_it_kept_or_on_trial(
    fresh_machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    machine = fresh_machine
    rows = []
    for count in range(5):
        slot_steps.perform(machine, "switch", "B")
        machine.reboot()
        told = slot_steps.perform(machine, "confirm", last=count)
        seen = cut(machine)
        rows.append(f"  cut after {told['steps'][count - 1] if count else 'the plan':16} boots {seen[1]}: {seen[0]}")
        if count == 0:
            assert seen == ("idle", "A", "A")
            continue
        assert seen == ("idle", "B", "B")
        machine.wait_until(f'[ -z "$({LEFT})" ]')
        slot_steps.perform(machine, "switch", "A")
        machine.reboot()
        slot_steps.perform(machine, "confirm")
        assert phase(machine) == ("idle", "A", "A")
    with capsys.disabled():
        print("\nconfirm B, power cut behind each step:", *rows, sep="\n")
