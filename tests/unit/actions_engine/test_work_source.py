from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import pytest

from moducop_tui.config import Config
from moducop_tui.host import Host
from moducop_tui.model.audit_events import to_line
from moducop_tui.model.plan import Action, ActionKind
from moducop_tui.model.wake import Wake
from moducop_tui.model.work import Outcome, Work
from moducop_tui.sources.work import NEWEST, WorkSource
from tests.patience import FOR_EVER, PATIENCE
from tests.unit.actions_engine.engine_stage import Stage, order_of, plan_of, step, then
from tests.unit.actions_engine.test_audit_trail import story


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path, plan_of(step("a")))


def source(root: Path) -> WorkSource:
    return WorkSource(Config(root=root), Host(root))


def test_a_device_on_which_nothing_was_done_says_so_without_an_error(tmp_path: Path) -> None:
    assert source(tmp_path).read() == Work()


def test_the_newest_twenty_are_held_and_all_can_be_asked_for(stage: Stage) -> None:
    for _ in range(NEWEST + 3):
        stage.run()
    work = stage.work()
    assert len(work.history) == NEWEST
    assert work.last == work.history[0]
    assert len(source(stage.root).all_records()) == NEWEST + 3


def test_what_stands_in_run_counts_only_while_its_executor_lives(stage: Stage) -> None:
    seen = []
    place = stage.root / "run/moducop_tui/running.json"
    stage.hands["a"] = then(lambda: seen.append(place.read_bytes()))
    stage.run()
    place.write_bytes(seen[0])
    assert stage.work().running is None
    assert stage.newest.outcome is Outcome.DONE


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"record": 1}', b"\xff" * 100])
def test_a_running_action_that_can_not_be_read_is_still_named(stage: Stage, content: bytes) -> None:
    works = []

    def look() -> None:
        (stage.root / "run/moducop_tui/running.json").write_bytes(content)
        works.append(stage.work())

    stage.hands["a"] = then(look)
    stage.run()
    assert works[0].running is None
    assert works[0].held_by is not None
    assert works[0].history[0].outcome is Outcome.RUNNING


def test_it_is_read_more_often_while_something_runs(stage: Stage) -> None:
    one, cadences = source(stage.root), []

    def look() -> None:
        one.read()
        cadences.append(one.cadence)

    stage.hands["a"] = then(look)
    stage.run()
    one.read()
    assert [*cadences, one.cadence] == [1.0, 5.0]


def test_a_wait_ends_when_an_action_begins(stage: Stage) -> None:
    one, wake = source(stage.root), Wake()
    one.read()
    threading.Timer(0.05, stage.run).start()
    begun = time.monotonic()
    one.wait(FOR_EVER, wake)
    assert time.monotonic() - begun < PATIENCE
    wake.set()
    one.wait(FOR_EVER, wake)
    assert time.monotonic() - begun < PATIENCE
    wake.close()


def test_waiting_costs_next_to_nothing(tmp_path: Path) -> None:
    one, wake = source(tmp_path), Wake()
    one.read()
    used = time.thread_time()
    one.wait(1.6, wake)
    assert time.thread_time() - used < 0.01
    wake.close()


def test_a_person_who_may_not_look_is_told_so(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.run()
    real = Path.stat

    def refused(self: Path, **options: bool) -> os.stat_result:
        if "data/moducop_tui/" in str(self):
            raise PermissionError(13, "Permission denied")
        return real(self, **options)

    monkeypatch.setattr(Path, "stat", refused)
    work = stage.work()
    assert work.history == ()
    assert work.error == (
        "What was done to this device can't be read in /data/moducop_tui/audit.jsonl: Permission denied."
    )


def test_updates_are_held_beyond_the_newest_twenty_actions_and_without_their_steps(stage: Stage) -> None:
    install = Action(ActionKind.INSTALL, "/data/v2.mender", "ab")
    stage.plan = plan_of(step("a"), action=install)
    stage.run(order_of(stage.plan))
    stage.plan = plan_of(step("a"))
    for _ in range(NEWEST):
        stage.run()
    work = stage.work()
    assert all(one.action.kind is ActionKind.RESTART for one in work.history)
    assert [one.action for one in work.updates] == [install]
    assert work.updates[0].steps == ()


def test_no_more_than_twenty_installs_are_held(stage: Stage) -> None:
    stage.plan = plan_of(step("a"), action=Action(ActionKind.INSTALL, "/x"))
    for _ in range(NEWEST + 2):
        stage.run()
    assert len(stage.work().updates) == NEWEST


def test_reading_a_whole_trail_is_quick(tmp_path: Path) -> None:
    place = tmp_path / "data/moducop_tui/audit.jsonl"
    place.parent.mkdir(parents=True)
    lines = [to_line(event) for number in range(700) for event in story(f"action {number}", 4)]
    place.write_bytes(b"".join(lines))
    assert place.stat().st_size > 1_000_000
    one = source(tmp_path)
    begun = time.thread_time()
    one.read()
    first = time.thread_time() - begun
    begun = time.thread_time()
    one.read()
    again = time.thread_time() - begun
    print(f"a trail of {place.stat().st_size >> 10} KiB: {first * 1000:.0f} ms, then {again * 1000:.1f} ms")
    assert first < 2.0
    assert again < first / 5
