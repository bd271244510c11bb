"""Commands run without a shell, end in time and leave nothing behind."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from moducop_tui.runner import OUTPUT_CAP, CommandError, CommandNotFoundError, run
from tests.patience import PATIENCE


def test_output_and_exit_code_are_kept_apart() -> None:
    finished = run(["sh", "-c", "echo out; echo err >&2; exit 3"], timeout=PATIENCE)
    assert (finished.code, finished.out, finished.err) == (3, "out\n", "err\n")


def test_a_command_reads_what_it_is_given_and_nothing_without() -> None:
    assert run(["cat"], timeout=PATIENCE, given=b"a=1\nb=2\n").out == "a=1\nb=2\n"
    assert run(["cat"], timeout=PATIENCE).out == ""
    assert run(["true"], timeout=PATIENCE, given=b"x" * 4096).code == 0
    with pytest.raises(CommandError, match="5000 bytes of input are more"):
        run(["cat"], timeout=PATIENCE, given=b"x" * 5000)


def test_an_argument_is_never_read_by_a_shell() -> None:
    assert run(["echo", "$HOME; `id`"], timeout=PATIENCE).out == "$HOME; `id`\n"


def test_a_missing_program_is_its_own_error() -> None:
    with pytest.raises(CommandNotFoundError, match="no-such-tool is not installed"):
        run(["no-such-tool"], timeout=PATIENCE)


def test_a_command_that_hangs_is_ended_with_its_children(tmp_path: Path) -> None:
    mark = tmp_path / "pid"
    started = time.monotonic()
    with pytest.raises(CommandError, match="did not answer within 0 s"):
        run(["sh", "-c", f"sleep 600 & echo $! > {mark}; wait"], timeout=0.3)
    assert time.monotonic() - started < PATIENCE
    child = int(mark.read_text())
    for _ in range(100):
        if not Path(f"/proc/{child}").exists() or "Z" in Path(f"/proc/{child}/stat").read_text():
            return
        time.sleep(0.02)
    raise AssertionError("the child of a command that hung is still running")


def test_a_flood_of_output_is_capped_and_does_not_block() -> None:
    finished = run(["sh", "-c", "yes | head -c 5000000; yes | head -c 5000000 >&2"], timeout=PATIENCE)
    assert len(finished.stdout) == OUTPUT_CAP
    assert len(finished.stderr) == OUTPUT_CAP


def test_the_locale_is_plain_whatever_the_person_has_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    monkeypatch.setenv("LC_MESSAGES", "de_DE.UTF-8")
    environment = run(["env"], timeout=PATIENCE).out
    assert "LC_ALL=C.UTF-8" in environment
    assert "de_DE" not in environment


def test_a_command_does_not_stand_where_the_person_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Compose takes a `.env` from there: it says how compose works, and a damaged one makes every command fail."""
    monkeypatch.chdir(tmp_path)
    assert run(["pwd"], timeout=PATIENCE).out == "/\n"


def test_a_command_has_a_session_of_its_own_and_no_input() -> None:
    finished = run(["sh", "-c", "cat /proc/self/stat; cat"], timeout=PATIENCE)
    assert finished.code == 0
    session = int(finished.out.rpartition(")")[2].split()[3])
    assert session != os.getsid(0)
