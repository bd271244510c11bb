"""`moducop-tui status` about what is being done to the device."""

from __future__ import annotations

from dataclasses import replace

import pytest

from moducop_tui.__main__ import main
from moducop_tui.model.plan import Action, ActionKind, Power
from moducop_tui.model.slots import SlotName
from moducop_tui.model.work import DeadMan, Outcome, Progress, Record, Running, StepRecord, StepState, Who, Work
from tests.unit.cli.fake_device import fake_device
from tests.unit.core.well_device import WALL, well

STEP = StepRecord("write into slot B", "mender-update install /x", Power.KEEP, StepState.RUNNING)
RECORD = Record("id", Action(ActionKind.INSTALL, "/x"), "Install v2.8.0", Who("root", "pts/0"), WALL, None,
                Outcome.RUNNING, steps=(STEP, STEP))  # fmt: skip
CUT = replace(
    RECORD, outcome=Outcome.CUT, sentence="Cut off in step 1 of 2 (write into slot B); its process was ended."
)


def said(capsys: pytest.CaptureFixture[str], work: Work) -> str:
    assert main(["status"], fake_device(well(work=work))) == 0
    head = capsys.readouterr().out.split("\n\n", 1)[0]
    return " ".join(line.strip() for line in head.splitlines()[1:])


def test_nothing_is_said_where_nothing_is_done(capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, Work()) == ""
    assert said(capsys, Work(last=replace(RECORD, outcome=Outcome.DONE))) == ""


def test_what_runs_is_said_with_step_progress_and_whether_the_power_may_go(capsys: pytest.CaptureFixture[str]) -> None:
    running = Running(RECORD, 1, Progress(0.43, 412_000_000, 958_000_000, 8_200_000))
    assert said(capsys, Work(running=running, held_by="x")) == (
        "* Install v2.8.0 by root on pts/0: step 2 of 2, write into slot B, "
        "43 %  412 of 958 MB  8.2 MB/s, ! DO NOT CUT THE POWER"
    )


def test_an_action_that_has_no_step_yet_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    running = Running(replace(RECORD, steps=()), 0)
    assert said(capsys, Work(running=running)) == "* Install v2.8.0 by root on pts/0: power may be cut"


def test_somebody_who_holds_the_lock_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    words = said(capsys, Work(held_by="switch A by root on pts/0 (process 812)"))
    assert words == "! The device is being changed: switch A by root on pts/0 (process 812)."


def test_what_was_cut_off_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    words = said(capsys, Work(last=CUT))
    assert words == "x Install v2.8.0: Cut off in step 1 of 2 (write into slot B); its process was ended."


def test_the_dead_man_timer_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    words = said(capsys, Work(dead_man=DeadMan(SlotName.B, 600, 10_000.0)))
    assert words.startswith("! Slot B reboots back by itself unless it is confirmed: ")
    assert words.endswith(" min left.")
    armed = said(capsys, Work(dead_man=DeadMan(SlotName.B, 600)))
    assert armed == "The next boot into slot B is undone after 600 s unless it is confirmed."


def test_a_trail_that_can_not_be_read_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert "can't be read" in said(capsys, Work(error="The trail can't be read: Input/output error."))
