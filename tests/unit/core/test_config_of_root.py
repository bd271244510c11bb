"""The configuration says who may act: it must be root's, and the hash of a PIN for root's eyes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from moducop_tui import config
from moducop_tui.__main__ import main
from moducop_tui.actions.pin import make_hash
from moducop_tui.config import DEFAULT_PATHS, Config, ConfigError
from moducop_tui.host import Host
from tests.unit.base.given_away import give_away

PIN_LINES = f'unlock = "pin"\nunlock_pin = "{make_hash("471147")}"\n'


def placed(root: Path, path: str, content: str = 'unlock = "nothing"\n', mode: int = 0o644) -> Path:
    place = root / path.lstrip("/")
    place.parent.mkdir(parents=True)
    place.write_text(content)
    place.chmod(mode)
    return place


def refusal(root: Path) -> str:
    machine = Host(root)
    with pytest.raises(ConfigError) as raised:
        config.load(config.find(None, machine), machine=machine)
    return str(raised.value).replace(f"{root}/", "/")


@pytest.mark.parametrize("path", DEFAULT_PATHS)
def test_roots_own_is_used(tmp_path: Path, path: str) -> None:
    placed(tmp_path, path)
    machine = Host(tmp_path)
    assert config.find(None, machine) == Path(path)
    assert config.load(Path(path), machine=machine).unlock == "nothing"


@pytest.mark.parametrize("path", DEFAULT_PATHS)
@pytest.mark.parametrize("up", [0, 1, 2])
def test_one_that_somebody_else_can_have_written_is_refused_and_nothing_takes_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str, up: int
) -> None:
    place = placed(tmp_path, path)
    theirs = [place, *place.parents][up]
    with monkeypatch.context() as given:
        give_away(given, theirs)
        said = refusal(tmp_path)
        shown = f"/{theirs.relative_to(tmp_path)}"
        assert said.startswith(f"The configuration is not used: {shown} belongs to uid 54321, not to root: ")
        assert said.endswith(f"root:root {shown}.")
    theirs.chmod(0o777)
    assert "may be written by everybody: look at it and chmod go-w" in refusal(tmp_path)


@pytest.mark.parametrize("path", DEFAULT_PATHS)
@pytest.mark.parametrize("target", ["there.toml", "/nowhere.toml"])
def test_a_link_is_refused_also_one_that_leads_nowhere(tmp_path: Path, path: str, target: str) -> None:
    place = placed(tmp_path, path)
    place.rename(place.with_name("there.toml"))
    place.symlink_to(target)
    assert refusal(tmp_path) == f"The configuration is not used: {path} is a symbolic link: remove it."


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604])
def test_a_hash_that_others_can_read_is_refused_with_the_command_that_mends_it(tmp_path: Path, mode: int) -> None:
    path = DEFAULT_PATHS[0]
    placed(tmp_path, path, f"# PIN\n{PIN_LINES}", mode)
    assert refusal(tmp_path) == (
        f"{path}, line 3: the hash of a PIN must be readable for its owner alone: chmod 600 {path}"
    )


def test_a_hash_for_roots_eyes_is_used_and_a_file_without_one_may_be_read(tmp_path: Path) -> None:
    placed(tmp_path, DEFAULT_PATHS[0], PIN_LINES, 0o600)
    assert config.load(Path(DEFAULT_PATHS[0]), machine=Host(tmp_path)).unlock == "pin"
    named = placed(tmp_path, "named/config.toml", 'unlock = "pin"\n')
    assert config.load(named).unlock == "pin"


def test_a_file_that_a_person_names_is_held_to_the_same_where_it_lies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    named = placed(tmp_path, "named/config.toml", PIN_LINES)
    assert main(["--config", str(named), "status"]) == 2
    assert capsys.readouterr().err.rstrip().endswith(f"chmod 600 {named}")
    named.chmod(0o600)
    (tmp_path / "link.toml").symlink_to(named)
    assert config.load(tmp_path / "link.toml").unlock == "pin"
    give_away(monkeypatch, named)
    with pytest.raises(ConfigError, match="belongs to uid 54321"):
        config.load(tmp_path / "link.toml")


@pytest.mark.parametrize("path", ["/dev/zero", "/dev/tty", "/dev/full"])
def test_nobody_is_told_to_remove_a_device_that_was_named_by_mistake(path: str) -> None:
    with pytest.raises(ConfigError) as refused:
        config.load(Path(path))
    assert str(refused.value) == f"The configuration is not used: {path} is no plain file: name another one."


@pytest.mark.parametrize("path", ["/proc/self/status", "/proc/version"])
def test_of_a_file_of_the_kernel_nothing_is_read(path: str) -> None:
    """What is read from /proc/kmsg is gone from the kernel's log."""
    assert config.load(Path(path)) == Config()


def test_for_somebody_who_may_not_read_it_the_defaults_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A PIN makes the file root's alone; everybody else only looks anyway."""
    placed(tmp_path, DEFAULT_PATHS[0], PIN_LINES, 0o600)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert config.find(None, Host(tmp_path)) is None


def test_a_pipe_is_no_configuration_and_nobody_waits_for_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "config.toml")
    with pytest.raises(ConfigError, match="is no plain file"):
        config.load(tmp_path / "config.toml")
