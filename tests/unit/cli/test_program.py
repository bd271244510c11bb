from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from moducop_tui import __version__, config, errors
from moducop_tui.__main__ import main
from moducop_tui.actions.pin import make_hash
from moducop_tui.cli import check, status
from tests.unit.cli.fake_device import FakeLog, fake_device

PROGRAM = [sys.executable, "-m", "moducop_tui"]


@pytest.fixture(autouse=True)
def _no_configuration(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config, "DEFAULT_PATHS", ())


def test_the_program_says_its_version() -> None:
    done = subprocess.run([*PROGRAM, "--version"], capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"moducop-tui {__version__}\n", "")


def test_the_console_without_a_terminal_names_what_works_without_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([], fake_device()) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("moducop-tui: the console needs a terminal")
    assert "moducop-tui status" in err


@pytest.mark.parametrize(
    ("words", "code"), [(["--nonsense"], 2), (["nonsense"], 2), (["logs", "--lines", "many"], 2), (["check", "-x"], 3)]
)
def test_what_cannot_be_understood_ends_with_its_code(
    words: list[str], code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == code
    assert "moducop-tui" in capsys.readouterr().err


def test_options_may_stand_before_or_behind_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    missing = "--config=/nonexistent/config.toml"
    assert main([missing, "status"], fake_device()) == 2
    assert main(["status", missing], fake_device()) == 2
    assert capsys.readouterr().err.count("/nonexistent/config.toml: the configuration can't be read") == 2


def test_a_root_that_is_no_directory_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--root", "/nonexistent", "status"], fake_device()) == 2
    assert capsys.readouterr().err == "moducop-tui: --root /nonexistent is no directory.\n"


def test_a_correct_configuration_is_shown_with_what_holds_by_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "config.toml"
    path.write_text('disk = "/dev/loop0"\n')
    assert main(["--check-config", "--config", str(path)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"{path} is correct."
    assert "  disk = /dev/loop0" in lines
    assert "  engine_socket = found by itself" in lines
    assert "  unlock_pin = not set" in lines


def test_the_hash_of_a_pin_is_not_shown_to_who_stands_by(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "config.toml"
    path.write_text(f'unlock = "pin"\nunlock_pin = "{make_hash("471147")}"\n')
    path.chmod(0o600)
    assert main(["--check-config", "--config", str(path)]) == 0
    shown = capsys.readouterr().out
    assert "  unlock_pin = set, not shown\n" in shown
    assert "scrypt" not in shown


def test_without_a_configuration_the_defaults_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--check-config"]) == 0
    assert capsys.readouterr().out.startswith("No configuration file; the defaults hold.")


def test_a_wrong_configuration_is_refused_and_for_monitoring_unknown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "config.toml"
    path.write_text("disc = 1\n")
    assert main(["--check-config", "--config", str(path)]) == 2
    assert f"moducop-tui: {path}, line 1: unknown key 'disc'" in capsys.readouterr().err
    assert main(["check", "--config", str(path)], fake_device()) == 3
    assert capsys.readouterr().out.startswith(f"UNKNOWN - {path}, line 1: unknown key 'disc'")


def test_an_error_of_our_own_is_one_sentence_with_its_id(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object, **__: object) -> int:
        raise KeyError("surprise")

    monkeypatch.setattr(errors, "report", lambda _: "ab12cd")
    monkeypatch.setattr(status, "run", fail)
    monkeypatch.setattr(check, "run", fail)
    sentence = "internal error, id ab12cd; see the journal: journalctl -t moducop-tui"
    assert main(["status"], fake_device()) == 1
    assert capsys.readouterr().err == f"moducop-tui: {sentence}\n"
    assert main(["check"], fake_device()) == 3
    assert capsys.readouterr().out == f"UNKNOWN - {sentence}\n"


def test_ctrl_c_ends_quietly(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupt(*_: object, **__: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(status, "run", interrupt)
    assert main(["status"], fake_device()) == 130
    assert capsys.readouterr() == ("", "")


def test_a_broken_pipe_ends_quietly() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    buffered = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    done = subprocess.run([*PROGRAM, "keys"], stdout=writer, stderr=subprocess.PIPE, text=True, env=buffered)
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, "")


@pytest.mark.parametrize(
    ("words", "code"), [(["keys"], 1), (["status", "--demo"], 1), (["logs", "--demo"], 1), (["check", "--demo"], 3)]
)
def test_a_full_disk_under_the_output_is_said(words: list[str], code: int) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run([*PROGRAM, *words], stdout=full,
                              stderr=subprocess.PIPE, text=True)  # fmt: skip
    assert done.stderr == "moducop-tui: the output can't be written: no space is left where it goes.\n"
    assert done.returncode == code


@pytest.mark.parametrize("closed", ["<&-", ">&-", "<&- >&-"])
def test_closed_streams_are_no_error_of_ours(closed: str) -> None:
    for command, code in (("keys", 0), ("", 2)):
        done = subprocess.run(["sh", "-c", f'exec "$@" {closed}', "sh", *PROGRAM, *command.split()],
                              capture_output=True, text=True)  # fmt: skip
        assert "internal error" not in done.stderr
        assert "Traceback" not in done.stderr
        assert done.returncode == code


def test_keys_prints_the_console_s_own_table_within_80_columns(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["keys"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "On every screen"
    assert any(line.split()[:3] == ["q", "Ctrl-C", "quit"] for line in lines)
    assert max(map(len, lines)) <= 80


def test_a_journal_that_cannot_be_opened_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["logs"], fake_device(log=FakeLog(refusal="The journal can't be opened: no access."))) == 1
    assert capsys.readouterr() == ("", "moducop-tui: The journal can't be opened: no access.\n")
