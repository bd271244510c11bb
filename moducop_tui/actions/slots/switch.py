"""The plan to boot the other slot once: a trial that comes back by itself. There is no switch without one."""

from __future__ import annotations

from moducop_tui.actions.scene import Scene
from moducop_tui.actions.slots.conditions import (
    base_conditions,
    copies_condition,
    fall_back_condition,
    phase_condition,
    sets_timer,
    timer_condition,
)
from moducop_tui.actions.slots.content import content_conditions
from moducop_tui.actions.slots.environment import environment_step, trial_of
from moducop_tui.actions.slots.words import belief_words, image_words
from moducop_tui.model.acts import ArmDeadMan, DisarmDeadMan, Leave, RememberBefore
from moducop_tui.model.boot import BootEnvironment
from moducop_tui.model.dead_man_files import DISARM_COMMAND, arm_command
from moducop_tui.model.phases import Phase
from moducop_tui.model.places import BEFORE
from moducop_tui.model.plan import Action, Met, Plan, Precondition, Step, Weight
from moducop_tui.model.slots import Slot, SlotName


def switch_plan(action: Action, scene: Scene) -> Plan:
    """Boot the slot that `action.subject` names once; back by itself unless it is confirmed."""
    conditions = [*base_conditions(scene), phase_condition(scene.verdict, Phase.IDLE, words="nothing pending or armed")]
    boot, slots = scene.readings.boot.value, scene.readings.slots.value
    target = _target(action, scene, conditions)
    slot = None if slots is None or target is None else slots.slot(target)
    if boot is None or slot is None or target is None:
        return Plan(action, "Boot the other slot once", (), tuple(conditions), (), Weight.BOOTS)
    conditions += [
        *content_conditions(scene, target),
        copies_condition(boot),
        fall_back_condition(boot),
        timer_condition(scene),
    ]
    return Plan(
        action,
        f"Boot slot {target} once",
        _summary(scene, slot, boot),
        tuple(conditions),
        _steps(scene, slot, boot),
        Weight.BOOTS,
        f"boot {target}",
        _afterwards(scene, slot),
    )


def _target(action: Action, scene: Scene, conditions: list[Precondition]) -> SlotName | None:
    """The other slot, where that is what was asked for; else the reason is added to the conditions."""
    words, running = "the other slot is named", scene.verdict.booted
    if action.subject not in tuple(SlotName):
        asked = action.subject or "none"
        conditions.append(Precondition(words, asked, Met.NO, "Say which slot to boot: A or B."))
        return None
    target = SlotName(action.subject)
    if running is None:
        return None  # then no phase is known either, and that stops the plan with its own sentence
    if target is running:
        remedy = f"Slot {target} runs already: to boot it again, reboot."
        conditions.append(Precondition(words, f"{target} is the running one", Met.NO, remedy))
        return None
    conditions.append(Precondition(words, f"{target}, running is {running}", Met.YES))
    return target


def _summary(scene: Scene, slot: Slot, boot: BootEnvironment) -> tuple[str, ...]:
    here = slot.name.other
    boots = boot.bootlimit or 1
    back = f"any reboot or power cut returns to {here}" if boots == 1 else f"after {boots} boots it returns to {here}"
    timer = f"; {scene.dead_man} s after its start it does so by itself" if sets_timer(scene) else ""
    return (
        f"Stops every app and boots slot {slot.name} ({image_words(slot)}), on trial. The device reboots now.",
        f"Unless somebody confirms {slot.name}, {back}{timer}.",
    )


def _steps(scene: Scene, slot: Slot, boot: BootEnvironment) -> tuple[Step, ...]:
    """The timer before the environment: a cut between them leaves a timer that finds nothing on trial and goes."""
    number = slot.partition.number
    if number is None:
        return ()
    here, name, image = slot.name.other, slot.name, slot.image
    artifact, version = (None, None) if image is None else (image.artifact_name, image.version)
    remember = RememberBefore(here, name, artifact, version)
    put_back = f"disarm: {here} stays"
    write = environment_step(f"boot {name} next, on trial", trial_of(number), boot, put_back)
    leave = Step("stop the apps, write everything to disk, reboot", "sync; systemctl reboot", Leave())
    keep = Step("keep how the device fares now, to compare afterwards", f"write {BEFORE}", remember)
    if not sets_timer(scene):
        return (keep, write, leave)
    arm = Step(
        f"set a timer that reboots {name} back unless it is confirmed",
        arm_command(name, scene.dead_man),
        ArmDeadMan(name, scene.dead_man),
        undo=put_back,
    )
    tidy = Step(
        "take the timer away again, should nothing be on trial after all",
        f"unless upgrade_available=1: {DISARM_COMMAND}",
        DisarmDeadMan(unless_on_trial=True),
        always=True,
    )
    return (keep, arm, write, tidy, leave)


def _afterwards(scene: Scene, slot: Slot) -> tuple[str, ...]:
    return (
        f"{slot.name} has the same settings in /etc and the same apps: both slots share /data.",
        *belief_words(scene, slot, f"once {slot.name} is kept"),
    )
