from __future__ import annotations

import errno
from dataclasses import replace
from pathlib import Path

import pytest

from moducop_tui.actions.kit import Kit, Result
from moducop_tui.actions.running import board, performance, stopping
from moducop_tui.actions.running.orders import Answer
from moducop_tui.actions.running.private_files import write_private
from moducop_tui.model.acts import Act, ClientVerb, Leave, RunClient, VerifyArtifact
from moducop_tui.model.expected import Expected
from moducop_tui.model.plan import Met, Power, Precondition, Weight
from moducop_tui.model.step_rules import can_be_stopped
from moducop_tui.model.work import Outcome, Progress
from tests.unit.actions_engine.engine_stage import RESTART, WHO, Stage, order_of, plan_of, states, step, then

ABC = plan_of(step("a"), step("b"), step("c"))


def fails(_: Act, __: Kit) -> Result:
    return Result(False, "The container does not start: its image is gone.", 125, "no such image\x1b[31m\n")


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path, ABC)


def test_every_step_is_performed_and_recorded_with_who_why_and_when(stage: Stage) -> None:
    assert stage.run(order_of(ABC, reason="it hangs")) is Outcome.DONE
    record = stage.newest
    assert stage.performed == ["a", "b", "c"]
    assert states(record) == ["done", "done", "done"]
    assert (record.title, record.who, record.reason) == ("Restart web", WHO, "it hangs")
    assert (record.at, record.boot_id) == (stage.wall, "b" * 32)
    assert [one.command for one in record.steps] == ["do a", "do b", "do c"]
    assert record.sentence == "It is done."
    assert record.ended_at == stage.wall


def test_a_failed_step_ends_the_plan_with_its_sentence_code_and_output(stage: Stage) -> None:
    stage.hands["b"] = fails
    assert stage.run() is Outcome.FAILED
    record = stage.newest
    assert states(record) == ["done", "failed", "skipped"]
    assert record.sentence == "The container does not start: its image is gone."
    assert record.steps[1].exit_code == 125
    assert record.steps[1].output == "no such image"
    assert stage.performed == ["a", "b"]


def test_what_puts_things_back_is_done_after_a_failure(stage: Stage) -> None:
    stage.plan = plan_of(step("stop the daemon"), step("install"), step("start the daemon", always=True))
    stage.hands["install"] = fails
    assert stage.run() is Outcome.FAILED
    assert stage.performed == ["stop the daemon", "install", "start the daemon"]
    assert states(stage.newest) == ["done", "failed", "done"]


def test_what_could_not_be_put_back_is_said_but_the_plan_was_done(stage: Stage) -> None:
    stage.plan = plan_of(step("install"), step("start the daemon", always=True))
    stage.hands["start the daemon"] = lambda *_: Result(False, "mender-updated does not start.")
    assert stage.run() is Outcome.DONE
    assert stage.newest.sentence == "It is done. Step 2 failed: mender-updated does not start."
    assert states(stage.newest) == ["done", "failed"]


def test_a_mistake_of_ours_in_a_step_is_a_failed_step_with_its_id(stage: Stage) -> None:
    def breaks(_: Act, __: Kit) -> Result:
        raise KeyError("surprise")

    stage.hands["b"] = breaks
    assert stage.run() is Outcome.FAILED
    assert "internal error, id ab12cd; see the journal" in (stage.newest.sentence or "")
    assert "surprise" not in (stage.newest.sentence or "")
    assert isinstance(stage.reported[0], KeyError)


def test_a_plan_that_can_not_be_made_any_more_is_refused_with_an_id(stage: Stage) -> None:
    stage.plan = None  # type: ignore[assignment]
    assert stage.run(order_of(ABC)) is Outcome.FAILED
    assert stage.performed == []
    assert "failed with an internal error, id ab12cd; see the journal" in (stage.newest.sentence or "")


