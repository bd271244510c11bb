"""How the device stands after Mender's client has ended, against how it was to stand: judged by readings alone.

Exit codes and texts are no proof: 5.x says `Rolled back.` with exit code 0 to a commit (device facts 1.2).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from moducop_tui.model.acts import ClientVerb, RunClient
from moducop_tui.model.boot import BootEnvironment
from moducop_tui.model.expected import Expected
from moducop_tui.model.mender import Mender, PendingUpdate
from moducop_tui.model.phases import BEFORE_COMMIT, Phase
from moducop_tui.model.slots import SlotName, Slots
from moducop_tui.model.verdict import BootVerdict, judge_boot
from moducop_tui.model.witnesses import chosen_slot

_INCONSISTENT = "_INCONSISTENT"
"""What the client puts behind an artifact's name when its update module could not go back."""
_NEITHER = "The app may be neither the old version nor the new one: look at it, install it again or repair it."


@dataclass(frozen=True, slots=True)
class Standing:
    """How the device stands now."""

    slots: Slots
    boot: BootEnvironment
    mender: Mender

    @property
    def verdict(self) -> BootVerdict:
        """What is booted and what boots next."""
        return judge_boot(self.slots, self.boot, self.mender)

    @property
    def pending(self) -> PendingUpdate | None:
        """What Mender has pending."""
        return self.mender.pending

    @property
    def is_known(self) -> bool:
        """Whether Mender's memory could be read at all."""
        return self.mender.pending_error is None

    @property
    def chosen(self) -> SlotName | None:
        """The slot that the boot environment names."""
        return chosen_slot(self.slots, self.boot)

    @property
    def armed(self) -> bool:
        """Whether U-Boot counts boots."""
        return self.boot.upgrade_available == 1


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether it stands as it was to stand, and a sentence about it."""

    good: bool
    sentence: str


def judge_client(act: RunClient, standing: Standing, why: str | None) -> Outcome:
    """The outcome. `why` is what the client gave as reason, for the sentence only."""
    if not standing.is_known:
        told = f"What became of it can't be told: {standing.mender.pending_error}"
        return Outcome(good=False, sentence=told)
    if _IS_MET[act.expected](act, standing):
        return Outcome(good=True, sentence=_good_sentence(act, standing))
    return Outcome(good=False, sentence=_bad_sentence(act, standing, why))


def _is_ours(act: RunClient, pending: PendingUpdate | None) -> bool:
    return pending is not None and act.artifact in (None, pending.artifact_name)


def _names(act: RunClient, standing: Standing) -> bool:
    """The environment names the slot that it must name."""
    return act.slot is None or standing.chosen is act.slot


def _staged(act: RunClient, standing: Standing) -> bool:
    return standing.verdict.phase is Phase.STAGED and _is_ours(act, standing.pending) and _names(act, standing)


def _installed(act: RunClient, standing: Standing) -> bool:
    return standing.verdict.phase is Phase.INSTALLED and _is_ours(act, standing.pending) and _names(act, standing)


def _is_believed(act: RunClient, standing: Standing) -> bool:
    return standing.pending is None and act.artifact in (None, standing.mender.artifact_name)


def _waits(act: RunClient, standing: Standing) -> bool:
    pending = standing.pending
    whole = pending is not None and pending.in_state in (None, BEFORE_COMMIT) and not pending.failed
    return whole and standing.verdict.phase is Phase.APP_PENDING and _is_ours(act, pending)


def _app_installed(act: RunClient, standing: Standing) -> bool:
    return _is_believed(act, standing) or _waits(act, standing)


def _committed(act: RunClient, standing: Standing) -> bool:
    permanent = act.slot is None or (standing.chosen is act.slot and not standing.armed)
    return _is_believed(act, standing) and permanent


def _gone(act: RunClient, standing: Standing) -> bool:
    permanent = act.slot is None or (standing.chosen is act.slot and not standing.armed)
    return standing.pending is None and permanent and not _is_broken(act, standing)


def _is_broken(act: RunClient, standing: Standing) -> bool:
    """The client calls what it was to roll back inconsistent: its update module could not."""
    return act.artifact is not None and standing.mender.artifact_name == act.artifact + _INCONSISTENT


_IS_MET: Mapping[Expected, Callable[[RunClient, Standing], bool]] = MappingProxyType(
    {
        Expected.STAGED: _staged,
        Expected.INSTALLED: _installed,
        Expected.APP_DONE: _is_believed,
        Expected.APP_PENDING: _waits,
        Expected.APP_INSTALLED: _app_installed,
        Expected.COMMITTED: _committed,
        Expected.ROLLED_BACK: _gone,
        Expected.CLEARED: _gone,
    }
)


def _good_sentence(act: RunClient, standing: Standing) -> str:
    verdict, name = standing.verdict, act.artifact or "it"
    match act.expected:
        case Expected.STAGED | Expected.INSTALLED:
            return verdict.sentence
        case Expected.APP_PENDING:
            return f"{name} is installed and waits for its commit."
        case Expected.APP_DONE | Expected.APP_INSTALLED:
            done = standing.pending is None
            return f"{name} is installed and committed." if done else f"{name} is installed and waits for its commit."
        case Expected.COMMITTED:
            return f"{name} is committed. {verdict.sentence}" if act.slot else f"{name} is committed."
        case Expected.ROLLED_BACK:
            return f"Rolled back. {verdict.sentence}"
    return f"Mender has nothing pending any more. {verdict.sentence}"


_FAILURES = {
    ClientVerb.INSTALL: "It was not installed",
    ClientVerb.COMMIT: "It was not committed",
    ClientVerb.ROLLBACK: "It was not rolled back",
    ClientVerb.RESUME: "Mender did not go on as it should",
}


def _bad_sentence(act: RunClient, standing: Standing, why: str | None) -> str:
    verdict = standing.verdict
    failure = _FAILURES[act.verb] + (f": {why}." if why else ".")
    left = _left_behind(act, standing)
    return " ".join(part for part in (failure, left, verdict.sentence, verdict.advice) if part)


def _left_behind(act: RunClient, standing: Standing) -> str | None:
    """What the failure has left, where the verdict over the slots does not say it."""
    if act.verb is ClientVerb.COMMIT and standing.pending is None and standing.verdict.phase is not Phase.IDLE:
        return "Mender rolled it back."
    if standing.pending is None and act.verb is ClientVerb.ROLLBACK and _is_broken(act, standing):
        return _NEITHER
    if act.verb is not ClientVerb.INSTALL or standing.pending is not None:
        return None
    if act.expected in (Expected.STAGED, Expected.INSTALLED):
        booted = standing.verdict.booted
        other = booted.other if booted else "the other slot"
        return f"{other} may be overwritten in part, also where Mender says that nothing was modified: install again."
    if (standing.mender.artifact_name or "").endswith(_INCONSISTENT):
        return _NEITHER
    return None
