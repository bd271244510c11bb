"""Updates on real partitions with Debian's Go client and the stand-in's two: tried, kept, given up, and cut short.

Slot A holds 2.6.0 and runs; everything is ordered at the command line, and held against the disk's own bytes.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, Final

import pytest

from .lab import Lab
from .lab_artifacts import Shelf
from .lab_stock import RELEASES
from .partitions import PARTITIONS
from .slot_steps import ENVIRONMENT
from .stand_in.fit import Client
from .technician import REFUSED, Technician

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .lab_stock import Stock

NEXT: Final = RELEASES["2.8.0"].artifact
OLD: Final = RELEASES["2.6.0"].artifact
ARTIFACT: Final = "/uboot/next.mender"
A, B, B_ON_TRIAL, A_AGAIN = ("2", "2", "0"), ("3", "3", "0"), ("3", "3", "1"), ("2", "2", "0")


class Desk:
    """A device with one of the clients, and the technician before it."""

    def __init__(self, lab: Lab, client: Client, stock: Stock) -> None:
        self.lab = lab
        self.client = client
        self.technician = Technician(lab)
        shelf = Shelf(stock)
        for name in ("next.mender", "ok.mender", "corrupt.mender"):
            shelf.get(name)
        self.payload = stock.release("2.8.0").read_bytes()

    def slot_bytes(self, number: int, size: int) -> bytes:
        """The first bytes of a slot, from the disk."""
        self.lab.sh("sync; echo 3 >/proc/sys/vm/drop_caches").check()
        digest = self.lab.sh(f"head -c {size} /dev/mmcblk0p{number} | sha256sum").check().stdout.split()[0]
        return bytes.fromhex(digest)

    def holds_payload(self, number: int) -> bool:
        """Whether a slot holds the artifact's payload, byte for byte."""
        return self.slot_bytes(number, len(self.payload)) == hashlib.sha256(self.payload).digest()

    def install(self) -> dict[str, Any]:
        return self.technician.do("install", ARTIFACT)

    def work(self) -> dict[str, Any]:
        """What the console says of its own state."""
        found: dict[str, Any] = self.technician.status()["work"]["value"]
        return found

    def known(self, slot: str) -> str | None:
        """How the ledger says that it is known what a slot holds."""
        notes = {note["slot"]: note["known"] for note in self.work()["ledger"]["notes"]}
        return notes.get(slot)


@pytest.fixture(params=["go", "4.0", "5.1"])
def desk(request: pytest.FixtureRequest, stock: Stock) -> Iterator[Desk]:
    client: Client = request.param
    with Lab(stock, client) as lab:
        yield Desk(lab, client, stock)


def test_an_update_is_written_compared_tried_and_committed(desk: Desk) -> None:
    before_a = desk.slot_bytes(2, PARTITIONS[1].size)
    record = desk.install()
    assert record["sentence"].startswith("An update is installed in B." if desk.client == "5.1" else "Slot B holds")
    assert desk.holds_payload(3)
    assert desk.slot_bytes(2, PARTITIONS[1].size) == before_a
    assert desk.technician.chosen() == B_ON_TRIAL
    assert desk.technician.phase() == "installed"
    assert desk.known("B") == "verified by checksum"
    assert desk.technician.refusal("install", ARTIFACT) is not None
    assert "Do not commit before the reboot" in (desk.technician.refusal("commit") or "")

    assert desk.lab.reboot().slot == 3
    assert desk.technician.phase() == "trial"
    assert desk.work()["before"]["expected_artifact"] == NEXT
    committed = desk.technician.do("commit")
    assert committed["sentence"] == f"{NEXT} is committed. B is booted and committed. No update is pending."
    assert desk.technician.chosen() == B
    assert (desk.technician.pending(), desk.technician.provided()) == (None, NEXT)
    assert (desk.known("B"), desk.work()["before"]) == ("booted", None)
    desk.lab.power_cut()
    desk.lab.power_on()
    assert (desk.lab.slot, desk.technician.phase()) == (3, "idle")


def test_a_power_cut_before_the_commit_brings_the_old_slot_back(desk: Desk) -> None:
    desk.install()
    assert desk.lab.reboot().slot == 3
    desk.lab.power_cut()
    desk.lab.power_on()
    assert desk.lab.slot == 2
    assert desk.technician.phase() == "fell back"
    assert desk.technician.refusal("commit")
    cleared = desk.technician.do("rollback")
    assert cleared["sentence"] == (
        "Mender has nothing pending any more. A is booted and committed. No update is pending."
    )
    assert desk.technician.chosen() == A_AGAIN
    assert desk.technician.pending() is None
    assert desk.lab.reboot().slot == 2
    desk.install()
    assert desk.technician.phase() == "installed"


def test_an_update_is_given_up_before_it_is_tried(desk: Desk) -> None:
    desk.install()
    done = desk.technician.do("rollback")
    assert done["sentence"] == "Rolled back. A is booted and committed. No update is pending."
    assert desk.technician.chosen() == A
    assert desk.lab.reboot().slot == 2
    assert (desk.technician.phase(), desk.technician.pending()) == ("idle", None)


def test_a_trial_that_is_given_up_reboots_into_the_old_slot(desk: Desk) -> None:
    desk.install()
    desk.lab.reboot()
    assert desk.technician.do_and_reboot("rollback").slot == 2
    assert (desk.technician.phase(), desk.technician.chosen()) == ("idle", A)


