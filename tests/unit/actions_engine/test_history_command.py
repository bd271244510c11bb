from __future__ import annotations

import getpass
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from moducop_tui import config
from moducop_tui.__main__ import main
from moducop_tui.actions.pin import matches
from moducop_tui.model.expected import Expected
from moducop_tui.model.plan import Action, ActionKind
from moducop_tui.model.problem import Severity
from moducop_tui.model.problems_work import work_problems
from moducop_tui.model.reading import Reading
from moducop_tui.model.work import Outcome, Record, Who, Work
from moducop_tui.pages.history import HistoryView, history_rows
from moducop_tui.pages.look import look_at
from moducop_tui.text import plain
from tests.unit.cli.fake_device import fake_device
from tests.unit.core.well_device import WALL, well

INSTALL = Record(
    "20261123T063045Z-3f9a1c", Action(ActionKind.INSTALL, "/data/v2.mender"), "Install cpu01-standard-v2.7.0",
    Who("root", "pts/0", "10.0.4.2"), WALL, "b" * 32, Outcome.DONE, "B boots next, on trial.", "ticket 471147",
    ("downgrade",), expected=Expected.INSTALLED,
)  # fmt: skip
COMMIT = Record(
    "20261123T063145Z-aaaaaa", Action(ActionKind.COMMIT), "Commit", Who("root", "ttymxc0"), WALL + 60, "b" * 32,
    Outcome.CUT, "Cut off in step 1 of 2 (commit); the device went down meanwhile and has booted since.",
)  # fmt: skip
WORK = Work(last=COMMIT, history=(COMMIT, INSTALL), updates=(replace(COMMIT), INSTALL))


@pytest.fixture(autouse=True)
def _no_configuration(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config, "DEFAULT_PATHS", ("/etc/moducop_tui/config.toml", "/nonexistent"))
    monkeypatch.setenv("TZ", "UTC")


def test_each_action_says_when_what_how_who_why_and_what_was_found(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["history"], fake_device(well(work=WORK))) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0][19:] == "  Commit: cut off"
    assert lines[1] == "    commit, by root on ttymxc0"
    assert lines[2].startswith("    Cut off in step 1 of 2 (commit); the device went down meanwhile")
    assert lines[4][19:] == "  Install cpu01-standard-v2.7.0: done, not known"
    assert lines[5] == "    install /data/v2.mender, by root on pts/0 from 10.0.4.2: ticket 471147"
    assert lines[6] == "    against preconditions that were not met: downgrade"
    assert max(map(len, lines)) <= 80


def test_as_json_it_has_every_field_and_what_became_of_the_updates(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["history", "--json"], fake_device(well(work=WORK))) == 0
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert [one["outcome"] for one in document["actions"]] == ["cut off", "done"]
    assert document["actions"][1]["who"] == {"user": "root", "terminal": "pts/0", "origin": "10.0.4.2"}
    assert document["updates"] == [{"id": INSTALL.id, "outcome": "not known", "ended_by": None}]


def test_only_so_many_are_printed_as_are_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["history", "-n", "1"], fake_device(well(work=WORK))) == 0
    assert "Install" not in capsys.readouterr().out


def test_more_than_the_topic_holds_can_be_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    device = replace(fake_device(well(work=WORK)), past=lambda: (COMMIT, INSTALL, INSTALL, INSTALL))
    assert main(["history"], device) == 0
    assert capsys.readouterr().out.count("  Install ") == 3


def test_a_device_on_which_nothing_was_done_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["history"], fake_device()) == 0
    assert capsys.readouterr().out == "No action is on record on this device.\n"


def test_a_trail_that_can_not_be_read_is_said_and_ends_with_1(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["history"], fake_device(well(work=replace(WORK, error="It can't be read.")))) == 1
    assert capsys.readouterr().err == "moducop-tui: It can't be read.\n"
    unread = replace(well(), work=Reading(error="The record has not answered."))
    assert main(["history"], fake_device(unread)) == 1
    assert capsys.readouterr().err == "moducop-tui: The record has not answered.\n"


def test_of_a_trail_that_can_not_be_read_nobody_says_that_nothing_is_in_it(capsys: pytest.CaptureFixture[str]) -> None:
    unreadable = well(work=Work(error="/data/moducop_tui belongs to uid 1000."))
    assert main(["history"], fake_device(unreadable)) == 1
    assert capsys.readouterr().out == ""
    drawn = "\n".join(plain(row) for row in history_rows(look_at(unreadable, 80, 24, 0.0, WALL), HistoryView())[0])
    assert "uid 1000" in drawn
    assert "No action" not in drawn
    (problem,) = work_problems(unreadable.work.value)
    assert (problem.severity, problem.evidence) == (Severity.UNKNOWN, "/data/moducop_tui belongs to uid 1000.")


def typed(monkeypatch: pytest.MonkeyPatch, *words: str | type[BaseException]) -> None:
    left = list(words)

    def answer(_: str) -> str:
        word = left.pop(0)
        if isinstance(word, str):
            return word
        raise word

    monkeypatch.setattr(getpass, "getpass", answer)


def test_a_pin_is_asked_for_twice_and_its_lines_for_the_configuration_are_printed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    typed(monkeypatch, "471147", "471147")
    assert main(["pin"]) == 0
    printed = capsys.readouterr().out
    assert "471147" not in printed.replace("$", " ").split()
    place = tmp_path / "config.toml"
    place.write_text(printed)
    place.chmod(0o600)
    loaded = config.load(place)
    assert loaded.unlock == "pin"
    assert loaded.unlock_pin is not None
    assert matches("471147", loaded.unlock_pin)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("471147", "471247"), "the two are not the same. Nothing was made; try again."),
        (("12",), "A PIN has 6 to 64 characters."),
        ((EOFError,), "a PIN is typed, on a terminal."),
    ],
)
def test_a_pin_that_is_none_makes_no_hash(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    words: tuple[str | type[BaseException], ...], sentence: str,
) -> None:  # fmt: skip
    typed(monkeypatch, *words)
    assert main(["pin"]) == 1
    assert capsys.readouterr() == ("", f"moducop-tui: {sentence}\n")
