"""No field of the trail can fake a line of the history, whoever wrote it, and none can do anything to a terminal."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from moducop_tui.cli.history import _lines
from moducop_tui.cli.work_text import outcome_line, step_line
from moducop_tui.host import Host
from moducop_tui.model.audit_events import Ended, Event, Ordered, Planned, PlannedStep, StepEnded, from_line, to_line
from moducop_tui.model.clean_json import clean_json
from moducop_tui.model.dead_man_files import parse_fired
from moducop_tui.model.holder import Holder, parse_holder
from moducop_tui.model.plan import Action, ActionKind, Power
from moducop_tui.model.stored import encode
from moducop_tui.model.work import Outcome, Record, StepState, Who
from moducop_tui.sources.audit_trail import AuditTrail

FAKED = "\n2026-01-01 00:00  Reboot: done\r\x0b\x0c\x85\u2028\u2029\x1b[2J"


def story(text: str) -> list[Event]:
    """An action of which every text ends in `text`."""

    def with_it(word: str) -> str:
        return word + text

    action = Action(ActionKind.SWITCH, with_it("A"), with_it("detail"))
    who = Who(with_it("root"), with_it("ttyS0"), with_it("10.0.0.1"))
    step = PlannedStep(with_it("write"), with_it("fw_setenv"), Power.KEEP)
    return [
        Ordered(
            "a1",
            1.0,
            2.0,
            with_it("b"),
            action,
            who,
            (with_it("do"),),
            with_it("why"),
            (with_it("word"),),
            with_it("A"),
        ),
        Planned("a1", 1.0, 2.0, with_it("Switch"), (step,), version=with_it("v1")),
        StepEnded("a1", 1.0, 2.0, 0, StepState.FAILED, 0.5, 1, with_it("It failed."), "first\nsecond" + text),
        Ended("a1", 9.0, 10.0, Outcome.FAILED, with_it("It failed.")),
    ]


def as_others_write(event: Event) -> bytes:
    """The line with its texts as they are: a program that is not ours, or an older one of ours, cleaned nothing."""
    stored = json.loads(to_line(event))
    raw = json.loads(to_line(event).replace(b"@@", json.dumps(FAKED)[1:-1].encode()))
    assert raw.keys() == stored.keys()
    return json.dumps(raw, separators=(",", ":")).encode() + b"\n"


def told(root: Path, content: bytes) -> tuple[Record, ...]:
    place = root / "data/moducop_tui/audit.jsonl"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content)
    trail = AuditTrail(Host(root))
    trail.refresh()
    return trail.records((), "b")


def assert_tells_one_action(records: tuple[Record, ...]) -> None:
    (record,) = records
    rows = [*_lines(records, {}), outcome_line(record), *(step_line(1, one) for one in record.steps)]
    assert all(row.isprintable() for row in rows)
    assert len([row for row in rows if row.startswith("2026-01-01")]) == 0
    assert all(line.isprintable() for step in record.steps for line in step.output.split("\n"))


def test_a_line_break_in_any_field_begins_no_line_of_the_history(tmp_path: Path) -> None:
    assert_tells_one_action(told(tmp_path, b"".join(as_others_write(event) for event in story("@@"))))


def test_what_a_tool_printed_keeps_its_lines(tmp_path: Path) -> None:
    (record,) = told(tmp_path, b"".join(map(to_line, story(""))))
    assert record.steps[0].output == "first\nsecond"


def test_fields_are_clean_in_the_file_too() -> None:
    for event in story(FAKED):
        texts = _texts(json.loads(to_line(event)))
        assert all(line.isprintable() for text in texts for line in text.split("\n"))
        assert sum("\n" in text for text in texts) == isinstance(event, StepEnded)


def _texts(value: object) -> list[str]:
    if isinstance(value, dict):
        return [text for one in value.values() for text in _texts(one)]
    if isinstance(value, list):
        return [text for one in value for text in _texts(one)]
    return [value] if isinstance(value, str) else []


@given(st.text(st.characters() | st.sampled_from(FAKED), max_size=30))
def test_what_is_written_is_read_back_and_nothing_is_added_to_it(text: str) -> None:
    for event in story(text):
        line = to_line(event)
        assert line.count(b"\n") == 1
        again = from_line(line)
        assert again is not None
        assert to_line(again) == line


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(st.text(st.characters() | st.sampled_from(FAKED), max_size=30))
def test_no_field_of_the_dead_man_brings_more_than_letters(text: str) -> None:
    fired = parse_fired(json.dumps({"slot": "B", "at": 1.0, "boot_id": f"x{text}"}).encode())
    assert fired is not None
    assert str(fired.boot_id).isprintable()


def test_the_boot_id_of_a_dead_man_that_has_fired_is_clean() -> None:
    fired = parse_fired(b'{"slot": "B", "at": 1.0, "boot_id": "\\u001b]0;x\\u0007\\n\\u202e"}')
    assert fired is not None
    assert fired.boot_id == " <U+202E>"


@pytest.mark.parametrize("raw", [b'"a\\nb"', b'{"a": "x\\ny"}', b'{"sentence": ["x\\ny"]}', b'{"a\\nb": 1}'])
def test_only_what_a_tool_printed_may_have_lines(raw: bytes) -> None:
    assert "\\n" not in json.dumps(clean_json(raw))
    assert clean_json(b'{"output": "x\\ny"}') == {"output": "x\ny"}


def test_the_name_of_who_holds_the_device_is_one_line() -> None:
    holder = Holder(7, f"a{FAKED}", f"install{FAKED}", Who(f"root{FAKED}", f"ttyS0{FAKED}"), 1.0)
    assert parse_holder(json.dumps(encode(holder)).encode()).words.isprintable()


@pytest.mark.parametrize("moment", ["NaN", "Infinity", "-Infinity", "1e300", "-1e300", "1e18", "-1", "9" * 400])
def test_a_moment_that_never_was_keeps_nobody_from_the_history(moment: str, tmp_path: Path) -> None:
    content = b"".join(map(to_line, story(""))).replace(b'"at":1.0', b'"at":' + moment.encode())
    records = told(tmp_path, content + to_line(story("")[0]).replace(b"a1", b"a2"))
    assert "a2" in [record.id for record in records]
    assert all(row.isprintable() for row in _lines(records, {}))
