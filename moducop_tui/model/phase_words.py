"""The words of each phase for the technician: one sentence of at most 78 characters, and what to do or not to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from moducop_tui.model.mender import ClientKind
from moducop_tui.model.phases import BEFORE_COMMIT, CLEANUP, COMMIT, COMMIT_DONE, INSTALL, Pending, Phase, Situation

SENTENCE_LIMIT = 78
"""Characters of a sentence: it stands in one row of an 80 column screen."""


@dataclass(frozen=True, slots=True)
class Words:
    """A sentence and the advice that goes with it."""

    sentence: str
    advice: str | None = None


def words_of(phase: Phase, situation: Situation, client: ClientKind) -> Words:
    """Sentence and advice for a phase that `phases.phase_of` found for this situation."""
    words = _WORDS[phase](situation, client)
    return Words(fit(words.sentence), words.advice)


def fit(sentence: str) -> str:
    """A sentence cut to what a row holds. Only foreign values can make one too long."""
    return sentence if len(sentence) <= SENTENCE_LIMIT else sentence[: SENTENCE_LIMIT - 3] + "..."


def return_words(situation: Situation) -> str:
    """What becomes of a running trial at the next reboots."""
    if situation.tries_left is None:
        return "No bootlimit: it never falls back."
    if situation.tries_left == 0:
        return f"Any reboot returns to {situation.running.other}."
    return f"{_boots(situation.tries_left)} left, then {situation.running.other}."


def _boots(count: int) -> str:
    return "1 more boot" if count == 1 else f"{count} more boots"


def _next_words(situation: Situation) -> str:
    """What the next boot does while the other slot is armed."""
    if situation.tries_left is None:
        return f"The next boot is {situation.chosen}; it never falls back."
    if situation.tries_left == 0:
        return f"Its tries are used up: {situation.running} boots again."
    times = "once" if situation.tries_left == 1 else f"up to {situation.tries_left} times"
    return f"The next boot tries it, {times}."


def _where(situation: Situation) -> str:
    """The slots' state as such, whatever Mender thinks: for phases that occur in any of them."""
    running, chosen = situation.running, situation.chosen
    if situation.settled:
        return f"{running} is booted and boots next."
    if situation.on_trial:
        return f"{running} is on trial. {return_words(situation)}"
    if situation.armed:
        return f"{running} runs, {chosen} boots next, on trial."
    return f"{running} runs, {chosen} boots next for good."


def _idle(situation: Situation, _: ClientKind) -> Words:
    return Words(f"{situation.running} is booted and committed. No update is pending.", situation.begun)


def _staged(situation: Situation, _: ClientKind) -> Words:
    other = situation.running.other
    return Words(
        f"An update is written to {other}, not activated. A reboot stays on {situation.running}.",
        "Resume activates it, roll back drops it.",
    )


def _installed(situation: Situation, client: ClientKind) -> Words:
    harm = "leaves no fallback" if client is ClientKind.MENDER_GO else "throws the update away"
    return Words(
        f"An update is installed in {situation.chosen}. {_next_words(situation)}",
        f"Reboot to try {situation.chosen}. Do not commit before the reboot: that {harm}.",
    )


def _trial(situation: Situation, _: ClientKind) -> Words:
    running, other = situation.running, situation.running.other
    return Words(
        f"{running} is booted on trial: not committed. {return_words(situation)}",
        f"Commit keeps {running}. Roll back and reboot returns to {other}. Do not install anything now.",
    )


def _install_cut(situation: Situation, _: ClientKind) -> Words:
    return Words(
        f"An install was cut short. {_where(situation)}",
        f"Roll back tidies up.{_reboot_words(situation)} A commit is refused. Distrust the other slot.",
    )


def _fell_back(situation: Situation, _: ClientKind) -> Words:
    running = situation.running
    advice = "Roll back clears it. Do not commit: there is nothing to keep."
    if situation.update is not None and situation.update.in_state is None:
        return Words(f"{running} runs, not the pending update: cut short or fell back.", advice)
    return Words(f"The update was not kept: {running} runs again. Mender has it pending still.", advice)


