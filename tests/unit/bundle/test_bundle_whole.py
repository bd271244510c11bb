"""A bundle is whole when it holds what it held when it was made, each file with its mode, and nothing else."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from assets.bundle import build, manifest
from assets.bundle.architectures import DEVICE
from assets.bundle.commit import Commit
from tests.unit.bundle.setup_stage import Stage

Change = Callable[[Path], object]
CHANGES: dict[str, tuple[Change, str]] = {
    "a module more": (lambda place: (place / "setup/os.py").write_text("pass"), "setup/os.py"),
    "a hidden file": (lambda place: (place / ".pth").write_text("import x"), ".pth"),
    "a name of dots": (lambda place: (place / "bin/..x").write_text(""), "bin/..x"),
    "an empty file": (lambda place: (place / "getty/new").touch(), "getty/new"),
    "a directory with a file": (lambda place: shutil.copytree(place / "setup", place / "lib"), "lib/back.sh"),
    "an empty directory": (lambda place: (place / "getty/new/newer").mkdir(parents=True),
                           "getty/new/newer/ (an empty directory)"),
    "a link": (lambda place: (place / "bin/link").symlink_to("moducop-tui"), "bin/link (a link)"),
    "a link to nowhere": (lambda place: (place / "bin/link").symlink_to("/nowhere"), "bin/link (a link)"),
    "a link to a directory": (lambda place: (place / "lib").symlink_to("/tmp"), "lib (a link)"),
    "a link in the place of a file, to the same bytes": (lambda place: linked(place / "getty/path.sh"),
                                                         "getty/path.sh"),
    "a pipe": (lambda place: os.mkfifo(place / "getty/pipe"), "getty/pipe (no file)"),
    "a name of two lines": (lambda place: two_lines(place / "setup"), "a name of several lines in ./setup/"),
    "a link, and a file named as links are told": (lambda place: link_and_namesake(place / "getty"),
                                                   "getty/more (a link)"),
    "a file named as programs are told": (lambda place: (place / "getty/at-login (a program)").touch(),
                                          "getty/at-login (a program)"),
    "two names of several lines that are told alike": (lambda place: two_names(place / "setup"),
                                                       "a name of several lines in ./setup/"),
    "a file more that is a program": (lambda place: (place / "getty/path.sh").chmod(0o755),
                                      "getty/path.sh (a program)"),
    "a program that is none any more": (lambda place: (place / "getty/at-login").chmod(0o644),
                                        "getty/at-login (a program)"),
    "a file less": (lambda place: (place / "getty/path.sh").unlink(), "getty/path.sh"),
    "a file of other bytes": (lambda place: (place / "getty/path.sh").write_text("x"), "getty/path.sh"),
}  # fmt: skip


def linked(place: Path) -> None:
    away = place.parent.parent.parent / "away"
    place.rename(away)
    place.symlink_to(away)


def two_lines(place: Path) -> None:
    """A listing of it looks like one of files that are there."""
    (place / "a\nsetup").mkdir()
    (place / "a\nsetup/back.sh").touch()


def link_and_namesake(place: Path) -> None:
    (place / "more").symlink_to("/nowhere")
    (place / "more (a link)").touch()


def two_names(place: Path) -> None:
    for name in ("a", "b"):
        (place / f"{name}\nsetup").mkdir()
        (place / f"{name}\nsetup/{name}").touch()


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


@pytest.mark.parametrize(("change", "named"), CHANGES.values(), ids=list(CHANGES))
def test_a_bundle_with_a_change_is_not_installed_and_the_change_is_named(
    stage: Stage, change: Change, named: str
) -> None:
    change(stage.bundle)
    refused = stage.setup("install")
    assert refused.returncode == 1
    assert f"The bundle is damaged ({named}). Nothing was changed." in refused.stderr
    assert stage.files() == set()


@pytest.mark.parametrize("change", ["a module more", "a link", "a program that is none any more"])
def test_what_is_installed_is_told_as_damaged_and_is_no_way_back(stage: Stage, change: str) -> None:
    assert stage.setup("install").returncode == 0
    CHANGES[change][0](stage.home / "program" / stage.in_use)
    told = stage.setup("status")
    assert (told.returncode, "files        DAMAGED" in told.stdout) == (1, True)
    stage.tell(version="2.0")
    assert stage.setup("install").returncode == 0
    assert "before it    none" in stage.installed_setup("status").stdout


@pytest.mark.parametrize("change", [CHANGES["a module more"][0], CHANGES["a file more that is a program"][0]])
def test_a_busybox_sees_it_too(tmp_path: Path, change: Change) -> None:
    busybox = shutil.which("busybox")
    assert busybox is not None
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in (
        "sh",
        "sha256sum",
        "sed",
        "grep",
        "sort",
        "uniq",
        "ls",
        "dirname",
        "readlink",
        "id",
        "uname",
        "cat",
        "busybox",
    ):
        (tools / name).symlink_to(busybox)
    stage = Stage(tmp_path, "busybox sh", tools)
    change(stage.bundle)
    assert "The bundle is damaged (" in stage.setup("install").stderr


def test_a_bundle_that_lists_no_modes_is_judged_by_its_files(stage: Stage) -> None:
    """As those were that are installed on devices."""
    facts = stage.bundle / "bundle.txt"
    kept = [line for line in facts.read_text().splitlines(keepends=True) if not line.startswith("EXECUTABLE=")]
    stage.tell()
    facts.write_text("".join(kept))
    sums = stage.bundle / "SHA256SUMS"
    lines = [line for line in sums.read_text().splitlines(keepends=True) if not line.endswith("  bundle.txt\n")]
    import hashlib

    sums.write_text("".join(lines) + f"{hashlib.sha256(facts.read_bytes()).hexdigest()}  bundle.txt\n")
    assert stage.setup("install").returncode == 0
    (stage.home / "program/current/setup/more.sh").touch()
    assert stage.installed_setup("status").returncode == 1


def test_a_bundle_tells_its_programs_and_has_no_empty_directory(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "empty/emptier").mkdir(parents=True)
    (tmp_path / "bin/run").write_text("#!/bin/sh\n")
    (tmp_path / "bin/run").chmod(0o755)
    (tmp_path / "bin/read").touch(mode=0o644)
    build.drop_empty(tmp_path)
    manifest.write([], DEVICE, Commit("1.2.3", "0" * 40, changed=False, time=1), tmp_path)
    facts = (tmp_path / manifest.FACTS).read_text().splitlines()
    assert [line for line in facts if line.startswith("EXECUTABLE=")] == ["EXECUTABLE=bin/run"]
    assert not (tmp_path / "empty").exists()


class TestWhoseItIs:
    @pytest.mark.parametrize(
        ("theirs", "words"),
        [("", ("install",)), ("program", ("install",)), ("bin", ("back",)), ("", ("serial", "off")),
         ("dead-man", ("remove", "--purge")), ("", ("remove",)), ("program", ("status",))],
    )  # fmt: skip
    def test_where_others_may_write_nothing_is_done(self, stage: Stage, theirs: str, words: tuple[str, ...]) -> None:
        assert stage.setup("install").returncode == 0
        place = stage.home / theirs if theirs else stage.home
        place.mkdir(exist_ok=True)
        place.chmod(0o777)
        before = stage.files()
        refused = stage.setup(*words)
        assert refused.returncode == 1
        assert f"moducop-tui-setup: {place} is not for root alone to write (drwxrwxrwx, user {os.getuid()})." in (
            refused.stderr
        )
        assert f"chown -R root:root {place}; chmod -R go-w {place}" in refused.stderr
        assert stage.files() == before

    def test_one_that_others_have_made_first_is_not_moved_into(self, stage: Stage) -> None:
        away = stage.root / "away"
        away.mkdir()
        stage.home.symlink_to(away)
        refused = stage.setup("install")
        assert f"{stage.home} is not for root alone to write (lrwxrwxrwx" in refused.stderr
        assert list(away.iterdir()) == []
        if os.geteuid() == 0:
            stage.home.unlink()
            stage.home.mkdir()
            os.chown(stage.home, 54321, 54321)
            assert "(drwxr-xr-x, user 54321)" in stage.setup("install").stderr
            assert list(stage.home.iterdir()) == []

    @pytest.mark.parametrize(("mode", "code"), [(0o777, 1), (0o770, 1), (0o1777, 0), (0o755, 0)])
    def test_others_may_have_files_of_their_own_beside_it(self, stage: Stage, mode: int, code: int) -> None:
        data = stage.root / "data"
        data.chmod(mode)
        done = stage.setup("install")
        assert done.returncode == code
        if code:  # what lies in there is the apps': nothing is said that would take it from them
            assert done.stderr.rstrip().endswith(
                f"others could exchange the console. Do: chown root:root {data}; chmod go-w {data}"
            )

    def test_who_owns_the_directory_above_can_exchange_all_that_is_in_it(self, stage: Stage) -> None:
        data = stage.root / "data"
        data.chmod(0o1777)
        if os.geteuid() == 0:
            os.chown(data, 54321, 54321)
            refused = stage.setup("install")
            assert f"{data} is not for root alone to write (drwxrwxrwt, user 54321)" in refused.stderr
            assert list(data.iterdir()) == []
            os.chown(data, 0, 0)
        assert stage.setup("install").returncode == 0

    @pytest.mark.parametrize("name", ["bin/python3", "bin", "setup/setup", "SHA256SUMS"])
    def test_a_version_that_others_may_change_is_replaced(self, stage: Stage, name: str) -> None:
        assert stage.setup("install").returncode == 0
        before = stage.in_use
        (stage.home / "program/current" / name).chmod(0o777)
        assert stage.setup("install").returncode == 0
        assert stage.in_use != before
        assert stage.installed_setup("status").returncode == 0
