"""Steps that plans for slots share."""

from __future__ import annotations

from moducop_tui.model.acts import DisarmDeadMan, DropFile, NoteSlot
from moducop_tui.model.dead_man_files import DISARM_COMMAND
from moducop_tui.model.ledger import Known, SlotNote
from moducop_tui.model.places import BEFORE, LEDGER
from moducop_tui.model.plan import Step
from moducop_tui.model.slots import Slot


def kept_step(slot: Slot) -> Step:
    """Write down that a slot has run and stays."""
    image, name = slot.image, slot.name
    note = SlotNote(
        name,
        Known.BOOTED,
        artifact=None if image is None else image.artifact_name,
        version=None if image is None else image.version,
        uuid=slot.partition.uuid,
    )
    command = f"write {LEDGER}: {name} {Known.BOOTED.value}"
    return Step(f"note that slot {name} has run and is kept", command, NoteSlot(note), minor=True)


def disarm_steps() -> tuple[Step, ...]:
    """Nothing is tried any more: no timer, and nothing to compare with. Both are gone already where they never were."""
    return (
        Step("take the dead-man timer away", DISARM_COMMAND, DisarmDeadMan(), minor=True),
        Step("end the comparison with before", f"rm {BEFORE}", DropFile(BEFORE), minor=True),
    )
