"""A switch of slots by hand, row by row of the device facts' table 2.5, with all three clients.

That a pending update, somebody at work and a broken choice refuse it: test_state_machine.py. That a slot which is not
sound does: test_actions_slots_switch.py, with the whole machine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from .lab import Lab
from .lab_artifacts import Shelf
from .lab_stock import RELEASES
from .plans_asked import refusals
from .technician import Technician

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .lab_stock import Stock
    from .stand_in.fit import Client

OLD, NEW = RELEASES["2.6.0"].artifact, RELEASES["2.7.0"].artifact
B: Final = ("3", "3", "0")
UNTIL_WRITTEN_TO: Final = """
first() { head -c 65536 /dev/mmcblk0p3 | sha256sum; }
before=$(first)
until [ "$(first)" != "$before" ]; do
    pkill -CONT -x mender
    sleep 0.005
    pkill -STOP -x mender || :
done
"""
"""Waits for the first bytes of slot B. The Go client has no pace that could be set: it goes on in small pieces, and
stands still then."""


@pytest.fixture(params=["go", "4.0", "5.1"])
def client(request: pytest.FixtureRequest) -> Client:
    chosen: Client = request.param
    return chosen


@pytest.fixture
def lab(stock: Stock, client: Client) -> Iterator[Lab]:
    with Lab(stock, client) as device:
        yield device


@pytest.fixture
def technician(lab: Lab) -> Technician:
    return Technician(lab)


def test_it_is_tried_and_comes_back_by_itself(lab: Lab, technician: Technician) -> None:
    choice = technician.do_and_reboot("switch", "B")
    assert (choice.slot, choice.on_trial) == (3, True)
    # All four variables, as an update writes them: the boot counted from 0.
    assert technician.environment() == {
        "mender_boot_part": "3", "mender_boot_part_hex": "3", "upgrade_available": "1", "bootcount": "1"
    }  # fmt: skip
    assert technician.phase() == "manual trial"
    lab.power_cut()
    lab.power_on()
    assert (lab.slot, lab.choices[-1].fell_back) == (2, True)
    assert technician.phase() == "idle"


def test_it_is_kept_without_mender_and_its_memory_is_repaired(lab: Lab, technician: Technician, client: Client) -> None:
    if client != "go":  # what an image has from the factory (transcript switch51 1)
        Shelf(lab.stock).get("bootstrap.mender")
        lab.sh("mender-update install /uboot/bootstrap.mender").check()
        assert technician.provided() == OLD
    assert technician.do_and_reboot("switch", "B").slot == 3
    assert technician.refusal("commit")  # Mender knows nothing of this trial: it would end with 2
    technician.do("confirm")
    assert technician.chosen() == B
    assert lab.reboot().slot == 3
    assert technician.phase() == "idle"
    if client == "go":
        assert technician.refusal("repair")  # this client refuses artifacts without payload
        return
    assert technician.provided() == OLD
    technician.do("repair")
    assert technician.provided() == NEW
    assert (technician.memory()["artifact-name"], technician.pending()) == (NEW, None)
    assert refusals(lab, "switch A")["switch A"] is None


def test_another_client_at_work_refuses_it(lab: Lab, client: Client) -> None:
    program = "mender" if client == "go" else "mender-update"
    lab.sh(f"mkfifo /run/slow.mender; setsid {program} install /run/slow.mender >/dev/null 2>&1 &").check()
    lab.run(["sh", "-c", f"until pgrep -f '^{program} install' >/dev/null; do sleep 0.02; done"]).check()
    why = refusals(lab, "switch B", "reboot", "install /uboot/next.mender")
    assert all(f"{program} install" in str(sentence) for sentence in why.values()), why


def test_a_blank_slot_refuses_it(lab: Lab) -> None:
    lab.lay_into_slot(3, None)
    assert "holds no root file system" in str(refusals(lab, "switch B")["switch B"])


def test_a_slot_of_which_a_write_was_cut_off_needs_a_typed_word(lab: Lab, technician: Technician) -> None:
    """It mounts, has a kernel, and /etc/issue names the new version: only the ledger knows (facts 2.5, warning)."""
    Shelf(lab.stock).get("next.mender")
    lab.sh("echo 2000000 >/run/mender-stand-in-pace").check()
    lab.sh("setsid moducop-tui install /uboot/next.mender --yes >/dev/null 2>&1 &").check()
    lab.sh(UNTIL_WRITTEN_TO).check()
    lab.power_cut()
    lab.power_on()
    if technician.phase() != "idle":
        technician.do("rollback")
    plan = technician.plan("switch", "B")
    assert plan["refusal"] or [one for one in plan["preconditions"] if one["met"] == "no" and one["override"]], plan
