"""What the executor leaves on record: on a disk that is full, or fills; with hostile words; for root alone."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from moducop_tui.actions.kit import Result
from moducop_tui.actions.running import audit
from moducop_tui.model.recording import UNRECORDED
from moducop_tui.model.work import Outcome
from tests.unit.actions_engine.engine_stage import Stage, order_of, plan_of, states, step


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path, plan_of(step("a"), step("b"), step("c")))


def test_nothing_runs_that_can_not_be_recorded(stage: Stage) -> None:
    (stage.root / "data/moducop_tui").write_text("in the way")
    action_id = stage.post()
    assert stage.run_as(action_id) is Outcome.REFUSED
    answer = stage.desk.answer_of(action_id)
    assert answer is not None
    assert (answer.refused or "").startswith("What is done can't be recorded in /data/moducop_tui/audit.jsonl")
    assert stage.performed == []
    assert stage.work().held_by is None


def test_what_a_person_lets_be_done_unrecorded_is_done_and_read_until_the_reboot(stage: Stage) -> None:
    (stage.root / "data/moducop_tui").write_text("in the way")
    assert stage.run(order_of(stage.plan, overrides=(UNRECORDED,))) is Outcome.DONE
    assert stage.performed == ["a", "b", "c"]
    record = stage.newest
    assert (record.outcome, record.overrides) == (Outcome.DONE, (UNRECORDED,))
    why = f"{stage.root}/data/moducop_tui is no directory: look at it and remove it"
    assert (record.sentence or "").endswith(
        f"Not all of it could be recorded in /data/moducop_tui/audit.jsonl ({why}): "
        "it is in the journal, and in /run until the next boot."
    )
    (stage.root / "data/moducop_tui").unlink()
    stage.run()
    assert [one.outcome for one in stage.work().history] == [Outcome.DONE, Outcome.DONE]


def test_why_an_order_could_not_be_recorded_is_known_until_one_could(stage: Stage) -> None:
    (stage.root / "data/moducop_tui").write_text("in the way")
    stage.run()
    assert (stage.work().unrecordable or "").startswith("What is done can't be recorded in /data/")
    stage.run(order_of(stage.plan, overrides=(UNRECORDED,)))
    assert stage.work().unrecordable is not None
    (stage.root / "data/moducop_tui").unlink()
    stage.run()
    assert stage.work().unrecordable is None


class DiskThatFills:
    """Takes so many writes of the trail, then no more."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, takes: int) -> None:
        self.left = takes
        self._real = audit.AuditWriter._append
        disk = self

        def append(writer: audit.AuditWriter, content: bytes) -> None:
            import errno

            disk.left -= 1
            if disk.left < 0:
                raise OSError(errno.ENOSPC, "No space left on device")
            disk._real(writer, content)

        monkeypatch.setattr(audit.AuditWriter, "_append", append)


@pytest.mark.parametrize("takes", [0, 1, 2])
def test_a_disk_that_is_full_before_the_first_step_refuses(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, takes: int
) -> None:
    DiskThatFills(monkeypatch, takes)
    action_id = stage.post()
    assert stage.run_as(action_id) is Outcome.REFUSED
    assert stage.performed == []
    if takes == 0:
        answer = stage.desk.answer_of(action_id)
        assert answer is not None
        assert "Free space on the data partition." in (answer.refused or "")
    else:
        assert stage.newest.outcome is Outcome.REFUSED
        assert stage.work().unrecordable == stage.newest.sentence
        assert "Free space on the data partition." in (stage.newest.sentence or "")


@pytest.mark.parametrize("takes", range(3, 10))
def test_a_disk_that_fills_in_the_middle_stops_nothing_and_hides_nothing(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, takes: int
) -> None:
    with monkeypatch.context() as patched:
        DiskThatFills(patched, takes)
        assert stage.run() is Outcome.DONE
    assert stage.performed == ["a", "b", "c"]
    record = stage.newest
    assert record.outcome is Outcome.DONE
    assert states(record) == ["done", "done", "done"]
    if takes < 9:
        assert "Not all of it could be recorded" in (record.sentence or "") or takes == 8
        assert (stage.root / "run/moducop_tui/audit.jsonl").exists()
        stage.run()
        assert not (stage.root / "run/moducop_tui/audit.jsonl").exists()
        assert [one.outcome for one in stage.work().history] == [Outcome.DONE, Outcome.DONE]


def test_hostile_words_are_harmless_on_record(stage: Stage) -> None:
    stage.plan = replace(stage.plan, title="Restart \x1b]0;evil\x07web\u202e")
    stage.hands["a"] = lambda *_: Result(True, "fine\x1b[2J", 0, "\x1b[31mred\x00\nnext")
    stage.run(order_of(stage.plan, reason="because\x1b[5m of it"))
    trail = (stage.root / "data/moducop_tui/audit.jsonl").read_bytes()
    assert b"\\u001b" not in trail
    record = stage.newest
    assert record.title == "Restart web<U+202E>"
    assert record.reason == "because of it"
    assert record.steps[0].output == "red^@\nnext"


def test_only_root_can_read_what_is_kept(stage: Stage) -> None:
    stage.run()
    places = [stage.root / "data/moducop_tui", stage.root / "data/moducop_tui/audit.jsonl",
              stage.root / "run/moducop_tui", stage.root / "run/moducop_tui/orders"]  # fmt: skip
    assert all(place.stat().st_mode & 0o077 == 0 for place in places)


def test_every_line_of_the_trail_is_one_object_that_names_its_event(stage: Stage) -> None:
    stage.run()
    lines = (stage.root / "data/moducop_tui/audit.jsonl").read_text().splitlines()
    events = [json.loads(line)["event"] for line in lines]
    assert events == ["ordered", "planned", *["step begun", "step ended"] * 3, "ended"]
