"""The plan that makes a trial by hand permanent. Mender's commit does nothing here: it knows of no update (2.5)."""

from __future__ import annotations

from moducop_tui.actions.scene import Scene
from moducop_tui.actions.slots.conditions import base_conditions, copies_condition, phase_condition
from moducop_tui.actions.slots.environment import environment_step, kept
from moducop_tui.actions.slots.steps import disarm_steps, kept_step
from moducop_tui.actions.slots.words import belief_words, image_words
from moducop_tui.model.app_rules import app_is_well
from moducop_tui.model.phases import Phase
from moducop_tui.model.plan import Action, Met, Plan, Precondition, Weight


def confirm_plan(action: Action, scene: Scene) -> Plan:
    """Keep the running slot, which was booted on trial by hand."""
    verdict = scene.verdict
    conditions = [
        *base_conditions(scene),
        phase_condition(verdict, Phase.MANUAL_TRIAL, words="a trial by hand runs"),
    ]
    boot, slots = scene.readings.boot.value, scene.readings.slots.value
    slot = None if slots is None or verdict.booted is None else slots.slot(verdict.booted)
    if boot is None or slot is None or verdict.phase is not Phase.MANUAL_TRIAL:
        return Plan(action, "Confirm the trial", (), tuple(conditions), (), Weight.BOOTS)
    conditions += [_fares(scene), copies_condition(boot)]
    name = slot.name
    write = environment_step(f"make {name} permanent", kept(), boot, f"switch back to {name.other}")
    return Plan(
        action,
        f"Keep slot {name}",
        (f"Slot {name} ({image_words(slot)}) boots from now on. It does not return to {name.other} any more.",),
        tuple(conditions),
        (write, kept_step(scene, slot), *disarm_steps()),
        Weight.BOOTS,
        f"keep {name}",
        (f"Slot {name.other} stays as it is: it can be switched to again.", *belief_words(scene, slot, "then")),
    )


def _fares(scene: Scene) -> Precondition:
    """What is not well now: a doubt, for who confirms may know why."""
    words = "the device fares well"
    system, apps = scene.readings.system.value, scene.readings.apps.value
    units = None if system is None else system.failed_units
    ill = [] if apps is None else [app.name for app in apps.apps if not app_is_well(app)]
    bad = [*([f"{len(units)} failed units"] if units else []), *([f"{len(ill)} apps not well"] if ill else [])]
    if bad:
        return Precondition(words, ", ".join(bad), Met.DOUBT, f"Look first: {', '.join(bad)}.")
    if units is None or apps is None:
        return Precondition(words, "not all could be read", Met.DOUBT, "Whether units and apps are well is not known.")
    return Precondition(words, "no failed units, apps well", Met.YES)
