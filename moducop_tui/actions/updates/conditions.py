"""Preconditions of plans for updates: each with the reading that it was judged by."""

from __future__ import annotations

from collections.abc import Collection

from moducop_tui.actions.conditions import DECIDING, nobody_else, read_just_now
from moducop_tui.actions.scene import Scene
from moducop_tui.model.boot import BootEnvironment, EnvironmentState
from moducop_tui.model.generation import Generation, generation_of
from moducop_tui.model.mender import ClientKind, Mender
from moducop_tui.model.phases import Phase
from moducop_tui.model.plan import Met, Precondition


def base_conditions(scene: Scene) -> list[Precondition]:
    """What every run of Mender's client needs: all three readings fresh, nobody else at work, a client."""
    readings = scene.readings
    found = read_just_now(readings, DECIDING)
    if readings.boot.value is not None:
        found.append(environment_sound(readings.boot.value))
    if readings.mender.value is not None:
        found += [nobody_else(scene), client_there(readings.mender.value), *_noted_by_another(readings.mender.value)]
    return found


def _noted_by_another(mender: Mender) -> tuple[Precondition, ...]:
    """After an update across generations the other slot's client has noted it: 5.x reads what 4.x wrote, not so 4.x."""
    pending = mender.pending
    if pending is None or pending.in_state is None or generation_of(mender) not in (Generation.GO, Generation.CPP4):
        return ()
    remedy = (
        f"A newer client noted what is pending, {mender.client.value} {mender.version or '?'} can't read it. "
        "Reboot: back in the other slot its own client can."
    )
    return (Precondition("this client can read what is pending", "noted by 5.x", Met.NO, remedy),)


def phase_allows(scene: Scene, allowed: Collection[Phase], words: str, remedy: str) -> Precondition:
    """That the state machine (device facts 2.4) allows it. `remedy` stands before what is so and what to do."""
    verdict = scene.verdict
    if not verdict.agree:
        why = " ".join(verdict.contradictions)
        return Precondition(words, "the witnesses contradict each other", Met.NO, f"{remedy} {why}")
    if verdict.phase in allowed:
        return Precondition(words, verdict.phase.value, Met.YES)
    advice = " ".join(part for part in (remedy, verdict.sentence, verdict.advice) if part)
    return Precondition(words, verdict.phase.value, Met.NO, advice)


def environment_sound(boot: BootEnvironment) -> Precondition:
    """That U-Boot can read and write what is decided here: checksums, and the canary that U-Boot itself wrote."""
    words = "boot environment sound"
    if boot.state is not EnvironmentState.READABLE:
        remedy = boot.sentence or "The boot environment can't be read: nothing is changed."
        return Precondition(words, boot.state.value, Met.NO, remedy)
    if boot.canary_checked and not boot.canary_present:
        remedy = (
            "U-Boot never proved that it can save its environment: no trial would fall back. Reboot once, look again."
        )
        return Precondition(words, "canary missing", Met.NO, remedy)
    canary = "canary 1" if boot.canary_present else "no canary asked for"
    damaged = [copy for copy in boot.copies if copy.good is False]
    if damaged:
        remedy = "One of its two copies is damaged; the next write renews it."
        return Precondition(words, f"one copy damaged, {canary}", Met.DOUBT, remedy)
    checksum = "checksum good, " if boot.copies else ""
    return Precondition(words, f"{checksum}{canary}", Met.YES)


def client_there(mender: Mender) -> Precondition:
    """That a client is installed whose ways are known."""
    words = "Mender's client is known"
    if mender.client is ClientKind.NONE:
        remedy = "Neither mender-update nor mender is installed: there is nothing to do it with."
        return Precondition(words, "none", Met.NO, remedy)
    shown = f"{mender.client.value} {mender.version or '?'}"
    if generation_of(mender) is Generation.UNKNOWN:
        why = mender.error or "it does not say its version"
        remedy = f"What {mender.client.value} does with an update that is cut short depends on its version: {why}"
        return Precondition(words, shown, Met.NO, remedy, override="unknown client")
    return Precondition(words, shown, Met.YES)