def test_a_commit_that_was_cut_is_mended_and_the_slot_is_kept(desk: Desk) -> None:
    """What a power cut leaves after U-Boot was told and before Mender wrote it down; of 5.1 see test_interruptions."""
    desk.install()
    desk.lab.reboot()
    desk.lab.run(["fw_setenv", "upgrade_available", "0"]).check()
    assert desk.technician.phase() == "commit cut"
    assert desk.technician.refusal("commit")
    assert desk.technician.refusal("rollback")
    kept = desk.technician.do("keep")
    assert kept["sentence"].startswith(f"{NEXT} is committed.")
    assert (desk.technician.chosen(), desk.technician.pending(), desk.technician.provided()) == (B, None, NEXT)
    assert desk.lab.reboot().slot == 3
    assert desk.technician.phase() == "idle"


def test_a_damaged_artifact_is_refused_before_a_byte_is_written(desk: Desk) -> None:
    before = desk.slot_bytes(3, PARTITIONS[2].size)
    told = desk.technician.act("install", "/uboot/corrupt.mender")
    assert told["code"] == 1
    assert told["record"]["steps"][0]["state"] == "failed"
    assert "Nothing was written." in told["record"]["sentence"]
    assert desk.slot_bytes(3, PARTITIONS[2].size) == before
    assert (desk.technician.phase(), desk.technician.chosen()) == ("idle", A)
    assert desk.technician.act("install", "/uboot/absent.mender")["code"] == REFUSED


WITH_A_WRONG_BYTE: Final = """
import dataclasses, os, sys, time
from moducop_tui.actions.hands.table import hand_for
from moducop_tui.actions.kit import Kit
from moducop_tui.cli.reread import Reread
from moducop_tui.config import Config
from moducop_tui.device import real_device
from moducop_tui.host import Host
from moducop_tui.model.acts import RunClient, VerifySlot
from moducop_tui.model.plan import Action, ActionKind
from moducop_tui.model.reading import Topic
from moducop_tui.model.work import Order, Who
from moducop_tui.planning import prepare
from moducop_tui.read_once import read_once

config = Config()
device = real_device(config)
action = Action(ActionKind.INSTALL, sys.argv[1])
plan = prepare(device, config, action, read_once(device.sources, frozenset(Topic) - {Topic.LOG}, 20))
assert plan.runs, plan.refusal
again = Reread(lambda: real_device(config))
order = Order(action, Who("root"), ())
kit = Kit(Host(), config, order, again.read, device.inspect, lambda _: None, lambda _: None, lambda: False, time.time)
failed = False
for step in plan.steps:
    if failed and not step.always:
        continue
    if isinstance(step.act, VerifySlot):
        with open(step.act.device, "r+b") as slot:
            slot.seek(step.act.size // 2)
            byte = slot.read(1)
            slot.seek(-1, 1)
            slot.write(bytes([byte[0] ^ 1]))
            slot.flush()
            os.fsync(slot.fileno())
    result = hand_for(step.act)(step.act, kit)
    print(type(step.act).__name__, result.good, result.sentence)
    failed = failed or not result.good
"""


def test_a_slot_that_does_not_hold_what_was_written_is_never_left_armed(desk: Desk) -> None:
    """One bit of it is another by the time it is read back, as a worn flash may have it."""
    argv = ["python3", "-c", WITH_A_WRONG_BYTE, ARTIFACT]
    said = desk.lab.run(argv, env=ENVIRONMENT, timeout=120).check().stdout
    assert "VerifySlot False Slot B is NOT as it should be" in said
    assert "RunClient True Rolled back. A is booted and committed." in said
    assert (desk.technician.phase(), desk.technician.chosen()) == ("idle", A)
    assert desk.known("B") == "being written"
    assert desk.lab.reboot().slot == 2
    assert OLD != NEXT


STOP_IT: Final = """
import json
from moducop_tui.config import Config
from moducop_tui.device import real_device
with open("/run/moducop_tui/running.json") as file:
    running = json.load(file)
print(real_device(Config()).actions.cancel(running["record"]["id"]))
"""


@pytest.mark.parametrize("desk", ["4.0", "5.1"], indirect=True)
def test_an_install_that_is_stopped_in_the_middle_leaves_no_process_and_nothing_pending(desk: Desk) -> None:
    """Killed alone, the client leaves its module behind for ever, and 4.0 a pending update (transcript misc40 b)."""
    desk.lab.sh("echo 1500000 >/run/mender-stand-in-pace").check()
    desk.lab.run(["moducop-tui", "install", ARTIFACT, "--yes", "--detach"]).check()
    met = '"share": *0\\.[2-9]'
    desk.lab.sh(f"until grep -Eq '{met}' /run/moducop_tui/running.json; do sleep 0.05; done").check()
    assert desk.lab.run(["python3", "-c", STOP_IT], env=ENVIRONMENT).check().out == "None"
    desk.lab.sh("while test -e /run/moducop_tui/running.json; do sleep 0.05; done").check()
    record = json.loads(desk.lab.run(["moducop-tui", "history", "--json"]).check().stdout)["actions"][0]
    assert record["outcome"] == "cancelled"
    assert "stopped as asked" in record["sentence"]
    assert desk.lab.sh("pgrep -f '[r]ootfs-image|[s]tream-next|[m]ender-update' || true").out == ""
    assert (desk.technician.phase(), desk.technician.pending(), desk.technician.chosen()) == ("idle", None, A)
    assert desk.known("B") == "being written"
    desk.lab.sh("rm /run/mender-stand-in-pace").check()
    desk.install()
    assert desk.holds_payload(3)