def _commit_cut(situation: Situation, _: ClientKind) -> Words:
    running, other = situation.running, situation.running.other
    step = situation.update.in_state if situation.update is not None else None
    if situation.armed:
        return Words(
            f"A commit was cut short. {_where(situation)}",
            f"Keep makes {running} permanent. Commit and rollback both return to {other} now.",
        )
    sentence = f"{running} is booted and boots next, but its commit was cut short."
    if step in COMMIT_DONE or step == CLEANUP:
        return Words(sentence, "Resume finishes it. Use neither commit nor rollback.")
    advice = f"Keep makes it permanent. Mender's own commit and rollback would both make {other} boot next!"
    return Words(sentence, advice)


def _rollback_cut(situation: Situation, _: ClientKind) -> Words:
    step = situation.update.in_state if situation.update is not None else None
    what = "A rollback was cut short."
    advice = "Roll back ends it, or resume."
    if step in {None, BEFORE_COMMIT, COMMIT}:
        what = "An update is pending still."
        advice = "Roll back clears it."
    return Words(f"{what} {_where(situation)}", advice + _reboot_words(situation))


def _reboot_words(situation: Situation) -> str:
    """The reboot that is needed once the update is dropped, where another slot runs than the one that stays."""
    lasting = situation.chosen.other if situation.armed else situation.chosen
    return "" if lasting is situation.running else f" Then reboot to be on {lasting}."


def _rolled_back_waiting(situation: Situation, _: ClientKind) -> Words:
    return Words(
        f"{situation.running} runs, but {situation.chosen} boots next for good: rolled back or switched.",
        f"Reboot to be on {situation.chosen}, or disarm to stay on {situation.running}. Nothing is installed before.",
    )


def _manual_trial(situation: Situation, _: ClientKind) -> Words:
    return Words(
        f"{situation.running} is booted on trial by hand. {return_words(situation)}",
        f"Confirm keeps {situation.running}. A commit does nothing here: Mender knows of no update.",
    )


def _manual_armed(situation: Situation, _: ClientKind) -> Words:
    return Words(
        f"A switch to {situation.chosen} is armed by hand. {_next_words(situation)}",
        f"Reboot to try {situation.chosen}, or disarm to stay on {situation.running}.",
    )


def _app_pending(situation: Situation, _: ClientKind) -> Words:
    update = situation.update
    interrupted = update is not None and update.in_state == INSTALL
    advice = (
        "The app's install was interrupted: repair the app, which has Mender end it and makes the app whole."
        if interrupted
        else "The slots are not touched. Look at the app before you commit it or roll it back."
    )
    return Words(f"{situation.running} is booted and committed. An app's update is pending in Mender.", advice)


def _at_work(situation: Situation, _: ClientKind) -> Words:
    if situation.begun is not None:
        return Words(_where(situation), f"{situation.begun} Or reboot: what is on trial falls back.")
    who = situation.at_work or "A program"
    advice = f"Wait until it has ended. Do not reboot. {_where(situation)}"
    return Words(f"An update is at work: {who}.", advice)


def _unknown(situation: Situation, _: ClientKind) -> Words:
    where = _where(situation)
    if situation.pending is Pending.UNKNOWN:
        return Words(
            f"{where} Pending updates: unknown.",
            "What Mender has pending is not known: do not commit, roll back or install before it is.",
        )
    step = situation.update.in_state if situation.update is not None else None
    if situation.settled and step in {None, BEFORE_COMMIT, COMMIT}:
        return Words(
            f"{where} An update pends; kept or not is unknown.",
            "It can't be told whether the running image is the pending one: do not commit or roll back on a guess.",
        )
    return Words(
        f"{where} Mender's step does not fit.",
        f"Mender is at {step or 'no step'}, which does not go with the boot environment: ask for help.",
    )


def _nothing_more(situation: Situation, _: ClientKind) -> Words:
    return Words(_where(situation))


_WORDS: dict[Phase, Callable[[Situation, ClientKind], Words]] = {
    Phase.IDLE: _idle,
    Phase.STAGED: _staged,
    Phase.INSTALLED: _installed,
    Phase.TRIAL: _trial,
    Phase.INSTALL_CUT: _install_cut,
    Phase.FELL_BACK: _fell_back,
    Phase.COMMIT_CUT: _commit_cut,
    Phase.ROLLBACK_CUT: _rollback_cut,
    Phase.ROLLED_BACK_WAITING: _rolled_back_waiting,
    Phase.MANUAL_TRIAL: _manual_trial,
    Phase.MANUAL_ARMED: _manual_armed,
    Phase.APP_PENDING: _app_pending,
    Phase.AT_WORK: _at_work,
    Phase.BROKEN: _nothing_more,
    Phase.UNKNOWN: _unknown,
}
