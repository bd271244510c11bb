"""The verdict after an update: what was expected against what is booted, how the device fares, why it came back.

Derived afresh from readings and from what was kept before the update.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from moducop_tui.model.came_back import why_it_came_back
from moducop_tui.model.fares import Comparison, compare
from moducop_tui.model.image_match import is_image_of
from moducop_tui.model.mender import PendingUpdate
from moducop_tui.model.phases import Phase
from moducop_tui.model.readings import Readings
from moducop_tui.model.slots import Image, SlotName
from moducop_tui.model.verdict import BootVerdict, judge_boot
from moducop_tui.model.work import Snapshot

_DAY = 86400.0
_TRIALS = frozenset({Phase.TRIAL, Phase.MANUAL_TRIAL})
_WAITS_FOR_CLEARING = frozenset({Phase.FELL_BACK})
_QUIET = frozenset({Phase.IDLE, Phase.ROLLED_BACK_WAITING})


class Standing(StrEnum):
    """Where an update stands that has a verdict."""

    ON_TRIAL = "booted, waiting for your word"
    CAME_BACK = "came back"
    APP_WAITS = "installed, waiting for your word"


@dataclass(frozen=True, slots=True)
class UpdateVerdict:
    """The verdict with its evidence. `worse` says in a few words what is worse than before.

    `same` is whether the booted image is the expected one, None when that can't be told. `boots_left` is how often
    U-Boot still boots the slot on trial; `seconds_left` until the dead-man timer reboots. `why` are sentences about
    why the device came back, the surest first.
    """

    standing: Standing
    expected_slot: SlotName | None
    expected: str | None
    booted_slot: SlotName | None
    booted: str | None
    same: bool | None
    sentence: str
    comparisons: tuple[Comparison, ...] = ()
    boots_left: int | None = None
    seconds_left: float | None = None
    why: tuple[str, ...] = ()
    kept_ago: float | None = None
    """Seconds since it was kept how the device fared before; None where nothing was."""

    @property
    def worse(self) -> tuple[str, ...]:
        """What is worse than before, a few words each."""
        return tuple(one.worse_words for one in self.comparisons if one.worse)

    @property
    def is_worse(self) -> bool:
        """Something is worse than before, or another image runs than was expected."""
        return self.same is False or bool(self.worse)


def judge_update(readings: Readings, before: Snapshot | None, now: float) -> UpdateVerdict | None:
    """The verdict; None where no update waits for a word and none came back. `now` in seconds since the epoch."""
    verdict = judge_boot(readings.slots.value, readings.boot.value, readings.mender.value)
    pending = None if readings.mender.value is None else readings.mender.value.pending
    if verdict.booted is None or not verdict.agree:
        return None
    if verdict.phase in _TRIALS:
        return _on_trial(readings, verdict, pending, _fitting(before, verdict, pending), now)
    if verdict.phase in _WAITS_FOR_CLEARING or _was_cleared(readings, verdict, before):
        return _came_back(readings, verdict, pending, before)
    if verdict.phase is Phase.APP_PENDING and pending is not None:
        return _app_waits(readings, verdict, pending, _fitting(before, verdict, pending), now)
    return None


def _fitting(before: Snapshot | None, verdict: BootVerdict, pending: PendingUpdate | None) -> Snapshot | None:
    """What was kept, if it was kept for this update and no other."""
    if before is None:
        return None
    if pending is not None:
        return before if before.expected_artifact == pending.artifact_name else None
    return before if before.expected_slot is verdict.booted else None


def _on_trial(
    readings: Readings, verdict: BootVerdict, pending: PendingUpdate | None, before: Snapshot | None, now: float
) -> UpdateVerdict:
    booted, image = verdict.booted, _image(readings, verdict.booted)
    expected = _expected_name(pending, before)
    same = _is_same(image, pending, before)
    comparisons = compare(readings, before)
    worse = tuple(one.worse_words for one in comparisons if one.worse)
    work = readings.work.value
    timer = None if work is None else work.dead_man
    return UpdateVerdict(
        Standing.ON_TRIAL,
        booted,
        expected,
        booted,
        _name(image),
        same,
        _trial_sentence(verdict, expected, same=same, worse=worse, compared=before is not None),
        comparisons,
        verdict.tries_left,
        None if timer is None else timer.seconds_left,
        kept_ago=_ago(before, now),
    )


def _trial_sentence(
    verdict: BootVerdict, expected: str | None, *, same: bool | None, worse: tuple[str, ...], compared: bool
) -> str:
    if same is False:
        return f"{verdict.booted} does not run {expected or 'what was expected'}: look before you keep it."
    if worse:
        return f"{verdict.booted} fares worse than before: {', '.join(worse)}."
    if not compared:
        return f"{verdict.booted} runs. How the device fared before was not kept: judge by what you see."
    return f"{verdict.booted} keeps well: nothing is worse than before."


def _was_cleared(readings: Readings, verdict: BootVerdict, before: Snapshot | None) -> bool:
    """An update that was to be tried is gone from Mender, or never was there, and its slot does not run.

    Said for a day: who reads it later has seen the device since.
    """
    system = readings.system.value
    if before is None or before.expected_slot is None or verdict.phase not in _QUIET or system is None:
        return False
    rebooted = before.boot_id is not None and system.boot_id not in (None, before.boot_id)
    young = system.uptime is not None and system.uptime < _DAY
    return rebooted and young and verdict.booted is not before.expected_slot


def _came_back(
    readings: Readings, verdict: BootVerdict, pending: PendingUpdate | None, before: Snapshot | None
) -> UpdateVerdict:
    kept = before if pending is None or (before and before.expected_artifact == pending.artifact_name) else None
    expected_slot = verdict.booted.other if verdict.booted is not None else None
    expected = _expected_name(pending, kept)
    image = _image(readings, verdict.booted)
    return UpdateVerdict(
        Standing.CAME_BACK,
        expected_slot,
        expected,
        verdict.booted,
        _name(image),
        False,
        f"The device is in {verdict.booted}: {expected or 'the other slot'} was not kept.",
        why=why_it_came_back(readings, expected_slot, kept),
    )


def _app_waits(
    readings: Readings, verdict: BootVerdict, pending: PendingUpdate, before: Snapshot | None, now: float
) -> UpdateVerdict:
    comparisons = compare(readings, before)
    worse = tuple(one.worse_words for one in comparisons if one.worse)
    name = pending.app or pending.artifact_name or "The update"
    sentence = f"{name} is installed and waits to be committed."
    if worse:
        sentence = f"{name} is installed, but the device fares worse than before: {', '.join(worse)}."
    booted = _name(_image(readings, verdict.booted))
    return UpdateVerdict(
        Standing.APP_WAITS, None, pending.artifact_name, verdict.booted, booted, None, sentence, comparisons,
        kept_ago=_ago(before, now),
    )  # fmt: skip


def _ago(before: Snapshot | None, now: float) -> float | None:
    return None if before is None else max(0.0, now - before.at)


def _expected_name(pending: PendingUpdate | None, before: Snapshot | None) -> str | None:
    if pending is not None:
        return pending.artifact_name or pending.rootfs_version
    return None if before is None else before.expected_artifact or before.expected_version


def _is_same(image: Image | None, pending: PendingUpdate | None, before: Snapshot | None) -> bool | None:
    if pending is not None:
        return is_image_of(image, pending)
    if before is None or (before.expected_artifact is None and before.expected_version is None):
        return None
    return is_image_of(image, PendingUpdate(before.expected_artifact, (), before.expected_version, None))


def _image(readings: Readings, name: SlotName | None) -> Image | None:
    slots = readings.slots.value
    slot = None if slots is None or name is None else slots.slot(name)
    return None if slot is None else slot.image


def _name(image: Image | None) -> str | None:
    return None if image is None else image.artifact_name or image.version or image.name
