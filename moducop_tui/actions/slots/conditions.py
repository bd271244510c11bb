"""Preconditions about the boot environment and about how a slot on trial comes back."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from moducop_tui.actions.conditions import DECIDING, nobody_else, read_just_now
from moducop_tui.actions.scene import Scene
from moducop_tui.model.boot import BootEnvironment, EnvironmentState
from moducop_tui.model.dead_man_rules import why_no_timer
from moducop_tui.model.phases import Phase
from moducop_tui.model.plan import Met, Precondition
from moducop_tui.model.verdict import BootVerdict
from moducop_tui.model.witnesses import variable

_WAYS_OUT: Mapping[Phase, str] = MappingProxyType(
    {
        Phase.STAGED: "Resume it or roll it back first.",
        Phase.INSTALLED: "Reboot to try it, or roll it back first.",
        Phase.TRIAL: "Commit it or roll it back first.",
        Phase.INSTALL_CUT: "Roll it back first.",
        Phase.FELL_BACK: "Roll it back first: that clears it.",
        Phase.COMMIT_CUT: "Finish that first: see Slots.",
        Phase.ROLLBACK_CUT: "End the rollback first.",
        Phase.APP_PENDING: "Commit or roll back the app's update first.",
        Phase.AT_WORK: "Wait until it has ended.",
        Phase.IDLE: "Nothing is on trial or armed.",
    }
)


def base_conditions(scene: Scene) -> list[Precondition]:
    """What every write of the boot environment needs: fresh readings, and nobody else at work."""
    found = read_just_now(scene.readings, DECIDING)
    return [*found, nobody_else(scene)] if scene.readings.mender.value is not None else found


def way_out(verdict: BootVerdict) -> str:
    """What to do instead, in the words of the console's own actions."""
    running = verdict.booted
    other = "the other slot" if running is None else running.other
    match verdict.phase:
        case Phase.MANUAL_TRIAL:
            return f"Confirm it to keep {running}, or reboot to return to {other}."
        case Phase.MANUAL_ARMED:
            return f"Reboot to try {other}, or disarm it to stay on {running}."
        case Phase.ROLLED_BACK_WAITING:
            return f"Reboot to be on {other}, or disarm it to stay on {running}."
    return _WAYS_OUT.get(verdict.phase) or verdict.advice or ""


def phase_condition(verdict: BootVerdict, *allowed: Phase, words: str) -> Precondition:
    """That the state machine (device facts 2.4) allows it; else where the device stands, and the way out of there."""
    if not verdict.agree:
        return Precondition(words, "the witnesses contradict each other", Met.NO, " ".join(verdict.contradictions))
    if verdict.phase in allowed:
        return Precondition(words, verdict.phase.value, Met.YES)
    return Precondition(words, verdict.phase.value, Met.NO, f"{verdict.sentence} {way_out(verdict)}".strip())


def copies_condition(boot: BootEnvironment) -> Precondition:
    """That the environment is readable and every copy of it has a good checksum."""
    words = "boot environment sound in all its copies"
    if boot.state is not EnvironmentState.READABLE:
        remedy = boot.sentence or "The boot environment can't be read: nothing is changed."
        return Precondition(words, boot.state.value, Met.NO, remedy)
    damaged = [copy for copy in boot.copies if copy.good is False]
    if damaged:
        place = f"{damaged[0].device} at {damaged[0].offset:#x}"
        remedy = (
            f"A copy of the boot environment is damaged ({place}): were the other to fail, nobody knows what boots."
        )
        return Precondition(words, f"{len(damaged)} of {len(boot.copies)} damaged", Met.NO, remedy, override="one copy")
    if len(boot.copies) < 2 or any(copy.good is None for copy in boot.copies):
        remedy = "There is no second good copy to fall back on while the first is written: keep the power on."
        return Precondition(words, "no second copy seen", Met.DOUBT, remedy)
    return Precondition(words, f"{len(boot.copies)} good copies", Met.YES)


def fall_back_condition(boot: BootEnvironment) -> Precondition:
    """That U-Boot counts boots and has a way back: without it a trial would be for good (device facts 2.1)."""
    words = "the boot loader falls back by itself"
    alternative = "altbootcmd" if variable(boot, "altbootcmd") else None
    reading = f"bootlimit={variable(boot, 'bootlimit') or 'none'}, {alternative or 'no altbootcmd'}"
    if not boot.bootlimit or boot.bootlimit < 0 or alternative is None:
        remedy = f"U-Boot would never fall back ({reading}): a switch would be for good, and none is made."
        return Precondition(words, reading, Met.NO, remedy)
    if boot.canary_checked and not boot.canary_present:
        remedy = (
            "U-Boot never proved that it can save its environment: no trial would fall back. Reboot once, look again."
        )
        return Precondition(words, f"{reading}, canary missing", Met.NO, remedy)
    return Precondition(words, reading, Met.YES)


def timer_condition(scene: Scene) -> Precondition:
    """That a dead-man timer can be set on the other slot; without one only a hand at the device brings it back."""
    words = "a timer brings it back"
    if not scene.dead_man:
        return Precondition(words, "none configured", Met.DOUBT, "Only a reboot or a power cycle will bring it back.")
    why = why_no_timer(scene.readings.storage.value)
    if why is not None:
        remedy = f"No timer can be set: {why}. Only a reboot or a power cycle will bring it back."
        return Precondition(words, why, Met.DOUBT, remedy)
    return Precondition(words, f"{scene.dead_man} s after the boot", Met.YES)


def sets_timer(scene: Scene) -> bool:
    """Whether the plan arms one."""
    return timer_condition(scene).met is Met.YES
