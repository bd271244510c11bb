"""`moducop-tui line` on terminals that answer and on one that does not."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from moducop_tui.__main__ import main
from moducop_tui.cli.line import facts
from moducop_tui.terminal.detect import detect
from moducop_tui.terminal.link import Kind, Link
from moducop_tui.terminal.measure import Measured
from moducop_tui.terminal.probe import Answers
from tests.unit.terminal.fake_terminals import Answering, terminal

PROGRAM = [sys.executable, "-m", "moducop_tui", "--config=/dev/null", "line"]
SERIAL = detect({"TERM": "vt220"}, Link(Kind.SERIAL, "/dev/ttymxc0", 115200), Answers(True, True, (80, 24), 0.01))


def test_the_line_is_described_and_measured_on_a_terminal() -> None:
    with terminal(Answering(80, 24, utf8=True)) as line:
        done = subprocess.run(
            [*PROGRAM, "--json", "--baud", "115200"],
            stdin=line,
            capture_output=True,
            text=True,
            env={**os.environ, "TERM": "vt220", "NO_COLOR": ""},
        )
    assert done.returncode == 0, done.stderr
    value = json.loads(done.stdout)
    assert value["link"]["kind"] == "serial"
    assert (value["colours"], value["charset"], value["size"]) == (8, "UTF-8", [80, 24])
    assert value["choices"]["link"] == {"value": "serial line at 115200 baud", "why": "set by the command line"}
    assert value["measured"]["answers"] == 5


def test_on_the_terminal_itself_facts_come_first_and_then_the_card() -> None:
    shown = Answering(80, 40, utf8=True)
    with terminal(shown) as line:
        done = subprocess.run(
            [*PROGRAM, "--colours", "none", "--charset", "ascii", "--size", "80x40"],
            stdin=line,
            stdout=line,
            stderr=subprocess.PIPE,
        )
    assert (done.returncode, done.stderr) == (0, b"")
    rows = [row.rstrip() for row in shown.screen.display]
    assert "colours       no colours: set by the command line" in rows
    assert any(row.startswith("throughput    ") for row in rows)
    assert any(row.startswith("+---5---10") for row in rows)


def test_without_a_terminal_it_says_so() -> None:
    done = subprocess.run(PROGRAM, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("moducop-tui: line looks at the terminal on standard input, and there is none.")


def test_a_slow_line_is_called_slow_and_a_silent_one_unknown() -> None:
    slow = facts(SERIAL, Measured(0.012, 5, 11520, 2.012))
    assert "round trip    12.00 ms: median of 5 cursor reports" in slow
    assert "throughput    5760 bytes/s: 11520 bytes in 2012.0 ms, until the terminal" in slow
    assert "              answered. Less than the 11520 of 115200 baud: the terminal or an" in slow
    silent = facts(SERIAL, Measured(None, 0, 11520, None))
    assert "throughput    not known: the line did not take 11520 bytes in time" in silent
    assert max(map(len, [*slow, *silent])) <= 80


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--colours", "7"], "must be one of none, 8, 16, 256, true, not '7'"),
        (["--size", "80"], "must be columns x rows, such as 80x24, each from 10 to 500, not '80'"),
        (["--baud", "fast"], "must be bits a second from 50 to 4000000, not 'fast'"),
        (["--charset", "latin1"], "must be one of ascii, utf-8, dec, not 'latin1'"),
    ],
)
def test_an_option_that_makes_no_sense_is_refused(
    words: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for before_the_command in (True, False):
        assert main([*words, "line"] if before_the_command else ["line", *words]) == 2
        assert sentence in capsys.readouterr().err
