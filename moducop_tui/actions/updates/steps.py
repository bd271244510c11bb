"""The steps that plans for updates share: Mender's client and what is put around it."""

from __future__ import annotations

from dataclasses import replace

from moducop_tui.actions.apps.steps import awaiting
from moducop_tui.actions.scene import Scene
from moducop_tui.model.acts import (
    ArmDeadMan,
    ClientVerb,
    ControlUnit,
    DisarmDeadMan,
    DropFile,
    NoteSlot,
    RememberBefore,
    RunClient,
)
from moducop_tui.model.dead_man_files import DISARM_COMMAND, arm_command
from moducop_tui.model.dead_man_rules import why_no_timer
from moducop_tui.model.ledger import Ledger, SlotNote
from moducop_tui.model.mender import ClientKind, Mender, PendingUpdate
from moducop_tui.model.places import BEFORE, LEDGER
from moducop_tui.model.plan import Power, Step
from moducop_tui.model.slots import SlotName
from moducop_tui.model.witnesses import chosen_slot

_MINUTE = 60


def program(mender: Mender | None) -> str:
    """The client's program, as a technician types it."""
    go = mender is not None and mender.client is ClientKind.MENDER_GO
    return (ClientKind.MENDER_GO if go else ClientKind.MENDER_UPDATE).value


def client_command(mender: Mender | None, act: RunClient) -> str:
    """The exact command of an act, as the hand runs it."""
    return " ".join(client_argv(program(mender), act))


def client_argv(client: str, act: RunClient) -> tuple[str, ...]:
    """The client's arguments. A path is always absolute, so it is never taken for an option."""
    stop = ("--stop-before", act.stop_before) if act.stop_before else ()
    path = (act.path,) if act.path and act.verb is ClientVerb.INSTALL else ()
    return (client, act.verb.value, *stop, *path)


def client_step(scene: Scene, words: str, act: RunClient, *, undo: str | None = None) -> Step:
    """A step that runs the client. The power stays on: what a cut leaves behind always needs a hand afterwards."""
    command = client_command(scene.readings.mender.value, act)
    if act.unless_verified is not None:
        command += f"   (only if {act.unless_verified} is not verified)"
    return Step(words, command, act, Power.KEEP, undo, always=act.unless_verified is not None)


def daemon_steps(scene: Scene) -> tuple[tuple[Step, ...], tuple[Step, ...]]:
    """Steps before and after: Mender's daemon shares its work directory with the client and locks nothing (1.5)."""
    mender = scene.readings.mender.value
    if mender is None or mender.daemon.active != "active":
        return (), ()
    unit = f"{mender.daemon.name}.service"
    stop = Step("stop Mender's daemon", f"systemctl stop {unit}", ControlUnit(unit, start=False), undo="started again")
    start = Step("start Mender's daemon again", f"systemctl start {unit}", ControlUnit(unit, start=True), always=True)
    return (stop,), (start,)


def remember_step(scene: Scene, slot: SlotName | None, artifact: str | None, version: str | None) -> Step:
    """Keep how the device fares now. `slot` is the one that is to be booted for it, None for an app."""
    act = RememberBefore(scene.verdict.booted, slot, artifact, version)
    return Step("keep how the device fares now, to compare afterwards", f"write {BEFORE}", act)


def forget_step() -> Step:
    """The word is given: the comparison is over."""
    return Step("end the comparison with before", f"rm {BEFORE}", DropFile(BEFORE), minor=True)


def note_step(note: SlotNote) -> Step:
    """Write into the ledger what a slot holds, and how that is known; the hand adds when, and in which boot."""
    words = f"note that slot {note.slot} is {note.known.value}"
    return Step(words, f"write {LEDGER}: {note.slot} {note.known.value}", NoteSlot(note), minor=True)


def ledger_of(scene: Scene) -> Ledger:
    """What is noted of the slots; empty where it was not read."""
    work = scene.readings.work.value
    return Ledger() if work is None else work.ledger


def arm_steps(scene: Scene, slot: SlotName) -> tuple[Step, ...]:
    """The dead-man timer, where one is configured and can be set."""
    if why_unarmed(scene) is not None:
        return ()
    words = f"unless it is kept within {span(scene.dead_man)} after that boot, reboot back"
    act = ArmDeadMan(slot, scene.dead_man)
    return (Step(words, arm_command(slot, scene.dead_man), act, undo="disarmed by a commit or a rollback", minor=True),)


def why_unarmed(scene: Scene) -> str | None:
    """Why no dead-man timer guards the trial; None when one does."""
    if not scene.dead_man:
        return "none is configured"
    return why_no_timer(scene.readings.storage.value)


def disarm_steps(scene: Scene) -> tuple[Step, ...]:
    """Take the dead-man timer away, unless it is known that there is none."""
    work = scene.readings.work.value
    if work is not None and work.error is None and work.dead_man is None:
        return ()
    return (Step("take the dead-man timer away", DISARM_COMMAND, DisarmDeadMan(), minor=True),)


def watch_steps(app: str | None) -> tuple[Step, ...]:
    """Wait until all of an app is well; what the client did remains the news."""
    return (replace(awaiting((), app), minor=True),) if app else ()


def is_armed(scene: Scene) -> bool:
    """Whether U-Boot counts boots: what boots next is a trial."""
    boot = scene.readings.boot.value
    return boot is not None and boot.upgrade_available == 1


def lasting_slot(scene: Scene) -> SlotName | None:
    """The slot on which the device ends up once nothing is on trial any more; None where that can't be told."""
    chosen = chosen_slot(scene.readings.slots.value, scene.readings.boot.value)
    return chosen.other if chosen is not None and is_armed(scene) else chosen


def pending_words(pending: PendingUpdate) -> str:
    """What is pending, by its name."""
    return pending.artifact_name or "the pending update"


def span(seconds: int) -> str:
    """`10 min`, `90 s`."""
    return f"{seconds // _MINUTE} min" if seconds % _MINUTE == 0 else f"{seconds} s"


def megabytes(count: int | None) -> str:
    """`512 MB`, powers of 1000."""
    if count is None:
        return "of unknown size"
    return f"{max(1, round(count / 1e6))} MB" if count >= 1_000_000 else f"{max(1, round(count / 1e3))} kB"