@pytest.mark.parametrize(
    ("error", "lacking"),
    [
        (MemoryError(), "there is not enough memory for it"),
        (RuntimeError("can't start new thread"), "no thread can be started here"),
        (OSError(errno.EMFILE, "Too many open files"), "this process may not open so many files"),
    ],
)
def test_what_this_system_lacks_for_a_step_is_said(stage: Stage, error: Exception, lacking: str) -> None:
    def breaks(_: Act, __: Kit) -> Result:
        raise error

    stage.hands["b"] = breaks
    assert stage.run() is Outcome.FAILED
    assert lacking in (stage.newest.sentence or "")
    assert "internal error" not in (stage.newest.sentence or "")
    assert "id ab12cd; see the journal" in (stage.newest.sentence or "")


def test_a_device_that_has_changed_since_the_plan_was_shown_is_not_acted_on(stage: Stage) -> None:
    order = order_of(ABC)
    stage.plan = plan_of(step("a"), step("b2"), step("c"))
    assert stage.run(order) is Outcome.REFUSED
    assert stage.performed == []
    assert stage.newest.sentence == (
        "The device has changed since the plan was confirmed, so nothing was done: "
        "step 2 would now be 'do b2'. Look at the plan again."
    )


def test_a_plan_with_more_or_other_steps_is_not_the_one_that_was_confirmed(stage: Stage) -> None:
    order = order_of(ABC)
    stage.plan = plan_of(step("a"), step("b"))
    assert stage.run(order) is Outcome.REFUSED
    assert "2 steps, not 3" in (stage.newest.sentence or "")
    stage.plan = replace(ABC, action=replace(RESTART, detail="other"))
    assert stage.run(order) is Outcome.REFUSED
    assert "another action" in (stage.newest.sentence or "")
    assert stage.performed == []


def test_a_precondition_that_is_not_met_any_more_refuses_with_its_remedy(stage: Stage) -> None:
    obstacle = Precondition("nothing pending", "pending", Met.NO, "Commit or roll back first.")
    stage.plan = replace(ABC, preconditions=(obstacle,))
    assert stage.run(order_of(ABC)) is Outcome.REFUSED
    assert stage.newest.sentence == "Commit or roll back first."
    assert stage.performed == []


def test_an_override_holds_only_for_what_it_was_typed_for(stage: Stage) -> None:
    doubt = Precondition("image sane", "no init", Met.NO, "It will not boot.", override="no init")
    stage.plan = replace(ABC, preconditions=(doubt,))
    assert stage.run(order_of(ABC, overrides=("daemon",))) is Outcome.REFUSED
    assert stage.performed == []
    assert stage.run(order_of(ABC, overrides=("no init",))) is Outcome.DONE
    assert stage.newest.overrides == ("no init",)


@pytest.mark.parametrize(
    ("weight", "phrase", "typed", "reason", "runs"),
    [
        (Weight.INTERRUPTS, None, None, None, False),
        (Weight.INTERRUPTS, None, None, "ab", False),
        (Weight.INTERRUPTS, None, None, "it hangs", True),
        (Weight.BOOTS, "boot A", None, "it hangs", False),
        (Weight.BOOTS, "boot A", "boot B", None, False),
        (Weight.BOOTS, "boot A", "boot A", None, True),
        (Weight.BOOTS, None, "boot A", None, False),
    ],
)
def test_an_order_file_does_not_replace_a_confirmation(
    stage: Stage, weight: Weight, phrase: str | None, typed: str | None, reason: str | None, runs: bool
) -> None:
    stage.plan = replace(ABC, weight=weight, phrase=phrase)
    outcome = stage.run(order_of(stage.plan, typed=typed, reason=reason))
    assert outcome is (Outcome.DONE if runs else Outcome.REFUSED)
    assert bool(stage.performed) is runs


def test_the_plan_is_not_stopped_by_our_own_lock(stage: Stage) -> None:
    stage.run()
    work = stage.seen[-1].work.value
    assert work is not None
    assert work.held_by is None
    assert work.running is None
    assert work.history == ()


