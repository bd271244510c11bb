"""What the console makes of an update that was cut short, row by row of the device facts' table 2.3, on 4.0 and 5.1.

Each row is brought about with the client alone, cut at the very moment; the console says where the device stands,
refuses what would do harm, and its way out works. Slot A holds 2.6.0 and runs, slot B is written with 2.8.0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from .lab import Lab
from .lab_artifacts import Shelf
from .lab_stock import RELEASES
from .plans_asked import refusals
from .stand_in.player import played_fitting
from .technician import REFUSED, Technician

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .lab_stock import Stock
    from .stand_in.fit import Personality

A: Final = ("2", "2", "0")
B: Final = ("3", "3", "0")
B_ON_TRIAL: Final = ("3", "3", "1")
NEXT: Final = RELEASES["2.8.0"].artifact
INSTALL: Final = "mender-update install /uboot/next.mender"


class Row:
    """A device in one row of the table, and the technician before it."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.technician = Technician(lab)
        shelf = Shelf(lab.stock)
        self.artifact = shelf.get("next.mender")
        shelf.get("ok.mender")

    def cut(self, point: str, command: str) -> None:
        """Run the client and cut the power at that point of its work with the module."""
        done = self.lab.sh(f"echo {point} >/data/lab-kill; sync; {command}")
        assert done.rc == 137, done
        self.lab.power_cut()
        self.lab.power_on()
        self.lab.sh("rm -f /data/lab-kill").check()  # its removal may have been lost with the power

    def client(self, command: str) -> None:
        """Run the client to its end."""
        self.lab.sh(f"mender-update {command}").check()

    def install_and_boot(self) -> None:
        """The other slot is on trial."""
        self.lab.sh(INSTALL).check()
        assert self.lab.reboot().slot == 3

    def refuses(self, *actions: str) -> None:
        """The console carries none of these out now."""
        told = refusals(self.lab, *actions)
        assert all(told.values()), told

    def is_idle_on(self, slot: int) -> None:
        """Nothing is pending or armed, and this slot boots, now and for good."""
        verdict = self.technician.verdict()
        assert (verdict["phase"], verdict["booted"]) == ("idle", "AB"[slot - 2]), verdict["sentence"]
        assert self.technician.chosen() == (str(slot), str(slot), "0")
        assert self.technician.pending() is None
        assert self.lab.slot == slot
        assert self.lab.reboot().slot == slot


@pytest.fixture(params=["4.0", "5.1"])
def client(request: pytest.FixtureRequest) -> Personality:
    chosen: Personality = request.param
    return chosen


@pytest.fixture
def row(stock: Stock, client: Personality) -> Iterator[Row]:
    with Lab(stock, client, fitting=played_fitting(stock, client)) as lab:
        yield Row(lab)


def _another_update_can_be_installed(row: Row) -> None:
    row.technician.do("install", "/uboot/next.mender")
    assert row.technician.phase() == "installed"


@pytest.mark.parametrize("point", ["mid:DownloadWithFileSizes", "after:DownloadWithFileSizes"])
def test_power_lost_while_the_other_slot_was_written_leaves_the_old_one(
    row: Row, client: Personality, point: str
) -> None:
    row.lab.sh("echo 6000000 >/run/mender-stand-in-pace").check()
    row.cut(point, INSTALL)
    if client == "4.0":
        assert row.technician.phase() == "fell back"
        row.refuses("commit", "install /uboot/next.mender")
        row.technician.do("rollback")
    row.is_idle_on(2)
    _another_update_can_be_installed(row)


@pytest.mark.parametrize("way_out", ["rollback", "resume"])
def test_power_lost_before_the_environment_was_switched(row: Row, client: Personality, way_out: str) -> None:
    row.cut("before:ArtifactInstall", INSTALL)
    assert row.technician.phase() == ("fell back" if client == "4.0" else "install cut")
    row.refuses("commit", "install /uboot/next.mender")
    if client == "4.0" and way_out == "resume":
        row.refuses("resume")
        return
    row.technician.do(way_out)
    row.is_idle_on(2)


