"""The directory that `--root` names: where nobody can look there, a sentence says so."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from moducop_tui import config
from moducop_tui.__main__ import main
from tests.unit.cli.fake_device import fake_device


@pytest.fixture(autouse=True)
def _no_configuration(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config, "DEFAULT_PATHS", ())


def test_an_empty_root_is_not_the_working_directory(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--root", "", "status"], fake_device()) == 2
    assert main(["check", "--root="], fake_device()) == 3
    assert capsys.readouterr().err.count("argument --root: an empty name is no directory") == 2


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("file", "is no directory."),
        ("file/inside", "can't be looked at: Not a directory."),
        ("loop", "can't be looked at: Too many levels of symbolic links."),
        ("n" * 300, "can't be looked at: File name too long."),
        ("n/" * 3000, "can't be looked at: File name too long."),
        ("nowhere", "is no directory."),
    ],
)
def test_a_root_at_which_nobody_can_look_is_a_sentence(
    tmp_path: Path, name: str, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "dangling").symlink_to("gone")
    assert main(["--root", f"{tmp_path}/{name}", "status"], fake_device()) == 2
    assert main(["--root", f"{tmp_path}/{name}", "check"], fake_device()) == 3
    out, err = capsys.readouterr()
    assert err.startswith("moducop-tui: --root /")
    assert err.endswith(f"{sentence}\n")
    assert len(err) < 300
    assert out.startswith("UNKNOWN - --root /")


@pytest.mark.parametrize("inside", [False, True])
def test_a_root_that_this_user_may_not_look_at_is_a_sentence(
    tmp_path: Path, inside: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stat(path: Path, **_: bool) -> os.stat_result:
        if inside and path == tmp_path:
            raise PermissionError(13, "Permission denied")
        return os.stat(path)  # noqa: PTH116 - the one that is replaced

    monkeypatch.setattr(Path, "stat", stat)
    monkeypatch.setattr(os, "access", lambda path, _: Path(path) != tmp_path)
    assert main(["--root", str(tmp_path), "status"], fake_device()) == 2
    assert "by this user; start as root." in capsys.readouterr().err


def test_a_root_is_the_same_wherever_one_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "device").mkdir()
    monkeypatch.chdir(tmp_path)
    for given, meant in (("device", f"{tmp_path}/device"), ("//", "/"), ("///", "/"), (".", str(tmp_path))):
        assert main(["--root", given, "--check-config"]) == 0
        assert f"  root = {meant}\n" in capsys.readouterr().out


def test_a_relative_root_below_a_directory_that_is_gone_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    assert main(["--root", "device", "status"], fake_device()) == 2
    assert "the working directory is gone" in capsys.readouterr().err
    assert main(["check"], fake_device()) == 0
