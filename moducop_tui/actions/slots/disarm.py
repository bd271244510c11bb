"""The plan that takes back what boots next, before the reboot: the running slot stays."""

from __future__ import annotations

from moducop_tui.actions.scene import Scene
from moducop_tui.actions.slots.conditions import base_conditions, copies_condition, way_out
from moducop_tui.actions.slots.environment import environment_step, permanent
from moducop_tui.actions.slots.steps import disarm_steps, kept_step
from moducop_tui.actions.slots.words import belief_words, image_words
from moducop_tui.model.boot import BootEnvironment, EnvironmentState
from moducop_tui.model.phases import Phase
from moducop_tui.model.plan import Action, Met, Plan, Precondition, Weight
from moducop_tui.model.slots import Slot
from moducop_tui.model.witnesses import variable

_WORDS = "something is armed that can be taken back"


def disarm_plan(action: Action, scene: Scene) -> Plan:
    """Have the running slot boot next, for good. Never under an update of Mender's: that is rolled back instead."""
    verdict, boot, slots = scene.verdict, scene.readings.boot.value, scene.readings.slots.value
    conditions = [*base_conditions(scene), _armed(scene)]
    slot = None if slots is None or verdict.booted is None else slots.slot(verdict.booted)
    number = None if slot is None else slot.partition.number
    if boot is None or slot is None or number is None or conditions[-1].met is not Met.YES:
        return Plan(action, "Disarm", (), tuple(conditions), (), Weight.BOOTS)
    name = slot.name
    write = environment_step(f"boot {name} next, for good", permanent(number), boot, None)
    kept = (kept_step(scene, slot),) if verdict.phase is Phase.ROLLED_BACK_WAITING else ()
    return Plan(
        action,
        f"Stay on slot {name}",
        (_sentence(scene, slot),),
        (*conditions, copies_condition(boot)),
        (write, *kept, *disarm_steps()),
        Weight.BOOTS,
        f"stay on {name}",
        belief_words(scene, slot, "afterwards"),
    )


def _armed(scene: Scene) -> Precondition:
    """MANUAL_ARMED, ROLLED_BACK_WAITING, and a choice of the next boot that is broken (device facts 2.4)."""
    verdict = scene.verdict
    if not verdict.agree:
        return Precondition(_WORDS, "the witnesses contradict each other", Met.NO, " ".join(verdict.contradictions))
    if verdict.phase in (Phase.MANUAL_ARMED, Phase.ROLLED_BACK_WAITING):
        return Precondition(_WORDS, verdict.phase.value, Met.YES)
    if verdict.phase is Phase.BROKEN and _choice_is_broken(scene):
        return _broken_choice(scene)
    if verdict.phase is Phase.MANUAL_TRIAL:
        back = verdict.falls_back_to or "the other"
        remedy = f"{verdict.booted} runs already, on trial: a plain reboot returns to {back}. To stay, confirm it."
        return Precondition(_WORDS, verdict.phase.value, Met.NO, remedy)
    return Precondition(_WORDS, verdict.phase.value, Met.NO, f"{verdict.sentence} {way_out(verdict)}".strip())


def _choice_is_broken(scene: Scene) -> bool:
    """Whether the variables that choose the next boot name no slot, two different ones, or a trial that is none."""
    verdict, boot = scene.verdict, scene.readings.boot.value
    if verdict.booted is None or boot is None or boot.state is not EnvironmentState.READABLE:
        return False
    return not _is_settled(scene, boot)


def _is_settled(scene: Scene, boot: BootEnvironment) -> bool:
    slots, booted = scene.readings.slots.value, scene.verdict.booted
    slot = None if slots is None or booted is None else slots.slot(booted)
    number = None if slot is None else slot.partition.number
    untried = boot.upgrade_available == 0 or not (boot.upgrade_available or variable(boot, "upgrade_available"))
    return boot.boot_part == number and boot.boot_part_hex == number and untried


def _broken_choice(scene: Scene) -> Precondition:
    """A choice that is broken while Mender has an update pending is first for Mender to roll back."""
    mender = scene.readings.mender.value
    if mender is None or mender.pending_error is not None:
        why = "Mender not read" if mender is None else mender.pending_error or "not known"
        return Precondition(_WORDS, why, Met.NO, "What Mender has pending is not known: nothing is changed under it.")
    if mender.pending is not None:
        name = mender.pending.artifact_name or "an update"
        return Precondition(_WORDS, f"{name} is pending", Met.NO, f"Mender has {name} pending: roll it back first.")
    return Precondition(_WORDS, scene.verdict.sentence, Met.YES)


def _sentence(scene: Scene, slot: Slot) -> str:
    name, verdict = slot.name, scene.verdict
    match verdict.phase:
        case Phase.MANUAL_ARMED:
            what = f"The trial boot of {name.other} is taken back"
        case Phase.ROLLED_BACK_WAITING:
            what = f"The way back to {name.other} is cancelled"
        case _:
            what = "The choice of the next boot is put right"
    return f"{what}: slot {name} ({image_words(slot)}) runs on and boots next, for good."
