"""The trail through torn lines, garbage, renaming and power cuts."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from moducop_tui.actions.running import audit
from moducop_tui.actions.running.audit import AuditError, AuditWriter
from moducop_tui.host import Host
from moducop_tui.model.audit_events import (
    Ended,
    Event,
    Ordered,
    Planned,
    PlannedStep,
    StepBegun,
    StepEnded,
    from_line,
    to_line,
)
from moducop_tui.model.plan import Action, ActionKind, Power
from moducop_tui.model.work import Outcome, Record, StepState, Who
from moducop_tui.sources.audit_index import MOST_ACTIONS
from moducop_tui.sources.audit_trail import AuditTrail

BOOT = "b" * 32
WHO = Who("root", "ttymxc0")


def story(action_id: str, steps: int = 2, *, boot: str = BOOT) -> list[Event]:
    """All events of an action that went well."""
    planned = tuple(PlannedStep(f"step {index}", f"do {index}", Power.KEEP) for index in range(steps))
    events: list[Event] = [
        Ordered(action_id, 1.0, 2.0, boot, Action(ActionKind.SWITCH, "A"), WHO, tuple(one.command for one in planned)),
        Planned(action_id, 1.0, 2.0, "Switch to A", planned),
    ]
    for index in range(steps):
        events += [StepBegun(action_id, 1.0, 2.0, index), StepEnded(action_id, 1.0, 2.0, index, StepState.DONE, 0.5, 0)]
    return [*events, Ended(action_id, 9.0, 10.0, Outcome.DONE, "A boots next.")]


def lay(root: Path, content: bytes, name: str = "audit.jsonl") -> None:
    place = root / "data/moducop_tui" / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content)


def read(root: Path, boot: str = BOOT) -> tuple[Record, ...]:
    trail = AuditTrail(Host(root))
    trail.refresh()
    return trail.records((), boot)


def lines_of(events: list[Event]) -> bytes:
    return b"".join(to_line(event) for event in events)


def test_an_event_is_read_back_as_it_was_written() -> None:
    for event in story("x"):
        assert from_line(to_line(event)) == event


def test_newest_actions_come_first(tmp_path: Path) -> None:
    lay(tmp_path, lines_of([*story("one"), *story("two")]))
    assert [record.id for record in read(tmp_path)] == ["two", "one"]


def test_a_trail_torn_at_any_byte_tells_what_is_whole_and_that_the_rest_was_cut(tmp_path: Path) -> None:
    before, events = lines_of(story("before")), story("cut")
    whole = lines_of(events)
    ends = [len(lines_of(events[:number])) for number in range(len(events) + 1)]
    for length in range(len(whole) + 1):
        lay(tmp_path, before + whole[:length])
        records = read(tmp_path)
        # A line that lacks nothing but its line break is whole.
        told = sum(length >= end - 1 for end in ends[1:])
        assert records[-1].outcome is Outcome.DONE
        if told == 0:
            assert len(records) == 1
        elif told == len(events):
            assert records[0].outcome is Outcome.DONE
        else:
            assert records[0].outcome is Outcome.CUT
            running = [step.state for step in records[0].steps].count(StepState.CUT)
            assert running == int(isinstance(events[told - 1], StepBegun))


def test_what_follows_a_torn_line_is_whole(tmp_path: Path) -> None:
    whole = lines_of(story("first"))
    for length in range(len(whole)):
        lay(tmp_path, whole[:length])
        writer = AuditWriter(Host(tmp_path))
        writer.open()
        for event in story("second", 1):
            writer.write(event)
        writer.close()
        assert read(tmp_path)[0].outcome is Outcome.DONE
        assert read(tmp_path)[0].id == "second"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.binary(max_size=200), max_size=8), st.integers(0, 2**32))
def test_garbage_between_the_lines_hides_no_whole_line(tmp_path: Path, garbage: list[bytes], seed: int) -> None:
    chance = random.Random(seed)
    lines = [to_line(event) for event in story("one")]
    for junk in garbage:
        lines.insert(chance.randrange(len(lines) + 1), junk.replace(b"\n", b"") + b"\n")
    lay(tmp_path, b"".join(lines))
    assert read(tmp_path)[0].outcome is Outcome.DONE


@pytest.mark.parametrize(
    "line",
    [
        b"\0" * 4096,
        b"[" * 100_000,
        b'{"event":"ended"}',
        b'{"event":"ordered","id":7}',
        b'{"event":"of a later version","id":"x"}',
        b'{"event":["ended"],"id":"one"}',
        b'{"event":"step ended","id":"one","at":1,"uptime":1,"step":99,"state":"done"}',
        b'{"event":"step ended","id":"one","at":1,"uptime":1,"step":-1,"state":"done"}',
        b"x" * 2_000_000,
        b'"text"',
        b"1",
        b"null",
    ],
)
def test_a_line_of_nonsense_is_passed_over(tmp_path: Path, line: bytes) -> None:
    events = story("one")
    lay(tmp_path, lines_of(events[:3]) + line + b"\n" + lines_of(events[3:]))
    assert read(tmp_path)[0].outcome is Outcome.DONE
    assert len(read(tmp_path)[0].steps) == 2


def test_escape_sequences_that_others_wrote_into_the_trail_are_harmless(tmp_path: Path) -> None:
    content = lines_of(story("one")).replace(b"A boots next.", b"\\u001b[2JA\\u202e")
    lay(tmp_path, content)
    assert read(tmp_path)[0].sentence == "A<U+202E>"


def test_the_part_before_is_read_too(tmp_path: Path) -> None:
    lay(tmp_path, lines_of(story("old")), "audit.jsonl.1")
    lay(tmp_path, lines_of(story("new")))
    assert [record.id for record in read(tmp_path)] == ["new", "old"]


def test_where_nothing_was_done_there_is_no_record_and_no_error(tmp_path: Path) -> None:
    trail = AuditTrail(Host(tmp_path))
    trail.refresh()
    assert trail.records((), BOOT) == ()
    assert trail.error is None


def test_a_trail_that_can_not_be_read_is_said(tmp_path: Path) -> None:
    (tmp_path / "data/moducop_tui/audit.jsonl").mkdir(parents=True)
    trail = AuditTrail(Host(tmp_path))
    trail.refresh()
    assert trail.error is not None
    assert "can't be read in /data/moducop_tui/audit.jsonl: Is a directory" in trail.error


def test_reading_on_costs_what_is_new_and_sees_it(tmp_path: Path) -> None:
    events = story("one")
    trail = AuditTrail(Host(tmp_path))
    for number in range(len(events)):
        lay(tmp_path, lines_of(events[:number]) + to_line(events[number])[:7])
        trail.refresh()
        lay_on = to_line(events[number])[7:]
        with (tmp_path / "data/moducop_tui/audit.jsonl").open("ab") as file:
            file.write(lay_on)
        trail.refresh()
    assert trail.records((), BOOT)[0].outcome is Outcome.DONE
    assert len(trail.records((), BOOT)) == 1


def test_a_full_trail_makes_room_and_is_kept_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "SIZE_LIMIT", 3000)
    for number in range(30):
        writer = AuditWriter(Host(tmp_path))
        writer.open()
        for event in story(f"action {number}"):
            writer.write(event)
        writer.close()
    sizes = {place.name: place.stat().st_size for place in (tmp_path / "data/moducop_tui").iterdir()}
    assert set(sizes) == {"audit.jsonl", "audit.jsonl.1"}
    assert max(sizes.values()) < 3000 + len(lines_of(story("action 10")))
    records = read(tmp_path)
    assert records[0].id == "action 29"
    assert [record.outcome for record in records] == [Outcome.DONE] * len(records)
    assert len(records) >= 3


def test_a_reader_that_stays_sees_a_trail_that_was_renamed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "SIZE_LIMIT", 100)
    trail = AuditTrail(Host(tmp_path))
    for number in range(4):
        writer = AuditWriter(Host(tmp_path))
        writer.open()
        trail.refresh()
        for event in story(f"action {number}"):
            writer.write(event)
            trail.refresh()
        writer.close()
        assert trail.records((), BOOT)[0].id == f"action {number}"
        assert len(trail.records((), BOOT)) == min(number + 1, 2)


def test_memory_is_bounded_however_long_the_trail_is(tmp_path: Path) -> None:
    orders = [story(f"action {number}")[0] for number in range(MOST_ACTIONS + 50)]
    lay(tmp_path, lines_of(orders))
    assert len(read(tmp_path)) == MOST_ACTIONS


def test_a_last_line_without_an_end_is_not_waited_for_without_bounds(tmp_path: Path) -> None:
    lay(tmp_path, b"x" * 3_000_000)
    trail = AuditTrail(Host(tmp_path))
    trail.refresh()
    kept = trail._places["/data/moducop_tui/audit.jsonl"].rest
    assert len(kept) <= 1 << 18


@pytest.mark.parametrize("boot", [BOOT, "c" * 32])
def test_a_power_cut_at_any_write_is_told_with_the_step_in_which_it_came(tmp_path: Path, boot: str) -> None:
    events = story("cut", 3)
    for number in range(1, len(events)):
        lay(tmp_path, lines_of(events[:number]))
        record = read(tmp_path, boot)[0]
        assert record.outcome is Outcome.CUT
        told = record.sentence or ""
        last = events[number - 1]
        if isinstance(last, StepBegun):
            assert told.startswith(f"Cut off in step {last.step + 1} of 3 (step {last.step}); ")
            assert record.steps[last.step].state is StepState.CUT
        elif isinstance(last, StepEnded):
            assert told.startswith(f"Cut off after step {last.step + 1} of 3; ")
        else:
            assert told.startswith("Cut off before its first step, so that nothing was done; ")
        assert ("the device went down meanwhile" in told) is (boot != BOOT)
        assert ("its process was ended from outside" in told) is (boot == BOOT)
        assert StepState.WAITING not in [step.state for step in record.steps]
        assert StepState.RUNNING not in [step.state for step in record.steps]


def test_an_action_whose_executor_lives_runs(tmp_path: Path) -> None:
    lay(tmp_path, lines_of(story("alive")[:3]))
    trail = AuditTrail(Host(tmp_path))
    trail.refresh()
    assert trail.records({"alive"}, BOOT)[0].outcome is Outcome.RUNNING
    assert trail.open_ids == {"alive"}


def test_a_second_end_corrects_the_first(tmp_path: Path) -> None:
    events = [*story("one"), Ended("one", 9.0, 10.0, Outcome.FAILED, "It still runs.")]
    lay(tmp_path, lines_of(events))
    assert read(tmp_path)[0].outcome is Outcome.FAILED


def test_room_for_the_next_action_is_kept_on_the_disk(tmp_path: Path) -> None:
    writer = AuditWriter(Host(tmp_path))
    writer.open()
    writer.write(story("one")[0])
    writer.close()
    status = (tmp_path / "data/moducop_tui/audit.jsonl").stat()
    assert status.st_size < 1000
    assert status.st_blocks * 512 >= audit.ROOM


def test_a_link_in_the_place_of_the_trail_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "victim").write_text("")
    (tmp_path / "data/moducop_tui").mkdir(parents=True)
    (tmp_path / "data/moducop_tui/audit.jsonl").symlink_to(tmp_path / "victim")
    with pytest.raises(AuditError, match=r"audit\.jsonl is a symbolic link: remove it"):
        AuditWriter(Host(tmp_path)).open()
    assert (tmp_path / "victim").read_text() == ""


def test_a_write_that_was_cut_short_is_an_error_and_the_next_line_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = AuditWriter(Host(tmp_path))
    writer.open()
    first, *rest = story("one")
    real = os.write
    with monkeypatch.context() as patched:
        patched.setattr(os, "write", lambda descriptor, content: real(descriptor, content[: len(content) // 2]))
        with pytest.raises(AuditError, match="Free space on the data partition"):
            writer.write(first)
    for event in [first, *rest]:
        writer.write(event)
    writer.close()
    assert [record.outcome for record in read(tmp_path)] == [Outcome.DONE]
