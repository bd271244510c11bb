"""Runs Mender's client, and judges by the device what it has done."""

from __future__ import annotations

from dataclasses import replace

from moducop_tui import runner
from moducop_tui.actions.hands.client_run import ROOTFS, Ran, run_to_end
from moducop_tui.actions.kit import Kit, Result
from moducop_tui.actions.updates.client_outcome import Outcome, Standing, judge_client
from moducop_tui.model.acts import ClientVerb, RunClient
from moducop_tui.model.boot import BootEnvironment
from moducop_tui.model.expected import Expected
from moducop_tui.model.ledger import Known
from moducop_tui.model.mender import ClientKind, Mender
from moducop_tui.model.reading import Topic, Unavailable
from moducop_tui.model.slots import SlotName, Slots
from moducop_tui.model.work import Work

_NO_FAILURE = frozenset({0, 4})
"""Exit codes of a client that went well; 4 asks for a reboot (device facts 1.2)."""
_KEPT = 4000
"""Characters of what it said that are kept for the audit trail."""


def run_client(act: RunClient, kit: Kit) -> Result:
    """Run it to its end. Success is what the device looks like afterwards, whatever code and texts say."""
    before = read_standing(kit)
    if isinstance(before, Unavailable):
        return Result(False, f"Mender's client was not started: {before.reason}")
    refusal = _refusal(kit, before)
    if refusal is not None:
        return Result(False, refusal)
    if act.unless_verified is not None:
        kept = _nothing_to_take_back(act.unless_verified, kit, before)
        if kept is not None:
            return Result(True, kept)
    try:
        ran = run_to_end(act, kit, before.mender)
    except runner.CommandError as error:
        return Result(False, f"Mender's client could not be run: {error}")
    return _judged(act, kit, ran)


def read_standing(kit: Kit) -> Standing | Unavailable:
    """How the device stands just now."""
    slots, boot, mender = kit.read(Topic.SLOTS), kit.read(Topic.BOOT), kit.read(Topic.MENDER)
    for value in (slots, boot, mender):
        if isinstance(value, Unavailable):
            return value
    if isinstance(slots, Slots) and isinstance(boot, BootEnvironment) and isinstance(mender, Mender):
        return Standing(slots, boot, mender)
    return Unavailable("the device could not be read.")


def _refusal(kit: Kit, before: Standing) -> str | None:
    """The client always works on the machine that it runs on, and beside another one both come to harm (1.5)."""
    if not kit.host.is_this_machine:
        return "Mender's client can only be run on the machine that the console runs on."
    if before.mender.client is ClientKind.NONE:
        return "There is no Mender client on this machine."
    if before.mender.processes:
        first = before.mender.processes[0]
        return f"Nothing was done: {first.command} (process {first.pid}) is at work. Wait until it has ended."
    return None


def _nothing_to_take_back(slot: SlotName, kit: Kit, before: Standing) -> str | None:
    """Why an update need not be taken back; None where it must be, because its content is not vouched for."""
    if before.pending is None and before.is_known:
        return "Nothing is pending: there is nothing to be taken back."
    work = kit.read(Topic.WORK)
    note = work.ledger.of(slot) if isinstance(work, Work) and work.ledger.error is None else None
    if note is not None and note.known is Known.VERIFIED:
        return f"{slot} was compared with the artifact: there is nothing to be taken back."
    return None


def _judged(act: RunClient, kit: Kit, ran: Ran) -> Result:
    after = read_standing(kit)
    if isinstance(after, Unavailable):
        told = f"What became of it can't be told: {after.reason} Look at Slots before anything else."
        return _result(ran, Outcome(good=False, sentence=told))
    why = ran.stopped or ran.output.why() or _ended_words(ran.code)
    outcome = judge_client(act, after, why)
    if not outcome.good and _is_to_be_tidied(act, after):
        return _tidied(kit, ran, after, why)
    return _result(ran, outcome)


def _ended_words(code: int | None) -> str | None:
    """What is known where the client gave no reason that is understood."""
    if code is None or code in _NO_FAILURE:
        return None
    return f"its client was ended by signal {code - 128}" if code > 128 else f"its client ended with code {code}"


def _is_to_be_tidied(act: RunClient, after: Standing) -> bool:
    """What did not come to its end is in the way of every other update (device facts 2.3).

    4.x notes it before it writes, 5.x when all is written.
    """
    ours = after.pending is not None and act.artifact in (None, after.pending.artifact_name)
    return ours and act.verb is ClientVerb.INSTALL and act.expected in ROOTFS


def _tidied(kit: Kit, ran: Ran, after: Standing, why: str | None) -> Result:
    """Mender is told to drop what did not come to its end."""
    booted, failed = after.verdict.booted, f"It was not installed: {why or 'it did not come to its end'}"
    clear = RunClient(ClientVerb.ROLLBACK, Expected.CLEARED, slot=booted)
    try:
        again = run_to_end(clear, replace(kit, cancelled=lambda: False), after.mender)
    except runner.CommandError as error:
        return _result(ran, Outcome(good=False, sentence=f"{failed}, and Mender could not be told to drop it: {error}"))
    now = read_standing(kit)
    if isinstance(now, Unavailable):
        return _result(ran, Outcome(good=False, sentence=f"{failed}. What is pending can't be told: {now.reason}"))
    cleared = judge_client(clear, now, again.output.why())
    other = booted.other if booted else "The other slot"
    said = f"{failed}. Mender has dropped it. {other} is overwritten in part: install again before it is booted."
    return _result(ran, Outcome(good=False, sentence=said if cleared.good else f"{failed}. {cleared.sentence}"))


def _result(ran: Ran, outcome: Outcome) -> Result:
    sentence = outcome.sentence
    if outcome.good and ran.code not in (0, None):
        sentence += f" (The client ended with code {ran.code}.)"
    return Result(outcome.good, sentence, exit_code=ran.code, output="\n".join(ran.lines)[-_KEPT:])
