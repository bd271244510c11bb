"""Plans that make the machine go down."""

from __future__ import annotations

from dataclasses import replace

import pytest

from moducop_tui.actions.plans import make_plan
from moducop_tui.model.acts import Leave
from moducop_tui.model.mender import CoreApi, Unit
from moducop_tui.model.plan import Action, ActionKind, Weight
from moducop_tui.model.reading import Reading
from tests.unit.actions_apps.scenes import scene
from tests.unit.core.well_device import BOOT, MENDER, PENDING, PROCESS, SYSTEM

REBOOT = Action(ActionKind.REBOOT)
ARMED_FOR_A = replace(BOOT, boot_part=2, boot_part_hex=2, upgrade_available=1, bootcount=0)
ON_TRIAL = replace(BOOT, upgrade_available=1, bootcount=1)


def test_a_reboot_of_an_idle_device_takes_a_reason() -> None:
    plan = make_plan(REBOOT, scene())
    assert plan.runs
    assert plan.weight is Weight.INTERRUPTS
    assert plan.phrase is None
    assert [step.act for step in plan.steps] == [Leave(off=False)]
    assert plan.steps[0].command == "sync; systemctl reboot"


def test_powering_off_says_who_can_switch_it_on_again() -> None:
    plan = make_plan(Action(ActionKind.POWER_OFF), scene())
    assert plan.steps[0].act == Leave(off=True)
    assert plan.afterwards == ("Only somebody at the device, or its ignition, can switch it on again.",)


@pytest.mark.parametrize("kind", [ActionKind.REBOOT, ActionKind.POWER_OFF])
def test_the_machine_does_not_go_down_while_a_write_runs(kind: ActionKind) -> None:
    plan = make_plan(Action(kind), scene(mender=replace(MENDER, processes=(PROCESS,))))
    assert not plan.runs
    assert plan.refusal == "Wait until it has ended: mender-update install (process 812)."


def test_a_deployment_that_waits_for_its_server_can_be_left_by_a_word() -> None:
    waits = replace(MENDER, daemon=Unit("mender-updated", True, "active"), deployment=True)
    plan = make_plan(REBOOT, scene(mender=waits))
    assert (plan.refusal, plan.overrides) == (None, ("not at work",))
    stopped = replace(waits, daemon=Unit("mender-updated", True, "failed"))
    assert make_plan(REBOOT, scene(mender=stopped)).overrides == ()


def test_a_client_that_can_not_be_read_keeps_nobody_from_a_reboot_for_good() -> None:
    made = scene()
    unread = replace(made, readings=replace(made.readings, mender=Reading(error="It did not answer.")))
    assert make_plan(REBOOT, unread).overrides == ("not at work",)


def test_the_api_server_at_work_is_named() -> None:
    unit = Unit("core-api-server", True, "active")
    plan = make_plan(REBOOT, scene(mender=replace(MENDER, core_api=CoreApi(unit, "installing", True))))
    assert plan.overrides == ("not at work",)
    assert any("the core API server (installing)" in (one.remedy or "") for one in plan.preconditions)


def test_a_reboot_that_boots_the_other_slot_takes_its_name() -> None:
    update = replace(MENDER, pending=replace(PENDING, rootfs_version="cpu01-standard-v2.6.0"))
    plan = make_plan(REBOOT, scene(boot=ARMED_FOR_A, mender=update))
    assert plan.weight is Weight.BOOTS
    assert plan.phrase == "boot A"
    assert plan.afterwards == ("A is tried: unless it is kept, the next reboot returns to B.",)


def test_a_reboot_that_ends_a_trial_says_so_and_takes_the_slots_name() -> None:
    plan = make_plan(REBOOT, scene(boot=ON_TRIAL, mender=replace(MENDER, pending=PENDING)))
    assert plan.phrase == "boot A"
    assert plan.afterwards == ("The trial of B ends: the device returns to A.",)


def test_a_reboot_out_of_a_trial_of_menders_daemon_says_so_too() -> None:
    tries = replace(MENDER, daemon=Unit("mender-updated", True, "active"), deployment=True)
    plan = make_plan(REBOOT, scene(boot=ON_TRIAL, mender=tries))
    assert (plan.phrase, plan.overrides) == ("boot A", ("not at work",))
    assert plan.afterwards == ("The trial of B ends: the device returns to A.",)


def test_a_trial_of_several_boots_does_not_end_with_the_first_reboot() -> None:
    plan = make_plan(REBOOT, scene(boot=replace(ON_TRIAL, bootlimit=3), mender=replace(MENDER, pending=PENDING)))
    assert (plan.phrase, plan.afterwards) == (None, ())


def test_a_reboot_into_the_unknown_needs_a_word() -> None:
    plan = make_plan(REBOOT, scene(boot=replace(BOOT, boot_part_hex=2)))
    assert plan.runs
    assert plan.overrides == ("boot anything",)


def test_a_machine_that_is_no_moducop_is_left_alone_unless_it_is_meant() -> None:
    plan = make_plan(REBOOT, scene(system=replace(SYSTEM, is_moducop=False, not_moducop="no slots")))
    assert plan.overrides == ("this one",)
