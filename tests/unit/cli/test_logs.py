from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from moducop_tui.__main__ import main
from moducop_tui.model.log import LogBatch, LogFilter
from moducop_tui.model.reading import Reading
from moducop_tui.model.wake import Wake
from tests.patience import PATIENCE
from tests.unit.cli.fake_device import FakeLog, fake_device
from tests.unit.core.well_device import ENTRY, well

ENTRIES = tuple(replace(ENTRY, cursor=f"i={number}", message=f"message {number}") for number in range(5))


def printed(capsys: pytest.CaptureFixture[str], log: FakeLog, *words: str) -> tuple[int, list[str]]:
    code = main(["logs", *words], fake_device(log=log))
    return code, capsys.readouterr().out.splitlines()


def test_entries_are_printed_with_time_priority_and_origin(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "UTC")
    __import__("time").tzset()
    code, lines = printed(capsys, FakeLog(LogBatch(ENTRIES[:1])))
    assert code == 0
    assert lines == ["2026-02-02 02:39:56 E gpx-logger-logger[412]: message 0"]


def test_what_is_missing_is_said_where_it_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    batch = LogBatch(ENTRIES[:1], lost=37, note="The journal was rotated; entries may be missing here.")
    _, lines = printed(capsys, FakeLog(batch))
    assert lines[:2] == [
        "-- 37 entries lost: they came faster than they could be read --",
        "-- The journal was rotated; entries may be missing here. --",
    ]


def test_as_many_lines_come_as_were_asked_for_however_they_are_cut(capsys: pytest.CaptureFixture[str]) -> None:
    log = FakeLog(LogBatch(ENTRIES[:2]), LogBatch(ENTRIES[2:]))
    _, lines = printed(capsys, log, "--lines", "3")
    assert [line[-1] for line in lines] == ["0", "1", "2"]
    assert log.asked == [(LogFilter(), 3)]
    assert log.stream.closed


def test_following_goes_on_until_ctrl_c_and_ends_well(capsys: pytest.CaptureFixture[str]) -> None:
    log = FakeLog(LogBatch(ENTRIES[:2]), LogBatch(()), LogBatch(ENTRIES[2:]), interrupted=True)
    code, lines = printed(capsys, log, "-f", "-n", "2")
    assert (code, len(lines)) == (0, 5)
    assert log.stream.closed


def test_following_shows_the_times_of_a_zone_that_was_changed_meanwhile(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    log = FakeLog(LogBatch(ENTRIES[:1]), LogBatch(ENTRIES[:1]), interrupted=True)
    read = log.stream.read
    seen: list[LogBatch] = []

    def changing(wait: float, wake: Wake) -> LogBatch:
        if seen:
            monkeypatch.setenv("TZ", "XYZ-11:30")
        seen.append(read(wait, wake))
        return seen[-1]

    monkeypatch.setattr(log.stream, "read", changing)
    try:
        _, lines = printed(capsys, log, "-f")
    finally:
        monkeypatch.undo()
        time.tzset()
    first, second = (datetime.fromisoformat(line[:19]) for line in lines)
    assert second - first == timedelta(hours=11, minutes=30)


def test_json_has_an_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    _, lines = printed(capsys, FakeLog(LogBatch(ENTRIES[:1], lost=2)), "--json")
    gap, entry = map(json.loads, lines)
    assert gap == {"lost": 2, "note": None}
    assert entry["message"] == "message 0"
    assert entry["origin"] == "gpx-logger-logger"


def test_a_filter_that_nothing_fits_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["logs", "--unit", "nothing.service"], fake_device()) == 0
    assert capsys.readouterr() == ("", "moducop-tui: no entry of the journal is like that.\n")


NO_JOURNAL = replace(well(), log=Reading(error="There is no journal."))


def test_a_journal_that_is_not_there_is_not_taken_for_one_without_such_entries(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["logs"], fake_device(NO_JOURNAL)) == 1
    assert capsys.readouterr() == ("", "moducop-tui: There is no journal.\n")


def test_following_says_that_it_waits_for_a_journal(capsys: pytest.CaptureFixture[str]) -> None:
    log = FakeLog(LogBatch(()), LogBatch(ENTRIES[:1]), interrupted=True)
    assert main(["logs", "--follow"], fake_device(NO_JOURNAL, log)) == 0
    printed = capsys.readouterr()
    assert printed.err == "moducop-tui: There is no journal. Waiting for it.\n"
    assert "message 0" in printed.out


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (["--unit", "docker.service"], LogFilter(unit="docker.service")),
        (["-c", "gone"], LogFilter(container="gone")),
        (["-c", "nginx-demo-web-1"], LogFilter(container="nginx-demo-web-1", container_id="a" * 64)),
        (["-c", "aaaaaaaa"], LogFilter(container="aaaaaaaa", container_id="a" * 64)),
        (["-c", "aaa"], LogFilter(container="aaa")),
        (["-k"], LogFilter(kernel=True)),
        (["-p", "err"], LogFilter(max_priority=3)),
        (["--priority", "4"], LogFilter(max_priority=4)),
        (["--all-boots"], LogFilter(all_boots=True)),
        (["--boot", "0"], LogFilter()),
        (["--boot", "-1"], LogFilter(boot_id="c" * 32)),
        (["-b", "CCCCCCCC-cccc-cccc-cccc-cccccccccccc"], LogFilter(boot_id="c" * 32)),
    ],
)
def test_every_filter_of_the_console_is_an_option(words: list[str], wanted: LogFilter) -> None:
    log = FakeLog()
    assert main(["logs", *words], fake_device(log=log)) == 0
    assert log.asked == [(wanted, 100)]


@pytest.mark.parametrize(
    ("boot", "sentence"),
    [
        ("-7", "The journal keeps no boot -7; its oldest is -1."),
        ("yesterday", "'yesterday' is no boot: give an id of 32 hexadecimal digits, 0, or -1 for the one before."),
        ("1", "'1' is no boot: give an id of 32 hexadecimal digits, 0, or -1 for the one before."),
    ],
)
def test_a_boot_that_is_not_there_is_said(boot: str, sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["logs", "--boot", boot], fake_device()) == 1
    assert capsys.readouterr().err == f"moducop-tui: {sentence}\n"


def test_boots_that_cannot_be_read_are_said(capsys: pytest.CaptureFixture[str]) -> None:
    readings = replace(well(), log=Reading(error="The journal can't be opened."))
    assert main(["logs", "--boot", "-1"], fake_device(readings)) == 1
    assert capsys.readouterr().err == "moducop-tui: The journal can't be opened.\n"


def test_following_into_a_closed_pipe_ends_though_nothing_comes() -> None:
    program = (
        "from moducop_tui.__main__ import main\n"
        "from tests.unit.cli.fake_device import fake_device\n"
        "raise SystemExit(main(['logs', '--follow'], fake_device()))"
    )
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-c", program], stdout=writer, stderr=subprocess.PIPE, text=True, timeout=PATIENCE
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, "")


def test_without_an_engine_a_container_is_looked_for_by_its_name() -> None:
    log, stopped = FakeLog(), replace(well(), apps=Reading(error="Docker is stopped."))
    assert main(["logs", "-c", "nginx-demo-web-1"], fake_device(stopped, log)) == 0
    assert log.asked == [(LogFilter(container="nginx-demo-web-1"), 100)]
