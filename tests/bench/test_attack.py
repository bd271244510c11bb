"""A small sample of the adversary's run (`make attack`), so that what it tries is tried every day."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.attack.__main__ import KINDS
from tests.attack.judging import crash_in, is_sentence, raw_in, raw_in_json
from tests.attack.tally import PEAK_LIMIT, Tally, table
from tests.attack.trees import read_paths

from .conftest import require_bench

SAMPLE = {"artifacts": 60, "trees": 50, "engine": 110, "servers": 600, "sticks": 160, "log": 100, "input": 100}
"""The count of the whole run of which each kind tries its share here."""


@pytest.mark.parametrize("kind", KINDS)
def test_an_adversary_finds_nothing(kind: str) -> None:
    require_bench()
    argv = [sys.executable, "-m", "tests.attack", "--only", kind, "--seed", "7", "--count", str(SAMPLE[kind])]
    done = subprocess.run(argv, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    assert kind in done.stdout


def test_what_the_adversary_finds_is_counted_and_told() -> None:
    found = Tally("trees", tried=3, peak=PEAK_LIMIT)
    before = found.is_well
    found.plus(PEAK_LIMIT + 1, "a big one")
    assert (before, found.is_well) == (True, False)
    for note in (found.crash, found.leak, found.accept):
        note("what it was")
    rows = table([found]).splitlines()
    assert rows[1].split() == ["trees", "3", "1", "1", "1", "101", "0"]
    assert "trees: wrongly accepted: what it was" in rows
    assert not Tally("nothing").is_well


def test_what_the_adversary_looks_for_is_seen() -> None:
    assert crash_in("x\nTraceback (most recent call last)") is not None
    assert crash_in("moducop-tui: internal error, id 3f") is not None
    assert crash_in("All is well.") is None
    for raw in ("\x1b[2J", "a\x9b31m", "\u202e", "\r", "\x00"):
        assert raw_in(f"before {raw} after") is not None
    assert raw_in("zwei Zeilen: ü漢\n") is None
    assert raw_in_json('{"a": ["\\u001b[2J"]}') is not None
    assert raw_in_json('{"a\\u202e": 1}') is not None
    assert raw_in_json('{"a": ["b", 1, null]}') is None
    assert not is_sentence("two\nlines.")


def test_every_file_that_is_read_is_among_those_that_the_adversary_makes() -> None:
    paths = read_paths()
    assert {"/etc/os-release", "/proc/meminfo", "/etc/mender/mender.conf", "/data/moducop_tui/slots.json"} <= set(paths)
    assert len(paths) > 80
