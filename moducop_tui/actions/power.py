"""Plans that make the machine go down: reboot, which may change what boots, and power off."""

from __future__ import annotations

from moducop_tui.actions.conditions import nobody_writes
from moducop_tui.actions.scene import Scene
from moducop_tui.model.acts import Leave
from moducop_tui.model.phases import Phase
from moducop_tui.model.plan import Action, ActionKind, Met, Plan, Power, Precondition, Step, Weight


def make_plan(action: Action, scene: Scene) -> Plan:
    """Reboot or power off; refused while anything is being written."""
    off = action.kind is ActionKind.POWER_OFF
    verdict = scene.verdict
    changes = verdict.next_boot is not None and verdict.booted is not None and verdict.next_boot is not verdict.booted
    words = "stop the apps, write everything to disk, " + ("power off" if off else "reboot")
    command = "sync; systemctl " + ("poweroff" if off else "reboot")
    return Plan(
        action,
        "Power off" if off else "Reboot",
        (_sentence(scene, off=off),),
        (_is_a_moducop(scene), nobody_writes(scene), _next_boot(scene)),
        (Step(words, command, Leave(off), Power.MAY),),
        Weight.BOOTS if changes else Weight.INTERRUPTS,
        phrase=f"boot {verdict.next_boot.value}" if changes and verdict.next_boot else None,
        afterwards=_afterwards(scene, off=off),
    )


def _sentence(scene: Scene, *, off: bool) -> str:
    verdict = scene.verdict
    where = f"slot {verdict.next_boot.value}" if verdict.next_boot else "a slot that can't be told"
    if off:
        return f"Stops every app and switches the device off. When it has power again it boots {where}."
    return f"Stops every app and boots {where}. The device is away for a minute or so."


def _is_a_moducop(scene: Scene) -> Precondition:
    """A console that was opened on a developer's machine shall not take it down by mistake."""
    words, system = "this machine is a ModuCop", scene.readings.system.value
    if system is None or system.is_moducop:
        return Precondition(words, (system and system.host_name) or "not told otherwise", Met.YES)
    return Precondition(
        words, "it is none", Met.NO, "This machine is no ModuCop: it is left alone.", override="this one"
    )


def _next_boot(scene: Scene) -> Precondition:
    """What boots next must be known; where it is not, a person may say that they know better."""
    verdict = scene.verdict
    words = "what boots next is known"
    if verdict.phase is Phase.BROKEN:
        return Precondition(
            words, verdict.sentence, Met.NO, verdict.advice or verdict.sentence, override="boot anything"
        )
    if verdict.next_boot is None or not verdict.agree:
        remedy = "What boots next can't be told: look at Slots first."
        return Precondition(words, verdict.sentence, Met.DOUBT, remedy)
    return Precondition(words, f"{verdict.next_boot.value}: {verdict.phase.value}", Met.YES)


def _afterwards(scene: Scene, *, off: bool) -> tuple[str, ...]:
    verdict = scene.verdict
    found, booted = [], verdict.booted
    # Whoever tries it, Mender's daemon too; and only where U-Boot's count is used up.
    if booted is not None and verdict.falls_back_to is booted.other is verdict.next_boot:
        found.append(f"The trial of {booted} ends: the device returns to {booted.other}.")
    if verdict.phase in (Phase.INSTALLED, Phase.MANUAL_ARMED) and verdict.next_boot is not None:
        found.append(f"{verdict.next_boot} is tried: unless it is kept, the next reboot returns to {verdict.booted}.")
    if off:
        found.append("Only somebody at the device, or its ignition, can switch it on again.")
    return tuple(found)
