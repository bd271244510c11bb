"""Steps that plans for slots share."""

from __future__ import annotations

from dataclasses import replace

from moducop_tui.actions.scene import Scene
from moducop_tui.model.acts import DisarmDeadMan, DropFile, NoteSlot
from moducop_tui.model.dead_man_files import DISARM_COMMAND
from moducop_tui.model.ledger import Known, Ledger, SlotNote
from moducop_tui.model.places import BEFORE, LEDGER
from moducop_tui.model.plan import Step
from moducop_tui.model.slots import Slot


def kept_step(scene: Scene, slot: Slot) -> Step:
    """Write down that a slot has run and stays. What was noted of where its image came from is kept."""
    work, image, name = scene.readings.work.value, slot.image, slot.name
    artifact = None if image is None else image.artifact_name
    noted = (Ledger() if work is None else work.ledger).of(name)
    if artifact is None or noted.artifact != artifact:
        noted = SlotNote(name, Known.BOOTED, artifact)
    note = replace(
        noted,
        known=Known.BOOTED,
        at=None,
        boot_id=None,
        uuid=slot.partition.uuid,
        superblock=None,
        image=None if image is None else image.version,
    )
    command = f"write {LEDGER}: {name} {Known.BOOTED.value}"
    return Step(f"note that slot {name} has run and is kept", command, NoteSlot(note), minor=True)


def disarm_steps() -> tuple[Step, ...]:
    """Nothing is tried any more: no timer, and nothing to compare with. Both are gone already where they never were."""
    return (
        Step("take the dead-man timer away", DISARM_COMMAND, DisarmDeadMan(), minor=True),
        Step("end the comparison with before", f"rm {BEFORE}", DropFile(BEFORE), minor=True),
    )
