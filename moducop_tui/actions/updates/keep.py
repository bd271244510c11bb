"""The plan that keeps the running slot after a commit that was cut short, although Mender would now roll it back.

Device facts 2.3, row 5: plain commit, rollback and resume all make the old slot boot next. What helps, differs.
"""

from __future__ import annotations

from moducop_tui.actions.scene import Scene
from moducop_tui.actions.updates.conditions import base_conditions, phase_allows
from moducop_tui.actions.updates.memory import memory_step
from moducop_tui.actions.updates.steps import (
    client_step,
    daemon_steps,
    disarm_steps,
    forget_step,
    is_armed,
    ledger_of,
    note_step,
    pending_words,
)
from moducop_tui.model.acts import ClientVerb, RunClient, SetEnvironment
from moducop_tui.model.expected import Expected
from moducop_tui.model.generation import Generation, generation_of
from moducop_tui.model.ledger import Known, SlotNote
from moducop_tui.model.mender import PendingUpdate
from moducop_tui.model.phases import CLEANUP, COMMIT, COMMIT_DONE, Phase
from moducop_tui.model.plan import Action, Met, Plan, Power, Precondition, Step, Weight
from moducop_tui.model.slots import SlotName

_COMMITTED = COMMIT_DONE | {CLEANUP}


def keep_plan(action: Action, scene: Scene) -> Plan:
    """Keep the running slot; only in COMMIT_CUT, and not where `resume` ends the commit."""
    allowed = phase_allows(scene, {Phase.COMMIT_CUT}, "a commit was cut short", "There is no cut commit to be mended.")
    conditions = [allowed, *base_conditions(scene)]
    mender, booted = scene.readings.mender.value, scene.verdict.booted
    pending = None if mender is None else mender.pending
    if allowed.met is not Met.YES or pending is None or booted is None:
        return Plan(action, "Keep the running slot", (), tuple(conditions), (), Weight.BOOTS)
    conditions.append(_step_condition(pending, booted))
    numbers = _numbers(scene)
    if numbers is None:
        remedy = "The slots' partition numbers are not known: look at Slots first."
        conditions.append(Precondition("both slots' numbers are known", "no", Met.NO, remedy))
        return Plan(action, f"Keep slot {booted}", (), tuple(conditions), (), Weight.BOOTS)
    again = pending.in_state != COMMIT
    steps = _commit_again(scene, pending, booted, numbers) if again else _roll_and_return(scene, booted, numbers)
    before, after = daemon_steps(scene)
    return Plan(
        action,
        f"Keep slot {booted}",
        _summary(pending, booted, again=again),
        (*conditions, _client_condition(scene)),
        (*before, *steps, *_end(scene, pending, booted), *after),
        Weight.BOOTS,
        f"keep {booted}",
        () if again else _afterwards(scene),
    )


def _step_condition(pending: PendingUpdate, booted: SlotName) -> Precondition:
    words, shown = "only this recipe keeps it", pending.in_state or "this client notes no step"
    if pending.in_state in _COMMITTED:
        return Precondition(words, shown, Met.NO, f"{booted} is committed: resume ends it, nothing else is needed.")
    return Precondition(words, shown, Met.YES)


def _client_condition(scene: Scene) -> Precondition:
    """What a client of unknown ways does with a cut commit is not known either."""
    words, generation = "what helps with this client is known", generation_of(scene.readings.mender.value)
    if generation is Generation.UNKNOWN:
        remedy = "This client does not say its version: left alone, the running slot stays. Ask for help."
        return Precondition(words, generation.value, Met.NO, remedy)
    return Precondition(words, generation.value, Met.YES)


def _numbers(scene: Scene) -> dict[SlotName, int] | None:
    slots = scene.readings.slots.value
    found = {} if slots is None else {one.name: one.partition.number for one in slots.slots}
    numbers = {name: number for name, number in found.items() if number is not None}
    return numbers if len(numbers) == len(SlotName) else None


def _summary(pending: PendingUpdate, booted: SlotName, *, again: bool) -> tuple[str, ...]:
    what = f"The commit of {pending_words(pending)} was cut short: {booted} is booted, Mender would give it up."
    if again:
        return (what, f"The trial of {booted} is opened once more, and committed at once.")
    return (what, f"Mender rolls back, then {booted} is made the one that boots again. No reboot in between.")


def _commit_again(
    scene: Scene, pending: PendingUpdate, booted: SlotName, numbers: dict[SlotName, int]
) -> tuple[Step, ...]:
    """Clients that note no step, and 5.x before the commit, commit where `upgrade_available` is 1.

    The trial gets its one boot again, should the power be cut just then.
    """
    variables = (("upgrade_available", "1"), ("bootcount", "0"))
    arm = _set(f"open the trial of {booted} again", variables, _named(numbers[booted], armed=is_armed(scene)))
    act = RunClient(ClientVerb.COMMIT, Expected.COMMITTED, artifact=pending.artifact_name, slot=booted)
    return (arm, client_step(scene, f"commit {booted}", act))


def _roll_and_return(scene: Scene, booted: SlotName, numbers: dict[SlotName, int]) -> tuple[Step, ...]:
    """5.x in the commit does nothing but roll back; so let it, and put the slot variables back before any reboot."""
    act = RunClient(ClientVerb.ROLLBACK, Expected.ROLLED_BACK, slot=booted.other)
    back = _set(
        f"{booted} boots from now on, not {booted.other}",
        _named(numbers[booted], armed=False),
        _named(numbers[booted.other], armed=False),
    )
    memory = memory_step(scene)
    return (
        client_step(scene, f"have Mender roll back: {booted.other} would boot next", act),
        back,
        *(() if memory is None else (memory,)),
    )


def _named(number: int, *, armed: bool) -> tuple[tuple[str, str], ...]:
    return (
        ("mender_boot_part", str(number)),
        ("mender_boot_part_hex", f"{number:x}"),
        ("upgrade_available", "1" if armed else "0"),
    )


def _set(words: str, variables: tuple[tuple[str, str], ...], before: tuple[tuple[str, str], ...]) -> Step:
    shown = " ".join(f"{name}={value}" for name, value in variables)
    return Step(words, f"fw_setenv: {shown}", SetEnvironment(variables, before), Power.KEEP)


def _end(scene: Scene, pending: PendingUpdate, booted: SlotName) -> tuple[Step, ...]:
    noted = ledger_of(scene).of(booted)
    content = noted if noted.artifact == pending.artifact_name else None
    note = SlotNote(
        booted, Known.BOOTED, pending.artifact_name, pending.rootfs_version,
        None if content is None else content.sha256, None if content is None else content.size,
    )  # fmt: skip
    return (note_step(note), *disarm_steps(scene), forget_step())


def _afterwards(scene: Scene) -> tuple[str, ...]:
    mender = scene.readings.mender.value
    if memory_step(scene) is not None:
        return ()
    why = (
        "protected images take signed artifacts only" if mender is not None and mender.protected else "it is not known"
    )
    return (f"Mender goes on believing that the version before is installed ({why}): install the update again.",)
