"""The journalctl backend against a stand-in that prints what journalctl was recorded to print."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from moducop_tui.host import Host
from moducop_tui.model.log import LogEntry
from moducop_tui.runner import CommandError
from moducop_tui.sources import lines
from moducop_tui.sources.journal_backend import JournalError
from moducop_tui.sources.journalctl import JournalctlBackend, JournalctlView
from moducop_tui.sources.lines import LineCommand
from tests.patience import PATIENCE

RECORDED = (
    '{"PRIORITY":"7","MESSAGE":"hello 19999","__MONOTONIC_TIMESTAMP":"1588116829","__CURSOR":"s=df3de;i=4e24",'
    '"__REALTIME_TIMESTAMP":"1795403312882784","_BOOT_ID":"f0893136bc044df1a03ebbeb1b8aded8"}'
)
Script = Callable[[str], Path]


@pytest.fixture
def script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Script:
    """Puts a journalctl of the test's own first in PATH; it notes its arguments."""

    def write(body: str) -> Path:
        program = tmp_path / "journalctl"
        program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" >{tmp_path}/arguments\n{body}\n')
        program.chmod(0o755)
        return tmp_path / "arguments"

    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    return write


def view() -> JournalctlView:
    return JournalctlBackend(Host()).view((("A=1", "B=2"), ("C=3",)))


def come(opened: JournalctlView, wanted: int) -> tuple[list[LogEntry], int]:
    entries: list[LogEntry] = []
    lost = 0
    deadline = time.monotonic() + PATIENCE
    while len(entries) + lost < wanted:
        assert time.monotonic() < deadline
        arrived = opened.come(500, 2000)
        entries += arrived.entries
        lost += arrived.lost
        time.sleep(0.01)
    return entries, lost


def test_a_recorded_line_becomes_an_entry_and_alternatives_are_joined_by_plus(script: Script) -> None:
    arguments = script(f"echo '{RECORDED}'")
    (entry,) = view().newest(5)
    assert (entry.message, entry.priority, entry.realtime) == ("hello 19999", 7, 1795403312.882784)
    assert (entry.monotonic, entry.boot_id) == (1588.116829, "f0893136bc044df1a03ebbeb1b8aded8")
    assert arguments.read_text().split("\n")[-5:] == ["A=1", "B=2", "+", "C=3", ""]
    assert "--lines=5" in arguments.read_text()


def test_lines_that_are_no_entries_are_counted_as_lost(script: Script) -> None:
    script(f"echo '{{broken'; echo '[]'; echo '{RECORDED}'; sleep 5")
    opened = view()
    opened.follow(None)
    entries, lost = come(opened, 3)
    assert ([entry.message for entry in entries], lost) == (["hello 19999"], 2)
    opened.close()


def test_the_entry_to_go_on_from_is_not_given_again(script: Script) -> None:
    other = RECORDED.replace("4e24", "4e25").replace("19999", "20000")
    script(f"echo '{RECORDED}'; echo '{other}'; sleep 5")
    opened = view()
    opened.follow("s=df3de;i=4e24")
    entries, lost = come(opened, 1)
    assert ([entry.message for entry in entries], lost) == (["hello 20000"], 0)
    opened.close()


def test_a_gap_is_told_when_the_entry_to_go_on_from_is_gone(script: Script) -> None:
    script(f"echo '{RECORDED}'; sleep 5")
    opened = view()
    opened.follow("s=df3de;i=1")
    deadline = time.monotonic() + PATIENCE
    arrived = opened.come(500, 2000)
    while not arrived.entries and time.monotonic() < deadline:
        arrived = opened.come(500, 2000)
    assert arrived.gap
    opened.close()


def test_more_than_can_be_shown_is_passed_over_and_counted(script: Script) -> None:
    script(f"yes '{RECORDED}' | head -n 20000; sleep 5")
    opened = view()
    opened.follow("s=df3de;i=4e24")
    entries, lost = come(opened, 19_999)
    assert len(entries) + lost == 19_999
    assert lost > 10_000
    opened.close()


def test_the_end_of_journalctl_is_told_with_its_own_reason(script: Script) -> None:
    script("echo 'Failed to iterate through journal: Bad message' >&2; exit 1")
    opened = view()
    opened.follow(None)
    deadline = time.monotonic() + PATIENCE
    with pytest.raises(JournalError, match="journalctl ended, Failed to iterate through journal: Bad message"):
        while time.monotonic() < deadline:
            opened.come(500, 2000)
    opened.close()


def test_a_journalctl_that_a_damaged_file_has_killed_is_said_so(script: Script) -> None:
    script("kill -BUS $$")
    opened = view()
    with pytest.raises(JournalError, match="journalctl ended, killed by SIGBUS: a journal file is damaged"):
        opened.newest(1)
    opened.follow(None)
    deadline = time.monotonic() + PATIENCE
    with pytest.raises(JournalError, match="killed by SIGBUS"):
        while time.monotonic() < deadline:
            opened.come(500, 2000)
    opened.close()


def test_a_file_that_journalctl_leaves_out_is_told_in_a_sentence(script: Script) -> None:
    left_out = "Journal file /var/log/journal/0123/system.journal is truncated, ignoring file."
    script(f"echo '{left_out}' >&2; echo '{RECORDED}'")
    opened = view()
    assert opened.damage is None
    assert [entry.message for entry in opened.newest(1)] == ["hello 19999"]
    assert opened.damage == (
        "Journal file /var/log/journal/0123/system.journal is truncated: it can't be read, and entries are missing."
    )


def test_a_line_beyond_the_cap_is_thrown_away_and_the_next_one_comes(
    script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "LINE_CAP", 100_000)
    script(f"head -c 1000000 /dev/zero | tr '\\0' x; echo; echo '{RECORDED}'; sleep 5")
    opened = view()
    opened.follow(None)
    entries, lost = come(opened, 2)
    assert ([entry.message for entry in entries], lost) == (["hello 19999"], 1)
    opened.close()


def test_closing_ends_the_process(script: Script) -> None:
    script("exec sleep 60")
    opened = view()
    opened.follow(None)
    process = opened._following
    assert process is not None
    opened.close()
    assert process._process.poll() is not None


def test_a_program_that_is_not_there_is_said() -> None:
    with pytest.raises(CommandError, match=r"no-such-program is not installed\."):
        LineCommand(["no-such-program"])


def test_below_a_root_prefix_the_directory_is_named(script: Script, tmp_path: Path) -> None:
    machine = tmp_path / "run/log/journal" / ("0123" * 8)
    machine.mkdir(parents=True)
    (machine / "system.journal").touch()
    arguments = script("true")
    opened = JournalctlBackend(Host(tmp_path)).view(())
    assert opened.newest(1) == []
    assert f"--directory={machine}" in arguments.read_text().split("\n")


def test_what_is_followed_in_a_directory_is_not_the_boot_that_journalctl_takes_for_the_last(
    script: Script, tmp_path: Path
) -> None:
    machine = tmp_path / "run/log/journal" / ("0123" * 8)
    machine.mkdir(parents=True)
    (machine / "system.journal").touch()
    arguments = script("sleep 5")
    opened = JournalctlBackend(Host(tmp_path)).view(())
    opened.follow(None)
    deadline = time.monotonic() + PATIENCE
    while not arguments.exists() or not arguments.read_text():
        assert time.monotonic() < deadline
        time.sleep(0.01)
    opened.close()
    assert {"--follow", "--merge", f"--directory={machine}"} <= set(arguments.read_text().split("\n"))