def test_power_lost_after_the_environment_was_switched_boots_a_trial(row: Row, client: Personality) -> None:
    row.cut("after:ArtifactInstall", INSTALL)
    assert row.lab.slot == 3
    if client == "4.0":  # its memory can't tell this from an ordinary trial, and a commit does what it says
        assert row.technician.phase() == "trial"
        row.technician.do("commit")
        row.is_idle_on(3)
        return
    assert row.technician.phase() == "install cut"
    row.refuses("commit")
    assert row.technician.do_and_reboot("rollback").slot == 2
    row.is_idle_on(2)


def test_doing_nothing_on_such_a_trial_falls_back(row: Row, client: Personality) -> None:
    row.cut("after:ArtifactInstall", INSTALL)
    assert row.lab.reboot().fell_back
    assert row.technician.phase() == ("fell back" if client == "4.0" else "install cut")
    row.technician.do("rollback")
    row.is_idle_on(2)


def test_any_reboot_before_the_commit_falls_back(row: Row) -> None:
    row.install_and_boot()
    assert row.technician.phase() == "trial"
    row.lab.power_cut()
    row.lab.power_on()
    assert row.lab.slot == 2
    assert row.technician.phase() == "fell back"
    row.refuses("commit")
    row.technician.do("rollback")
    row.is_idle_on(2)


def test_power_lost_in_a_commit_before_it_counted_falls_back(row: Row) -> None:
    row.install_and_boot()
    row.cut("before:ArtifactCommit", "mender-update commit")
    assert row.lab.slot == 2
    assert row.technician.phase() == "fell back"
    row.refuses("commit")
    row.technician.do("rollback")
    row.is_idle_on(2)


def test_power_lost_in_a_commit_after_it_counted_keeps_the_new_slot_by_a_recipe(row: Row) -> None:
    row.install_and_boot()
    row.cut("after:ArtifactCommit", "mender-update commit")
    assert row.lab.slot == 3
    assert row.technician.phase() == "commit cut"
    row.refuses("commit", "rollback", "resume")
    assert row.technician.act("commit")["code"] == REFUSED
    assert row.technician.chosen() == B
    row.technician.do("keep")
    assert row.technician.provided() == NEXT
    row.is_idle_on(3)
    row.technician.do("install", "/uboot/ok.mender")
    assert row.lab.reboot().slot == 2
    assert row.technician.phase() == "trial"


def test_power_lost_while_a_commit_was_tidied_up(row: Row, client: Personality) -> None:
    row.install_and_boot()
    row.cut("before:Cleanup", "mender-update commit")
    assert row.lab.slot == 3
    assert row.technician.phase() == "commit cut"
    good, bad = ("keep", "resume") if client == "4.0" else ("resume", "keep")
    row.refuses("commit", "rollback", bad)
    row.technician.do(good)
    assert row.technician.provided() == NEXT
    row.is_idle_on(3)


def test_a_rollback_on_the_new_slot_waits_for_its_reboot(row: Row) -> None:
    row.install_and_boot()
    row.client("rollback")
    assert row.technician.phase() == "rolled back, waiting for reboot"
    row.refuses("commit", "install /uboot/next.mender")
    assert row.lab.reboot().slot == 2
    row.is_idle_on(2)


def test_that_reboot_can_be_cancelled(row: Row) -> None:
    row.install_and_boot()
    row.client("rollback")
    row.technician.do("disarm")
    assert row.technician.chosen() == B
    assert row.lab.slot == 3
    assert row.lab.reboot().slot == 3
    assert row.technician.phase() == "idle"


@pytest.mark.parametrize("point", ["before:ArtifactRollback", "after:ArtifactRollback", "before:Cleanup"])
def test_power_lost_in_a_rollback_on_the_new_slot(row: Row, client: Personality, point: str) -> None:
    """Not in the table: the transcripts cut no rollback."""
    row.install_and_boot()
    row.cut(point, "mender-update rollback")
    assert row.lab.slot == 2  # switched back, or fallen back
    assert row.technician.phase() == ("fell back" if client == "4.0" else "rollback cut")
    row.refuses("commit")
    row.technician.do("rollback" if client == "4.0" or point == "before:ArtifactRollback" else "resume")
    row.is_idle_on(2)
