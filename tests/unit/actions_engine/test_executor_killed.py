"""The executor killed at random instants, two started at once: whoever looks afterwards reads what is true."""

from __future__ import annotations

import os
import random
import signal
import time
from pathlib import Path

import pytest

from moducop_tui.actions.kit import Kit, Result
from moducop_tui.model.acts import Act
from moducop_tui.model.plan import Power
from moducop_tui.model.work import Outcome, StepState
from tests.patience import PATIENCE
from tests.unit.actions_engine.engine_stage import Stage, plan_of, step

STEPS = 5


def slow(root: Path, number: int, seconds: float) -> object:
    """A hand that leaves a mark when it begins and one when it ends."""

    def perform(_: Act, __: Kit) -> Result:
        (root / f"begun {number}").touch()
        time.sleep(seconds)
        (root / f"ended {number}").touch()
        return Result(True, f"Step {number} is done.")

    return perform


def stage_of(root: Path, seconds: float) -> Stage:
    stage = Stage(root, plan_of(*(step(str(number)) for number in range(STEPS))))
    stage.hands = {str(number): slow(root, number, seconds) for number in range(STEPS)}  # type: ignore[misc]
    return stage


def forked(stage: Stage, action_id: str, *, listen: bool = False) -> int:
    child = os.fork()
    if child:
        return child
    code = 99
    try:
        code = 0 if stage.run_as(action_id, listen=listen) is Outcome.DONE else 1
    finally:
        os._exit(code)


@pytest.mark.parametrize("seed", range(30))
def test_killed_at_any_instant_the_record_says_how_far_it_came(tmp_path: Path, seed: int) -> None:
    stage = stage_of(tmp_path, 0.006)
    child = forked(stage, stage.post())
    time.sleep(random.Random(seed).uniform(0.0, 0.14))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    work = stage.work()
    assert work.running is None
    assert work.held_by is None
    if not work.history:
        assert not list(tmp_path.glob("begun *"))
        return
    record = work.history[0]
    assert work.last == record
    begun = {int(place.name.split()[1]) for place in tmp_path.glob("begun *")}
    ended = {int(place.name.split()[1]) for place in tmp_path.glob("ended *")}
    for number, one in enumerate(record.steps):
        # Written down before it begins and after it has ended: what is on record is never more than what was done.
        assert one.state is not StepState.DONE or number in ended
        assert number not in begun or one.state in (StepState.DONE, StepState.CUT)
        assert one.state in (StepState.DONE, StepState.CUT, StepState.SKIPPED)
    assert sum(one.state is StepState.CUT for one in record.steps) <= 1
    assert record.outcome is (Outcome.DONE if record.ended_at is not None else Outcome.CUT)
    if record.outcome is Outcome.CUT:
        assert (record.sentence or "").startswith("Cut off ")
        assert stage.run() is Outcome.DONE  # nothing of it stands in the way of the next


def test_of_two_orders_at_once_one_is_carried_out_and_the_other_is_told_who_it_is(tmp_path: Path) -> None:
    stage = stage_of(tmp_path, 0.25)
    ids = [stage.post(), stage.post()]
    children = [forked(stage, action_id) for action_id in ids]
    codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    assert sorted(codes) == [0, 1]
    winner, loser = (ids[0], ids[1]) if codes[0] == 0 else (ids[1], ids[0])
    refused = stage.desk.answer_of(loser)
    assert refused is not None
    assert (refused.refused or "").startswith(
        "The device is being changed: restart container web by root on ttymxc0 from 10.0.4.2 (process "
    )
    assert [record.id for record in stage.work().history] == [winner]


def test_an_action_that_runs_is_seen_by_every_console_and_not_called_cut(tmp_path: Path) -> None:
    stage = stage_of(tmp_path, 0.05)
    action_id = stage.post()
    child = forked(stage, action_id)
    states = set()
    while not (ended := os.waitpid(child, os.WNOHANG)[0]):
        work = stage.work()
        for record in work.history:
            states.add(record.outcome)
        if work.running is not None:
            assert work.running.record.id == action_id
            assert work.held_by is not None
    assert ended == child
    assert states <= {Outcome.RUNNING, Outcome.DONE}
    assert Outcome.RUNNING in states
    assert stage.newest.outcome is Outcome.DONE


def signalled_in_its_step(stage: Stage, number: int) -> int:
    """Carry an order out in another process, send that a signal as soon as it is in its step; its exit code."""
    child = forked(stage, stage.post(), listen=True)
    until = time.monotonic() + PATIENCE
    while not (stage.root / "begun 1").exists() and time.monotonic() < until:
        time.sleep(0.002)
    os.kill(child, number)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_does_not_end_a_step_in_which_the_power_must_not_go(tmp_path: Path, number: int) -> None:
    stage = stage_of(tmp_path, 0.15)
    stage.plan = plan_of(step("0"), step("1", power=Power.KEEP), step("2"), step("3", always=True))
    assert signalled_in_its_step(stage, number) == 1
    assert (tmp_path / "ended 1").exists()
    assert not (tmp_path / "begun 2").exists()
    assert (tmp_path / "ended 3").exists()
    assert stage.newest.outcome is Outcome.CANCELLED
    assert stage.newest.sentence == (
        "Stopped from outside, as when the device goes down, after step 2 of 4; what came after it was not done."
    )


def test_a_signal_ends_a_step_that_may_be_cut(tmp_path: Path) -> None:
    stage = stage_of(tmp_path, 0.05)

    def waits(_: Act, kit: Kit) -> Result:
        (tmp_path / "begun 1").touch()
        until = time.monotonic() + PATIENCE
        while not kit.cancelled() and time.monotonic() < until:
            time.sleep(0.005)
        return Result(not kit.cancelled(), "Stopped after 12 MB.")

    stage.hands["1"] = waits
    began = time.monotonic()
    assert signalled_in_its_step(stage, signal.SIGTERM) == 1
    assert time.monotonic() - began < PATIENCE
    assert stage.newest.outcome is Outcome.CANCELLED
    assert stage.newest.sentence == "Stopped after 12 MB."


def test_ctrl_c_of_a_terminal_is_nobody_s(tmp_path: Path) -> None:
    stage = stage_of(tmp_path, 0.05)
    assert signalled_in_its_step(stage, signal.SIGINT) == 0
    assert stage.newest.outcome is Outcome.DONE
