"""`moducop-tui check`: for monitoring. The first line and the exit code as monitoring plug-ins have them.

Of several problems the worst decides: critical, then warning, then unknown (model/problem.py, `WORST_FIRST`). So an
exit code of 1 or 2 may stand for unknown things too; each has a line of its own that begins with UNKNOWN.
"""

from __future__ import annotations

import time

from moducop_tui.cli.output import plain_ascii
from moducop_tui.device import Device
from moducop_tui.model.problem import Problem, Severity
from moducop_tui.model.problems import find_problems, summary, worst
from moducop_tui.model.reading import Topic
from moducop_tui.read_once import read_once

PATIENCE = 8.0
"""Seconds: monitoring commonly gives a plug-in ten."""
_WORDS = {
    Severity.WELL: "OK",
    Severity.WARNING: "WARNING",
    Severity.CRITICAL: "CRITICAL",
    Severity.UNKNOWN: "UNKNOWN",
}


def run(device: Device) -> int:
    """Read every topic once, print one line a problem, and return the worst severity as exit code."""
    readings = read_once(device.sources, frozenset(Topic), PATIENCE)
    problems = find_problems(readings, time.monotonic())
    severity = worst(problems)
    print(f"{_WORDS[severity]} - {_one_field(summary(problems))}")
    for problem in problems:
        print(_line(problem))
    return int(severity)


def unknown(sentence: str) -> int:
    """The answer when the check itself could not be made."""
    print(f"{_WORDS[Severity.UNKNOWN]} - {_one_field(sentence)}")
    return int(Severity.UNKNOWN)


def _line(problem: Problem) -> str:
    advice = "" if problem.advice is None else f" {problem.advice}"
    return _one_field(f"{_WORDS[problem.severity]}: {problem.sentence} [{problem.evidence}]{advice}")


def _one_field(text: str) -> str:
    """Behind a bar monitoring expects numbers, so foreign text must not bring one."""
    return plain_ascii(text).replace("|", "/")
