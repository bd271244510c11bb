"""The plan that keeps what is on trial: a booted root file system, or an app that waits for its commit."""

from __future__ import annotations

from dataclasses import replace

from moducop_tui.actions.scene import Scene
from moducop_tui.actions.updates.conditions import base_conditions, phase_allows
from moducop_tui.actions.updates.steps import (
    client_step,
    daemon_steps,
    disarm_steps,
    forget_step,
    ledger_of,
    note_step,
    pending_words,
    watch_steps,
)
from moducop_tui.model.acts import ClientVerb, RunClient
from moducop_tui.model.expected import Expected
from moducop_tui.model.image_match import is_image_of
from moducop_tui.model.ledger import Known, SlotNote
from moducop_tui.model.mender import Mender, PendingUpdate
from moducop_tui.model.phases import BEFORE_COMMIT, Phase
from moducop_tui.model.plan import Action, Met, Plan, Precondition, Step, Weight
from moducop_tui.model.slots import Image, SlotName
from moducop_tui.model.update_verdict import judge_update

_APP = "app"


def commit_plan(action: Action, scene: Scene) -> Plan:
    """Commit in TRIAL and APP_PENDING; anywhere else a commit throws the update away, or worse (2.3)."""
    conditions = base_conditions(scene)
    allowed = phase_allows(
        scene, {Phase.TRIAL, Phase.APP_PENDING}, "an update waits for its commit", "There is nothing to commit."
    )
    conditions.insert(0, allowed)
    mender, booted = scene.readings.mender.value, scene.verdict.booted
    pending = None if mender is None else mender.pending
    if allowed.met is not Met.YES or mender is None or pending is None or booted is None:
        return Plan(action, "Commit", (), tuple(conditions), (), Weight.BOOTS)
    if scene.verdict.phase is Phase.APP_PENDING:
        return _of_app(action, scene, mender, pending, conditions)
    return _of_slot(action, scene, pending, booted, conditions)


def _of_slot(
    action: Action, scene: Scene, pending: PendingUpdate, booted: SlotName, conditions: list[Precondition]
) -> Plan:
    before, after = daemon_steps(scene)
    act = RunClient(ClientVerb.COMMIT, Expected.COMMITTED, artifact=pending.artifact_name, slot=booted)
    steps: tuple[Step, ...] = (
        *before,
        client_step(scene, f"commit: {booted} becomes permanent", act),
        note_step(_kept(scene, booted, pending)),
        *disarm_steps(scene),
        forget_step(),
        *after,
    )
    conditions += [_image_condition(scene, booted, pending), _fares_condition(scene)]
    return Plan(
        action,
        f"Commit slot {booted}",
        (f"Keeps {pending_words(pending)}: {booted} boots from now on, and {booted.other} is no fallback any more.",),
        tuple(conditions),
        steps,
        Weight.BOOTS,
        f"commit {booted}",
        (f"{booted.other} still holds the version before: a switch of slots can try it again.",),
    )


def _kept(scene: Scene, booted: SlotName, pending: PendingUpdate) -> SlotNote:
    """What was noted of its content while it was written holds for its origin, not for its bytes any more."""
    noted = ledger_of(scene).of(booted)
    if noted.artifact != pending.artifact_name:
        noted = SlotNote(booted, Known.BOOTED, pending.artifact_name, pending.rootfs_version)
    return replace(noted, known=Known.BOOTED, at=None, boot_id=None, uuid=None, superblock=None)


def _image_condition(scene: Scene, booted: SlotName, pending: PendingUpdate) -> Precondition:
    """Mender commits whatever runs; that it is what was installed is for us to see."""
    words = "what runs is what was installed"
    image = _image(scene, booted)
    shown = "image not read" if image is None else image.version or image.name or "no name"
    found = is_image_of(image, pending)
    if found is None:
        return Precondition(words, shown, Met.DOUBT, "It can't be told whether the running image is the pending one.")
    if not found:
        remedy = f"The image in {booted} is not {pending_words(pending)}: roll back, or say that you know better."
        return Precondition(words, shown, Met.NO, remedy, override="other image")
    return Precondition(words, shown, Met.YES)


def _image(scene: Scene, name: SlotName) -> Image | None:
    slots = scene.readings.slots.value
    slot = None if slots is None else slots.slot(name)
    return None if slot is None else slot.image


def _fares_condition(scene: Scene) -> Precondition:
    """The verdict after the reboot: a doubt, for who commits may know why something is worse."""
    words = "the device fares as before the update"
    work = scene.readings.work.value
    verdict = judge_update(scene.readings, None if work is None else work.before, scene.wall_now)
    if verdict is None or all(one.before is None for one in verdict.comparisons):
        return Precondition(words, "nothing kept from before", Met.DOUBT, "How it fared before was not kept.")
    if verdict.worse:
        return Precondition(
            words, ", ".join(verdict.worse), Met.DOUBT, f"Worse than before: {', '.join(verdict.worse)}."
        )
    return Precondition(words, "nothing is worse", Met.YES)


def _of_app(
    action: Action, scene: Scene, mender: Mender, pending: PendingUpdate, conditions: list[Precondition]
) -> Plan:
    name = pending.app or pending.artifact_name or "the update"
    before, after = daemon_steps(scene)
    act = RunClient(ClientVerb.COMMIT, Expected.COMMITTED, artifact=pending.artifact_name)
    watch = watch_steps(pending.app)
    steps: tuple[Step, ...] = (
        *before, client_step(scene, f"commit {name}", act), forget_step(), *watch, *after
    )  # fmt: skip
    return Plan(
        action,
        f"Commit {name}",
        (f"Keeps {pending_words(pending)}: there is no way back to the version before any more.",),
        (*conditions, _app_condition(mender, pending, name)),
        steps,
        Weight.BOOTS,
        f"commit {pending.app or 'it'}",
    )


def _app_condition(mender: Mender, pending: PendingUpdate, name: str) -> Precondition:
    """An install that was cut short must not be committed: 4.x would say `Committed.` of what is not there (4.1)."""
    words = "it was installed to its end"
    if pending.in_state is not None:
        if pending.in_state == BEFORE_COMMIT and not (pending.failed or pending.rolled_back):
            return Precondition(words, pending.in_state, Met.YES)
        remedy = f"Mender is at {pending.in_state}: it was cut short. Resume, or repair app {name}."
        return Precondition(words, pending.in_state, Met.NO, remedy)
    if _APP not in pending.payload_types:
        return Precondition(words, "this client notes no step", Met.DOUBT, "Whether it was cut short can't be told.")
    if mender.app_rollback:
        return Precondition(words, "its module waits for a commit", Met.YES)
    remedy = f"The app module here commits by itself: what is pending was cut short. Repair app {name}, commit nothing."
    return Precondition(words, "its module never waits for a commit", Met.NO, remedy)