def test_whoever_gave_the_order_is_answered_before_the_device_is_read(stage: Stage) -> None:
    action_id = stage.post()
    answers: list[Answer | None] = []
    stage.hands["a"] = then(lambda: answers.append(stage.desk.answer_of(action_id)))
    stage.run_as(action_id)
    assert answers == [Answer(None)]


def test_an_order_is_taken_once(stage: Stage) -> None:
    action_id = stage.post()
    assert stage.run_as(action_id) is Outcome.DONE
    assert stage.run_as(action_id) is Outcome.REFUSED
    assert stage.performed == ["a", "b", "c"]


@pytest.mark.parametrize("late", ["minute", "boot"])
def test_an_order_of_another_time_is_not_carried_out(stage: Stage, late: str) -> None:
    action_id = stage.post()
    if late == "minute":
        stage.uptime += 61
    else:
        orders = sorted((stage.root / "run/moducop_tui/orders").iterdir())
        kept = {place: place.read_bytes() for place in orders}
        stage.boot("c" * 32)
        for place, content in kept.items():
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
    assert stage.run_as(action_id) is Outcome.REFUSED
    answer = stage.desk.answer_of(action_id)
    assert answer is not None
    assert "older than 60 s" in (answer.refused or "")
    assert stage.performed == []


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "20261123T063045Z-3f9a1c/..", "x"])
def test_what_is_no_id_is_no_path(stage: Stage, name: str) -> None:
    assert stage.run_as(name) is Outcome.REFUSED
    assert stage.performed == []


def test_a_running_action_is_shown_with_step_power_progress_and_lines(stage: Stage) -> None:
    stage.plan = plan_of(step("a"), step("b", power=Power.KEEP), step("c"))
    seen = []

    def tells(_: Act, kit: Kit) -> Result:
        kit.say("Installing artifact...\n\x1b[1m43%")
        kit.tell(Progress(0.43, 412, 958, 8.2))
        for _try in range(100):
            work = stage.work()
            if work.running is not None and work.running.progress is not None:
                break
        seen.append(work)
        return Result(True, "done")

    stage.hands["b"] = tells
    stage.run()
    running = seen[0].running
    assert running is not None
    assert seen[0].held_by is not None
    assert seen[0].held_by.startswith("restart container web by root on ttymxc0 from 10.0.4.2 (process ")
    assert running.step == 1
    assert running.power is Power.KEEP
    assert running.progress == Progress(0.43, 412, 958, 8.2)
    assert running.lines == ("Installing artifact...", "43%")
    assert states(running.record) == ["done", "running", "waiting"]
    assert seen[0].last is None
    assert stage.work().running is None
    assert stage.work().held_by is None
    assert stage.newest.steps[1].output == "Installing artifact...\n43%"


