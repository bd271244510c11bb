"""A console that was started isolated, as a bundle's is, starts what goes on without it in the same way."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import moducop_tui

_ASK = """
import json, sys
sys.path[:0] = sys.argv[1:]
from moducop_tui.actions.running import detached
print(json.dumps([detached.python_program(), dict(detached._environment())]))
"""


def asked(*flags: str) -> tuple[list[str], dict[str, str]]:
    paths = [str(Path(moducop_tui.__file__).parents[1])]
    words = [sys.executable, *flags, "-c", _ASK, *paths]
    environment = {**os.environ, "PYTHONPATH": "/of/the/caller"}
    done = subprocess.run(words, capture_output=True, text=True, check=True, env=environment)
    program, given = json.loads(done.stdout)
    return program, given


def test_the_executor_is_as_isolated_and_no_command_of_the_device_finds_our_modules() -> None:
    program, environment = asked("-I", "-B")
    assert program[1:] == ["-I", "-B", "-m", "moducop_tui"]
    assert [name for name in environment if name.startswith("PYTHON")] == []


def test_from_a_checkout_it_finds_the_same_modules_as_its_starter() -> None:
    program, environment = asked()
    assert program[1:] == ["-m", "moducop_tui"]
    assert environment["PYTHONPATH"].endswith(":/of/the/caller")
