"""The flows of issue 4 from the console, with keys alone and all three clients: updates and switches tried, kept, lost.

From the command line: test_actions_updates_flows.py, test_switch_rows.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .keyboard import Keyboard
from .lab import Lab
from .lab_artifacts import Shelf
from .technician import Technician

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .lab_stock import Stock

A, B, B_ON_TRIAL = ("2", "2", "0"), ("3", "3", "0"), ("3", "3", "1")


@pytest.fixture(params=["go", "4.0", "5.1"])
def lab(request: pytest.FixtureRequest, stock: Stock) -> Iterator[Lab]:
    Shelf(stock).get("next.mender")
    with Lab(stock, request.param) as device:
        yield device


def install(lab: Lab, keys: Keyboard) -> None:
    """Install 2.8.0 into slot B, which then holds the artifact's payload byte for byte."""
    payload = lab.stock.release("2.8.0").read_bytes()
    keys.unlock()
    assert "slot B" in keys.choose("i", "/uboot/next.mender")
    assert keys.run("Install ") == "done"
    assert lab.slot_content(3, len(payload)) == payload
    assert Technician(lab).chosen() == B_ON_TRIAL


def test_an_update_is_tried_and_committed(lab: Lab) -> None:
    with Keyboard(lab) as keys:
        install(lab, keys)
    assert lab.reboot().slot == 3
    with Keyboard(lab) as keys:
        keys.unlock()
        keys.press("c")
        keys.plan()
        assert keys.run("Commit ") == "done"
    technician = Technician(lab)
    assert (technician.phase(), technician.chosen(), technician.pending()) == ("idle", B, None)
    assert technician.history()[0]["who"]["terminal"].startswith("pts/")
    assert lab.reboot().slot == 3


def test_an_update_is_given_up(lab: Lab) -> None:
    with Keyboard(lab) as keys:
        install(lab, keys)
        keys.press("escape")
        keys.press("r")
        keys.plan()
        assert keys.run("Roll back ") == "done"
    technician = Technician(lab)
    assert (technician.phase(), technician.chosen(), technician.pending()) == ("idle", A, None)
    assert lab.reboot().slot == 2


def test_power_lost_on_trial_brings_the_old_slot_back(lab: Lab) -> None:
    with Keyboard(lab) as keys:
        install(lab, keys)
    assert lab.reboot().slot == 3
    lab.power_cut()
    lab.power_on()
    assert lab.slot == 2
    with Keyboard(lab) as keys:
        keys.unlock()
        keys.press("r")
        keys.plan()
        assert keys.run("Roll back ") == "done"
    technician = Technician(lab)
    assert (technician.phase(), technician.pending()) == ("idle", None)


def test_a_switch_comes_back_by_itself_and_another_is_kept(lab: Lab) -> None:
    technician = Technician(lab)
    for kept in (False, True):
        with Keyboard(lab) as keys:
            keys.unlock()
            keys.press("2")
            keys.press("s")
            keys.plan()
            keys.run_until(lab.is_down)
            assert lab.await_reboot(60).slot == 3
        assert technician.phase() == "manual trial"
        if not kept:
            assert lab.reboot().slot == 2
            assert technician.phase() == "idle"
    with Keyboard(lab) as keys:
        keys.unlock()
        keys.press("c")
        keys.plan()
        assert keys.run("Keep ") == "done"
    assert (technician.phase(), technician.chosen()) == ("idle", B)
    assert lab.reboot().slot == 3