def test_the_board_is_not_written_at_every_word(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[int] = []

    def write(place: Path, content: bytes) -> None:
        written.append(len(content))
        write_private(place, content)

    monkeypatch.setattr(board, "write_private", write)

    def chatters(_: Act, kit: Kit) -> Result:
        for number in range(5000):
            kit.tell(Progress(number / 5000))
            kit.say(f"line {number}")
        return Result(True, "done")

    stage.plan = plan_of(step("a"))
    stage.hands["a"] = chatters
    stage.run()
    assert len(written) < 20
    assert stage.newest.steps[0].output.splitlines()[-1] == "line 4999"


def test_a_person_stops_a_step_that_can_be_stopped(stage: Stage) -> None:
    look = VerifyArtifact("/x", "0" * 64)
    stage.plan = plan_of(step("a"), step("look", act=look), step("c"), step("back", always=True))
    action_id = stage.post()

    def verifies(_: Act, kit: Kit) -> Result:
        assert not kit.cancelled()
        assert stage.work().running.can_cancel  # type: ignore[union-attr]
        stage.desk.ask_to_stop(action_id)
        return Result(not kit.cancelled(), "Stopped as asked after 12 MB; nothing was written.")

    stage.hands["VerifyArtifact"] = verifies
    assert stage.run_as(action_id) is Outcome.CANCELLED
    assert stage.performed == ["a", "VerifyArtifact", "back"]
    assert stage.newest.sentence == "Stopped as asked after 12 MB; nothing was written."
    assert states(stage.newest) == ["done", "failed", "skipped", "done"]


def test_a_wish_to_stop_that_comes_too_late_for_a_step_stops_before_the_next(stage: Stage) -> None:
    action_id = stage.post()
    stage.hands["a"] = then(lambda: stage.desk.ask_to_stop(action_id))
    assert stage.run_as(action_id) is Outcome.CANCELLED
    assert stage.performed == ["a"]
    assert stage.newest.sentence == "Stopped as asked after step 1 of 3; what came after it was not done."


def test_an_install_can_be_stopped_and_a_commit_can_not() -> None:
    install = RunClient(ClientVerb.INSTALL, Expected.INSTALLED, "/x")
    assert can_be_stopped(install)
    assert not can_be_stopped(RunClient(ClientVerb.COMMIT, Expected.COMMITTED))
    assert not can_be_stopped(Leave())


@pytest.mark.parametrize(("power", "in_step"), [(Power.MAY, True), (Power.KEEP, False)])
def test_a_signal_waits_for_the_end_of_a_step_in_which_the_power_must_not_go(power: Power, in_step: bool) -> None:
    one = stopping.Stopping(lambda: False)
    one.begin(step("a", power=power))
    assert not one.in_step()
    one._on_signal(15, None)
    assert one.in_step() is in_step
    assert one.between_steps()


def test_the_end_is_on_record_before_the_machine_goes_down(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(performance, "GOING_DOWN", 0.01)
    stage.plan = plan_of(step("a"), step("reboot", act=Leave()))
    at_that_moment = []

    def leaves(_: Act, __: Kit) -> Result:
        at_that_moment.append((stage.newest, stage.work().held_by))
        return Result(True, "It goes down.", left=True)

    stage.hands["Leave"] = leaves
    stage.run()
    record, held_by = at_that_moment[0]
    assert record.outcome is Outcome.DONE
    assert record.sentence == "It is done. The device is told to reboot."
    assert states(record) == ["done", "done"]
    assert held_by is not None


def test_a_device_that_does_not_go_down_is_said_to_be_still_there(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(performance, "GOING_DOWN", 0.01)
    stage.plan = plan_of(step("power off", act=Leave(off=True)))
    stage.hands["Leave"] = lambda *_: Result(True, "It goes down.", left=True)
    assert stage.run() is Outcome.FAILED
    assert (stage.newest.sentence or "").startswith("Told to switch itself off 0 s ago, the device still runs.")
    assert states(stage.newest) == ["failed"]


def test_a_reboot_that_is_refused_corrects_the_end_on_record(stage: Stage) -> None:
    stage.plan = plan_of(step("a"), step("reboot", act=Leave()))
    stage.hands["Leave"] = lambda *_: Result(False, "systemctl reboot failed: inhibited.", 1)
    assert stage.run() is Outcome.FAILED
    assert stage.newest.outcome is Outcome.FAILED
    assert stage.newest.sentence == "systemctl reboot failed: inhibited."


def test_what_was_expected_and_which_version_stays_on_record(stage: Stage) -> None:
    from moducop_tui.model.acts import RememberBefore
    from moducop_tui.model.slots import SlotName

    before = RememberBefore(SlotName.A, SlotName.B, "v2", "cpu01-standard-v2")
    install = RunClient(ClientVerb.INSTALL, Expected.INSTALLED, "/x")
    back = RunClient(ClientVerb.ROLLBACK, Expected.ROLLED_BACK, unless_verified=SlotName.B)
    stage.plan = plan_of(step("before", act=before), step("install", act=install), step("back", act=back))
    stage.run()
    assert stage.newest.expected is Expected.INSTALLED
    assert stage.newest.version == "cpu01-standard-v2"
