"""Root runs and reads nothing that is found through a directory which somebody else can write to."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from moducop_tui import root_environment, runner
from moducop_tui.root_environment import leave_out_what_others_write
from tests.unit.base.given_away import give_away


@pytest.fixture(autouse=True)
def _root(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who runs the tests is as good as root here."""
    monkeypatch.setattr(root_environment, "_is_root", lambda: True)


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """A directory of root's and one of somebody else, below the same one of root's."""
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    for place in (ours, theirs):
        (place / "inner").mkdir(parents=True)
        (place / "file").touch()
    give_away(monkeypatch, theirs)
    return ours, theirs


@pytest.mark.parametrize("below", ["", "/inner"])
def test_programs_are_looked_for_where_only_root_writes(places: tuple[Path, Path], below: str) -> None:
    ours, theirs = places
    environment = {"PATH": f"{theirs}{below}:.::bin:{ours}{below}:/tmp:/nowhere"}
    leave_out_what_others_write(environment)
    assert environment["PATH"] == f"{ours}{below}"


@pytest.mark.parametrize("name", ["TMPDIR", "XDG_CONFIG_HOME", "DOCKER_CONFIG", "SSL_CERT_DIR"])
def test_a_directory_of_somebody_else_is_not_used(places: tuple[Path, Path], name: str) -> None:
    ours, theirs = places
    for given, kept in ((ours, True), (theirs, False), (theirs / "inner", False), (Path("here"), False)):
        environment = {name: str(given)}
        leave_out_what_others_write(environment)
        assert (name in environment) is kept


def test_files_may_be_made_where_others_have_theirs_but_nothing_is_read_from_there() -> None:
    environment = {"TMPDIR": "/tmp", "DOCKER_CONFIG": "/tmp"}
    leave_out_what_others_write(environment)
    assert "TMPDIR" in environment
    assert "DOCKER_CONFIG" not in environment


def test_a_home_of_somebody_else_is_replaced_by_roots(places: tuple[Path, Path]) -> None:
    for given in ({"HOME": str(places[1])}, {}):
        environment = dict(given)
        leave_out_what_others_write(environment)
        assert environment["HOME"] in ("/root", "/")
    kept = {"HOME": str(places[0])}
    leave_out_what_others_write(kept)
    assert kept == {"HOME": str(places[0])}


@pytest.mark.parametrize("name", ["SSL_CERT_FILE", "OPENSSL_CONF"])
def test_a_file_is_read_where_it_and_the_way_to_it_are_roots(places: tuple[Path, Path], name: str) -> None:
    ours, theirs = places
    (ours / "link").symlink_to(theirs / "file")
    (theirs / "link").symlink_to(ours / "file")
    for given, kept in (
        (ours / "file", True),
        (theirs / "file", False),
        (ours / "link", False),
        (theirs / "link", False),
    ):
        environment = {name: str(given)}
        leave_out_what_others_write(environment)
        assert (name in environment) is kept


def test_whoever_is_not_root_keeps_what_is_his(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(root_environment, "_is_root", lambda: False)
    environment = {"PATH": ".:bin", "HOME": "/tmp", "TMPDIR": "here"}
    leave_out_what_others_write(environment)
    assert environment == {"PATH": ".:bin", "HOME": "/tmp", "TMPDIR": "here"}


def test_a_program_of_somebody_else_is_not_run_in_the_place_of_the_devices(
    places: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    program = places[1] / "uname"
    program.write_text("#!/bin/sh\necho theirs\n")
    program.chmod(0o755)
    environment = {"PATH": f"{places[1]}:{os.environ['PATH']}"}
    leave_out_what_others_write(environment)
    monkeypatch.setenv("PATH", environment["PATH"])
    assert runner.run(["uname"], 5).out.strip() == "Linux"
