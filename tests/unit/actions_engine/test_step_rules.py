"""What is told of an action, from how its steps went."""

from __future__ import annotations

import pytest

from moducop_tui.model.acts import (
    Act,
    ArmDeadMan,
    AwaitHealth,
    ClientVerb,
    ControlUnit,
    DisarmDeadMan,
    DropFile,
    Leave,
    NoteSlot,
    ReleaseStick,
    RunClient,
)
from moducop_tui.model.expected import Expected
from moducop_tui.model.ledger import Known, SlotNote
from moducop_tui.model.plan import Step
from moducop_tui.model.slots import SlotName
from moducop_tui.model.step_rules import StepWent, failure, told

CLIENT = RunClient(ClientVerb.COMMIT, Expected.COMMITTED)
NOTE = NoteSlot(SlotNote(SlotName.B, Known.BOOTED))
RELEASE = ReleaseStick("/dev/sda1", "/run/stick")
SAFE = "The stick /dev/sda1 is safe to remove; nothing was written to it."


def step(
    number: int, act: Act, sentence: str, *, good: bool = True, minor: bool = False, always: bool = False
) -> StepWent:
    return StepWent(number, Step("words", "command", act, minor=minor, always=always), good, sentence)


COMMITTED = step(1, CLIENT, "2.8.0 is committed.")


def test_the_last_step_that_is_news_tells_how_it_went() -> None:
    went = [step(1, CLIENT, "It is written."), step(2, CLIENT, "It is armed."), step(3, NOTE, "Noted.", minor=True)]
    assert (failure(went), told(went)) == (None, "It is armed.")


def test_a_plan_without_news_is_done() -> None:
    assert told([]) == "Done."


def test_whether_a_stick_may_be_pulled_out_is_told_with_it() -> None:
    assert told([COMMITTED, step(2, RELEASE, SAFE, always=True)]) == f"2.8.0 is committed. {SAFE}"
    failed = step(1, CLIENT, "It was not installed.", good=False)
    assert told([failed, step(2, RELEASE, SAFE, always=True)]) == f"It was not installed. {SAFE}"


def test_what_could_not_be_put_back_is_told_besides() -> None:
    daemon = step(9, ControlUnit("mender-updated.service", start=True), "It does not start.", good=False, always=True)
    assert failure([COMMITTED, daemon]) is None
    assert told([COMMITTED, daemon]) == "2.8.0 is committed. Step 9 failed: It does not start."


@pytest.mark.parametrize("act", [NOTE, DropFile("/x"), DisarmDeadMan()])
def test_a_commit_is_no_less_one_because_something_could_not_be_put_away(act: Act) -> None:
    went = [COMMITTED, step(2, act, "No room.", good=False, minor=True), step(3, DropFile("/y"), "Gone.", minor=True)]
    assert failure(went) is None
    assert told(went) == "2.8.0 is committed. Step 2 failed: No room."


def test_nothing_is_written_before_that_could_be_written_down() -> None:
    went = [step(1, CLIENT, "Checked."), step(2, NOTE, "No room.", good=False)]
    assert failure(went) is went[1]
    assert told([step(1, NOTE, "No room.", good=False, minor=True)]) == "No room."


@pytest.mark.parametrize("act", [ArmDeadMan(SlotName.B, 600), AwaitHealth((), 120, "nginx-demo")])
def test_what_was_done_all_the_same_comes_before_what_failed(act: Act) -> None:
    went = [COMMITTED, step(2, act, "It exited.", good=False, minor=True)]
    assert failure(went) is went[1]
    assert told(went) == "2.8.0 is committed. It exited."


def test_a_reboot_is_told_behind_what_it_is_for() -> None:
    went = [COMMITTED, step(2, Leave(), "The device is told to reboot.")]
    assert told(went) == "2.8.0 is committed. The device is told to reboot."
    assert told(went[1:]) == "The device is told to reboot."
