from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moducop_tui.model.foreign import LINE_LIMIT, clean
from moducop_tui.model.log import LogEntry
from moducop_tui.sources import journal_entry
from moducop_tui.sources.journal_entry import NO_MESSAGE, entry_from

RECORDED_CONTAINER_LINE = """{"_TRANSPORT":"journal","CONTAINER_ID":"5a0c2f6b8a11","CONTAINER_NAME":"edge-web-1",\
"CONTAINER_ID_FULL":"5a0c2f6b8a11c3","CONTAINER_TAG":"5a0c2f6b8a11","IMAGE_NAME":"bench/busy:1.0","_COMM":"dockerd",\
"SYSLOG_IDENTIFIER":"5a0c2f6b8a11","_SYSTEMD_UNIT":"docker.service","_PID":"812","PRIORITY":"3","MESSAGE":"lost it"}"""


def of(**fields: object) -> LogEntry:
    return entry_from(fields, "cursor", 1_790_000_000_123_456, 5_000_000, "b" * 32)


def test_a_container_speaks_under_its_name_not_under_its_id() -> None:
    entry = of(**json.loads(RECORDED_CONTAINER_LINE))
    assert (entry.origin, entry.container, entry.unit) == ("edge-web-1", "edge-web-1", "docker.service")
    assert (entry.priority, entry.letter, entry.pid, entry.message) == (3, "E", 812, "lost it")
    assert (entry.realtime, entry.monotonic) == (1_790_000_000.123456, 5.0)


@pytest.mark.parametrize(
    ("fields", "origin"),
    [
        ({"SYSLOG_IDENTIFIER": b"sshd", "_COMM": b"sshd-session"}, "sshd"),
        ({"_COMM": b"python3", "_SYSTEMD_UNIT": b"app.service"}, "python3"),
        ({"_SYSTEMD_UNIT": b"app.service"}, "app.service"),
        ({"_TRANSPORT": b"kernel"}, "kernel"),
        ({"SYSLOG_IDENTIFIER": b"  "}, "unknown"),
        ({}, "unknown"),
    ],
)
def test_the_origin_is_the_best_name_that_an_entry_has(fields: dict[str, bytes], origin: str) -> None:
    assert of(**fields).origin == origin


def test_what_systemd_says_about_a_unit_belongs_to_that_unit() -> None:
    assert of(_PID=b"1", _SYSTEMD_UNIT=b"init.scope", UNIT=b"gpsd.service").unit == "gpsd.service"


def test_another_process_can_not_put_its_words_into_a_unit() -> None:
    assert of(_PID=b"77", _SYSTEMD_UNIT=b"evil.service", UNIT=b"gpsd.service").unit == "evil.service"


@pytest.mark.parametrize("value", [None, "", "8", "-1", b"\xff", [], "high", "6" * 5000])
def test_a_priority_that_is_none_is_informational(value: object) -> None:
    assert of(PRIORITY=value).priority == 6


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (b"bytes", "bytes"),
        (bytearray(b"more bytes"), "more bytes"),
        ([82, 101, 100, 27, 91, 49, 109, 33], "Red!"),
        (["one", "two"], "one two"),
        ([b"one", [116, 119, 111]], "one two"),
        (None, NO_MESSAGE),
        ("", NO_MESSAGE),
        ([], NO_MESSAGE),
        ({"a": 1}, NO_MESSAGE),
        (b"ends with a line break\n", "ends with a line break"),
        (b"\xff\xfe", "\\xff\\xfe"),
    ],
)
def test_a_message_comes_in_any_form(value: object, message: str) -> None:
    assert of(MESSAGE=value).message == message


def test_a_message_of_megabytes_is_cut() -> None:
    message = of(MESSAGE=b"x" * 3_000_000).message
    assert len(message) == 2000
    assert message.endswith("...")


def test_absurd_times_are_kept_as_they_are() -> None:
    entry = entry_from({}, "c", 2**64 - 1, 2**64 - 1, None)
    assert entry.realtime > 1e13
    assert entry.boot_id == ""


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(["MESSAGE", "PRIORITY", "_PID", "CONTAINER_NAME", "_SYSTEMD_UNIT"]), JSON))
def test_no_field_of_any_kind_makes_it_fail_or_reaches_the_terminal_raw(fields: dict[str, object]) -> None:
    entry = entry_from(fields, "c", 0, 0)
    assert "\x1b" not in entry.message + entry.origin + (entry.unit or "")
    assert 0 <= entry.priority <= 7


@pytest.mark.parametrize(
    ("fields", "continues"),
    [
        ({}, False),
        ({"CONTAINER_PARTIAL_MESSAGE": b"true", "CONTAINER_PARTIAL_ORDINAL": b"1"}, False),
        ({"CONTAINER_PARTIAL_MESSAGE": b"true", "CONTAINER_PARTIAL_ORDINAL": b"2"}, True),
        ({"CONTAINER_PARTIAL_ORDINAL": b"3", "CONTAINER_PARTIAL_LAST": b"true"}, True),
        ({"CONTAINER_PARTIAL_MESSAGE": "true", "CONTAINER_PARTIAL_ORDINAL": "x"}, True),
        ({"CONTAINER_PARTIAL_MESSAGE": b"true"}, True),
        ({"CONTAINER_PARTIAL_MESSAGE": b"false"}, False),
        ({"CONTAINER_PARTIAL_ORDINAL": b"2", "CONTAINER_NAME": b""}, False),
    ],
)
def test_a_message_that_docker_s_driver_cut_counts_by_one_of_its_parts(
    fields: dict[str, object], continues: bool
) -> None:
    """By the first where they are numbered; older drivers mark all but the last."""
    assert of(**{"CONTAINER_NAME": b"web", "MESSAGE": b"x" * 16384, **fields}).continues is continues


def test_of_an_entry_with_thousands_of_messages_only_the_first_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    cleaned: list[str | bytes] = []

    def counted(value: str | bytes, limit: int = LINE_LIMIT) -> str:
        cleaned.append(value)
        return clean(value, limit)

    monkeypatch.setattr(journal_entry, "clean", counted)
    assert of(MESSAGE=[f"part {number}" for number in range(10_000)]).message.startswith("part 0 part 1 part 2 ")
    assert len(cleaned) < 20
