"""Preconditions that several plans share. Each shows the reading it was judged by."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from types import MappingProxyType

from moducop_tui.actions.scene import Scene
from moducop_tui.model.mender import Mender
from moducop_tui.model.phases import Phase
from moducop_tui.model.plan import Met, Precondition
from moducop_tui.model.reading import Reading, Topic
from moducop_tui.model.readings import Readings
from moducop_tui.model.rivals import rival_of

DECIDING: Mapping[Topic, str] = MappingProxyType(
    {Topic.SLOTS: "slots", Topic.BOOT: "boot environment", Topic.MENDER: "Mender's state"}
)
"""What decides about whatever touches a slot."""

NOT_AT_WORK = "not at work"
"""What is typed by who knows that nobody is."""


def read_just_now(readings: Readings, topics: Mapping[Topic, str]) -> list[Precondition]:
    """That all these topics, by their names in a sentence, could be read: no plan is made from a stale reading."""
    unread = [
        _unread(readings.of(topic), words) for topic, words in topics.items() if not _is_fresh(readings.of(topic))
    ]
    return unread or [Precondition("the device was read just now", ", ".join(topics), Met.YES)]


def _is_fresh(reading: Reading[object]) -> bool:
    return reading.value is not None and reading.error is None


def _unread(reading: Reading[object], words: str) -> Precondition:
    why = reading.error or "Not read yet."
    remedy = f"{words[0].upper()}{words[1:]} can't be read, so nothing is changed. {why}"
    return Precondition(f"{words} can be read", "no", Met.NO, remedy)


def nobody_else(scene: Scene) -> Precondition:
    """That no other program is updating the device: Mender's daemon, a client, the core API server, another console."""
    words = "no other program at work"
    work, mender = scene.readings.work.value, scene.readings.mender.value
    if work is not None and work.held_by is not None:
        return Precondition(words, work.held_by, Met.NO, f"Wait until it has ended: {work.held_by}.")
    if mender is None:
        return Precondition(words, "Mender not read", Met.NO, "Mender's state can't be read, so nothing is changed.")
    rival = rival_of(mender)
    if rival is not None and rival.remedy is not None:
        return Precondition(words, rival.words, Met.NO, rival.remedy, override=NOT_AT_WORK)
    if rival is not None:
        return Precondition(words, rival.words, Met.NO, f"Wait until it has ended: {rival.words}.")
    if mender.deployment is None and mender.daemon.active == "active":
        unknown = "whether Mender's daemon is in a deployment can't be told"
        return Precondition(words, unknown, Met.NO, f"{unknown[0].upper()}{unknown[1:]}.", override=NOT_AT_WORK)
    return Precondition(words, idle_words(mender), Met.YES)


def nobody_writes(scene: Scene) -> Precondition:
    """That the machine may go down. A deployment that only waits, for its server above all, can be gone on with."""
    found, mender = nobody_else(scene), scene.readings.mender.value
    work = scene.readings.work.value
    if found.met is Met.YES or (work is not None and work.held_by is not None):
        return found
    rival = None if mender is None else rival_of(mender)
    if rival is not None and rival.remedy is not None:
        return replace(found, met=Met.DOUBT, override=None)
    if rival is None or not rival.process:
        return replace(found, override=NOT_AT_WORK)
    return found


def idle_words(mender: Mender) -> str:
    """Who could have been at work, and is not: the reading of `nobody_else`."""
    daemon = "no daemon" if not mender.daemon.present else f"{mender.daemon.name} idle"
    api = "" if mender.core_api is None else ", API idle"
    return f"{daemon}{api}, no client"


def phase_is(scene: Scene, allowed: Collection[Phase], words: str, remedy: str) -> Precondition:
    """That the state machine of the device facts (2.4) allows the action. `remedy` stands before the advice."""
    verdict = scene.verdict
    if verdict.phase in allowed and verdict.agree:
        return Precondition(words, verdict.phase.value, Met.YES)
    if not verdict.agree:
        return Precondition(words, "the witnesses contradict each other", Met.NO, " ".join(verdict.contradictions))
    advice = " ".join(part for part in (remedy, verdict.sentence, verdict.advice) if part)
    return Precondition(words, verdict.phase.value, Met.NO, advice)
