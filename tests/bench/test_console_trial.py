"""Updates and slot switches as the console tells them, boot after boot, while real tools make them happen.

One device lives through all of it: each test but the last leaves it on slot A, committed, with nothing pending.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import pytest

from . import artifacts, faults
from .conftest import require_bench
from .desk import QUIET, open_console, show, tight, whole_page
from .image import disk_image
from .machine import Machine
from .partitions import PARTITIONS
from .tree import SLOT_A, SLOT_B
from .witness import Witness

if TYPE_CHECKING:
    from collections.abc import Iterator

MEBIBYTES: Final = 16


def rows_of(screen: str) -> tuple[str, str]:
    """What Overview says of slot A and of slot B."""
    rows = {row[2]: row for row in screen.split("\n") if row[3:].lstrip().startswith("mmcblk0p")}
    return rows["A"], rows["B"]


@pytest.fixture(scope="module")
def device() -> Iterator[Machine]:
    """A virtual ModuCop of these tests' own."""
    require_bench()
    with Machine() as booted:
        yield booted


def install_slot_b(machine: Machine) -> None:
    """Let Debian's Mender install an artifact into slot B: its name is a whole system's, but it holds no kernel."""
    artifact = artifacts.rootfs_artifact(
        machine.run_dir, name=SLOT_B.artifact, files={"etc/issue": "x\n"}, mebibytes=MEBIBYTES
    )
    machine.write("/data/update.mender", artifact.read_bytes())
    machine.run(["mender", "install", "/data/update.mender"], timeout=60).check()


def make_slot_b_whole(machine: Machine) -> None:
    """Put the factory's system back where the artifact was written: as if it had held all of that."""
    start = PARTITIONS[2].start
    with disk_image().open("rb") as pristine:
        pristine.seek(start)
        machine.disk.write(start, pristine.read(MEBIBYTES << 20))


def test_a_switch_by_hand_is_told_from_arming_to_its_fall(device: Machine) -> None:
    machine = device
    with open_console(machine) as console:
        assert "A booted" in console.row(0)
        assert console.row(1).startswith("--Slots")  # calm: no banner
        faults.arm(machine, 3)
        screen = console.picture("! A switch to B is armed by hand. The next boot tries it, once.")
        a, b = rows_of(screen)
        assert "BOOTED, B boots next" in a
        assert "boots next" in b
        assert "on trial, 1 try left" in b

    assert machine.reboot().on_trial
    with open_console(machine) as console:
        screen = console.picture("! B is booted on trial by hand. Any reboot returns to A.")
        assert console.row(1).startswith("! B is booted on trial")
        assert "B booted" in console.row(0)
        a, b = rows_of(screen)
        assert "any reboot returns here" in a
        assert "BOOTED, on trial, not committed" in b
        for word in ("root=/dev/mmcblk0p3", "mounted /dev/mmcblk0p3", "mender_boot_part=3", "upgrade_available=1"):
            assert word in screen
        for name in ("Storage", "Apps", "Logs", "System", "Slots"):
            show(console, name)
            assert console.settle(QUIET).split("\n")[1].startswith("! B is booted on trial")
        page = "\n".join(whole_page(console))
        assert "manual trial" in page
        assert page.count("slot B") == 3
        assert "Confirm keeps B." in page

    assert machine.reboot().fell_back  # nobody has committed
    with open_console(machine) as console:
        a, b = rows_of(console.text())
        assert "A booted" in console.row(0)
        assert console.row(1).startswith("--Slots")
        assert "BOOTED, committed" in a
        assert "not in use" in b
        show(console, "Slots")
        console.wait_for("A is booted and committed. No update is pending.")


@contextmanager
def another_command_line(machine: Machine, text: str) -> Iterator[None]:
    """Another kernel command line, for the length of the ``with`` block."""
    machine.write("/run/bench-cmdline", text)
    machine.run(["mount", "--bind", "/run/bench-cmdline", "/proc/cmdline"]).check()
    try:
        yield
    finally:
        machine.run(["umount", "/proc/cmdline"]).check()


def test_an_environment_against_the_mount_table_is_said_and_never_smoothed_over(device: Machine) -> None:
    device.run(["fw_setenv", "mender_boot_part", "3"]).check()
    with open_console(device) as console:
        screen = console.picture("x mender_boot_part=3 but its _hex=2")
        assert "BOOTED, next boot unknown" in rows_of(screen)[0]
        assert "x boot choice broken" in console.row(-2)
    device.run(["fw_setenv", "mender_boot_part_hex", "3"]).check()
    with open_console(device) as console:
        screen = console.picture("A runs, but B boots next for good")
        assert "BOOTED, B boots next" in rows_of(screen)[0]
        assert "mounted /dev/mmcblk0p2" in screen
    device.run(["fw_setenv", "-s", "-"], stdin="upgrade_available=1\nbootcount=1\n").check()
    with open_console(device) as console:
        console.wait_for("Its tries are used up: A boots again.")
    choice = device.reboot()
    assert (choice.slot, choice.fell_back) == (2, True)  # and so it did


def test_a_kernel_command_line_against_the_mount_table_is_said(machine: Machine) -> None:
    line = machine.read_text("/proc/cmdline")
    with (
        another_command_line(machine, line.replace("mmcblk0p2", "mmcblk0p3")),
        open_console(machine) as console,
    ):
        screen = console.picture("x The kernel command line names B, but A is mounted at /.")
        assert "x A booted?" in console.row(0)
        assert "BOOTED, witnesses disagree" in rows_of(screen)[0]
        assert "root=/dev/mmcblk0p3  mounted /dev/mmcblk0p2" in screen
        assert "x slot witnesses disagree" in console.row(-2)


def test_an_update_that_does_not_boot_is_told_to_have_fallen_back(device: Machine) -> None:
    install_slot_b(device)
    assert device.reboot().fell_back
    with open_console(device) as console:
        screen = console.picture("A runs, not the pending update")
        assert screen.split("\n")[1].startswith("! A runs, not the pending update")
        assert console.row(-2).startswith("! update ")
        assert SLOT_A.image.split("_")[-1] in rows_of(screen)[0]
        show(console, "Slots")
        assert tight(["Do not commit: there is nothing to keep."]) in tight(whole_page(console))
        assert device.run(["mender", "commit"]).rc == 1  # as it must: the boot loader fell back
        console.wait_for("A is booted and committed. No update is pending.")


def test_an_update_of_mender_is_told_from_install_to_commit(device: Machine) -> None:
    install_slot_b(device)
    with open_console(device) as console:
        screen = console.picture("! An update is installed in B. The next boot tries it, once.")
        assert "! Mender: update pending" in screen
        show(console, "Slots")
        assert tight([f"{SLOT_B.artifact} (rootfs-image)"]) in tight(whole_page(console))

    make_slot_b_whole(device)
    assert device.reboot().on_trial
    with open_console(device) as console:
        screen = console.picture("! B is booted on trial: not committed. Any reboot returns to A.")
        assert "! trial not committed" in console.row(-2)
        assert SLOT_B.image.split("_")[-1] in rows_of(screen)[1]
        device.run(["mender", "commit"]).check()
        witness = Witness(device)
        assert witness.environment("upgrade_available") == {"upgrade_available": "0"}
        screen = console.picture("BOOTED, committed")
        assert console.row(1).startswith("--Slots")
        assert "Mender: nothing pending" in console.wait_for("nothing pending")
        assert witness.artifact() == SLOT_B.artifact
