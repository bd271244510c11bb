"""What is written down of a slot, on a real partition: verified by its checksum until its first boot."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from . import slot_steps
from .slot_steps import ENVIRONMENT
from .tree import SLOT_B

if TYPE_CHECKING:
    from .machine import Machine

SIZE: Final = (40 << 20) + 4096
KNOWN: Final = "how the content of slot B is known"

_VERIFY: Final = """
import json, sys, time
from moducop_tui.actions.hands.ledger import note_slot, verify_slot
from moducop_tui.actions.kit import Kit
from moducop_tui.cli.reread import Reread
from moducop_tui.config import Config
from moducop_tui.device import real_device
from moducop_tui.host import Host
from moducop_tui.model.acts import NoteSlot, VerifySlot
from moducop_tui.model.ledger import Known, SlotNote
from moducop_tui.model.plan import Action, ActionKind
from moducop_tui.model.slots import SlotName
from moducop_tui.model.work import Order, Who

sha256, size, name = sys.argv[1], int(sys.argv[2]), sys.argv[3]
config, told = Config(), []
device = real_device(config)
again, order = Reread(lambda: real_device(config)), Order(Action(ActionKind.INSTALL), Who("root"), ())
kit = Kit(Host(), config, order, again.read, device.inspect, told.append, lambda _: None, lambda: False, time.time)
note_slot(NoteSlot(SlotNote(SlotName.B, Known.WRITING, name, name)), kit)
result = verify_slot(VerifySlot(SlotName.B, "/dev/mmcblk0p3", sha256, size), kit)
print(json.dumps([result.good, result.sentence, len(told), told[-1].rate]))
"""


def verify(machine: Machine, sha256: str) -> Any:
    argv = ["python3", "-c", _VERIFY, sha256, str(SIZE), SLOT_B.artifact]
    return json.loads(machine.run(argv, env=ENVIRONMENT, timeout=60).check().stdout)


def test_a_verified_slot_is_known_until_its_first_boot(fresh_machine: Machine) -> None:
    machine = fresh_machine
    digest = machine.sh(f"head -c {SIZE} /dev/mmcblk0p3 | sha256sum").check().out.split()[0]
    good, sentence, pieces, _ = verify(machine, digest)
    assert good, sentence
    assert pieces == 41
    assert slot_steps.look(machine, "switch", "B")["preconditions"][KNOWN][0] == "ok"
    machine.reboot()
    met, reading = slot_steps.look(machine, "switch", "B")["preconditions"][KNOWN]
    assert (met, reading.endswith("unchanged since")) == ("ok", True)
    slot_steps.perform(machine, "switch", "B")
    machine.reboot()
    assert machine.reboot().slot == 2
    met, reading = slot_steps.look(machine, "switch", "B")["preconditions"][KNOWN]
    assert (met, reading.endswith("but booted or written to since")) == ("doubt", True)


def test_a_slot_that_differs_needs_a_typed_word_however_well_it_looks(fresh_machine: Machine) -> None:
    """A byte that no file system check sees (device facts 2.5)."""
    machine = fresh_machine
    digest = machine.sh(f"head -c {SIZE} /dev/mmcblk0p3 | sha256sum").check().out.split()[0]
    machine.sh("printf X | dd of=/dev/mmcblk0p3 bs=1 seek=100 conv=notrunc,fsync").check()  # before its superblock
    good, sentence, _, _ = verify(machine, digest)
    assert not good
    assert "Slot B is NOT as it should be" in sentence
    told = slot_steps.look(machine, "switch", "B")
    assert told["preconditions"]["file system of slot B in order"] == ["ok", "e2fsck -n finds nothing wrong"]
    assert told["overrides"] == ["unfinished"]
    refused = machine.run(["moducop-tui", "switch", "B", "--yes"], timeout=60)
    assert refused.rc == 3
    assert machine.run(["fw_printenv", "-n", "upgrade_available"]).out == "0"
