"""What the login has said of its characters, told apart from what Python adds to it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import termios
from pathlib import Path

import pytest

from moducop_tui.terminal.environment import as_given
from tests.unit.terminal.fake_terminals import Answering, terminal

_LINE = [sys.executable, "-m", "moducop_tui", "--config=/dev/null", "line", "--json"]


@pytest.mark.parametrize(
    ("given", "environment", "left"),
    [
        (b"LANG=C\0", {"LANG": "C", "LC_CTYPE": "C.UTF-8"}, {"LANG": "C"}),
        (b"", {"LC_CTYPE": "C.UTF-8"}, {}),
        (b"LC_CTYPE=C\0", {"LC_CTYPE": "C.UTF-8"}, {"LC_CTYPE": "C"}),
        (b"LC_CTYPE=C.UTF-8\0LANG=C\0", {"LANG": "C", "LC_CTYPE": "C.UTF-8"}, {"LANG": "C", "LC_CTYPE": "C.UTF-8"}),
        (b"LC_CTYPE=\xff\0", {"LC_CTYPE": "UTF-8"}, {"LC_CTYPE": "\ufffd"}),
        (b"", {"LC_CTYPE": "de_DE.UTF-8"}, {"LC_CTYPE": "de_DE.UTF-8"}),
    ],
)
def test_what_python_adds_is_taken_away_and_what_the_login_said_stays(
    tmp_path: Path, given: bytes, environment: dict[str, str], left: dict[str, str]
) -> None:
    (tmp_path / "environ").write_bytes(given)
    assert as_given(environment, tmp_path / "environ") == left


def test_where_it_cannot_be_known_who_said_it_nobody_did(tmp_path: Path) -> None:
    assert as_given({"LC_CTYPE": "C.UTF-8", "TERM": "xterm"}, tmp_path / "missing") == {"TERM": "xterm"}


def _charset(given: dict[str, str], *, utf8: bool = True, answering: bool = True) -> tuple[str, str]:
    """What a console says that runs with this environment and nothing else, on a terminal of 80x24."""
    shown = Answering(80, 24, utf8=utf8)
    with terminal(shown if answering else lambda _: b"") as line:
        termios.tcsetwinsize(line, (24, 80))
        environment = {"PATH": os.environ["PATH"], **given}
        done = subprocess.run(_LINE, stdin=line, capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr
    choice = json.loads(done.stdout)["choices"]["characters"]
    return choice["value"], choice["why"]


def test_a_login_that_says_c_gets_ascii_whatever_python_makes_of_it() -> None:
    assert _charset({"TERM": "vt220", "LANG": "C"}) == ("ASCII", "LANG=C")
    assert _charset({"TERM": "vt220"}) == ("ASCII", "no locale is set")
    assert _charset({"TERM": "vt220", "LC_CTYPE": "C.UTF-8"}) == ("UTF-8", "LC_CTYPE=C.UTF-8")


def test_a_login_that_says_c_gets_utf8_where_the_terminal_itself_says_so() -> None:
    for utf8, charset in ((True, "UTF-8"), (False, "ASCII")):
        chosen, why = _charset({"TERM": "xterm", "LANG": "C"}, utf8=utf8)
        assert chosen == charset
        assert why.startswith("the terminal took the two bytes of an accented letter for")
    silent = _charset({"TERM": "xterm", "LANG": "C"}, answering=False)
    assert silent == ("ASCII", "LANG=C, and the terminal did not answer")
