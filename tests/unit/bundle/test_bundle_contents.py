"""What of Python a bundle carries, and what it says of itself."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from assets.bundle import archive, elf, manifest
from assets.bundle.architectures import DEVICE, named
from assets.bundle.commit import ROOT, Commit, this_commit
from assets.bundle.contents import is_left_out
from assets.bundle.package import Package, sha256
from assets.bundle.problem import BuildError, run

COMMIT = Commit("1.2.3", "0" * 40, changed=False, time=1_700_000_000)


@pytest.mark.parametrize(
    "path",
    ["test/support/__init__.py", "unittest/mock.py", "sqlite3/dbapi2.py", "ctypes/test/test_as_parameter.py",
     "lib-dynload/_curses.cpython-311-aarch64-linux-gnu.so", "lib-dynload/_testcapi.cpython-311-x.so",
     "sitecustomize.py", "config-3.11-aarch64-linux-gnu/Makefile"],
)  # fmt: skip
def test_tests_and_what_needs_other_libraries_is_left_out(path: str) -> None:
    assert is_left_out(path)


@pytest.mark.parametrize(
    "path",
    ["os.py", "ctypes/__init__.py", "lib-dynload/_ctypes.cpython-311-aarch64-linux-gnu.so", "lib-dynload/_asyncio.so",
     "tomllib/_parser.py", "encodings/idna.py", "latest/test.py", "logging/__init__.py", "LICENSE.txt"],
)  # fmt: skip
def test_what_the_console_and_its_libraries_use_is_carried(path: str) -> None:
    assert not is_left_out(path)


def test_a_packed_tree_depends_on_nothing_but_its_files_and_one_time(tmp_path: Path) -> None:
    packed = []
    for number, order in enumerate((["a", "b/c"], ["b/c", "a"])):
        tree = tmp_path / str(number)
        for name in order:
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            (tree / name).write_text(name)
        (tree / "a").chmod(0o700 if number else 0o755)
        (tree / "b/c").chmod(0o600 if number else 0o644)
        os.utime(tree / "a", (number, number))
        target = tmp_path / f"{number}.tar.gz"
        archive.pack(tree, "top", target, COMMIT.time)
        packed.append(target.read_bytes())
    assert packed[0] == packed[1]


def test_what_is_packed_is_roots_and_bears_the_commits_time(tmp_path: Path) -> None:
    (tmp_path / "tree/bin").mkdir(parents=True)
    (tmp_path / "tree/bin/run").write_text("#!/bin/sh\n")
    (tmp_path / "tree/bin/run").chmod(0o700)
    archive.pack(tmp_path / "tree", "top", tmp_path / "x.tar.gz", COMMIT.time)
    with tarfile.open(tmp_path / "x.tar.gz") as tar:
        told = [(one.name, oct(one.mode), one.uid, one.gid, one.uname, one.mtime) for one in tar]
    assert told == [(name, "0o755", 0, 0, "", COMMIT.time) for name in ("top", "top/bin", "top/bin/run")]


def test_the_manifest_tells_of_every_package_and_the_sums_of_every_file(tmp_path: Path) -> None:
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib/one.py").write_text("one = 1\n")
    parts = [Package("debian", "zlib1g", "1.2", Path("zlib1g.deb"), "ab" * 32, "zlib 1.2")]
    manifest.write(parts, DEVICE, COMMIT, tmp_path)
    told = json.loads((tmp_path / manifest.MANIFEST).read_text())
    assert told["packages"] == [
        {"name": "zlib1g", "version": "1.2", "origin": "debian", "sha256": "ab" * 32, "source": "zlib 1.2"}
    ]
    assert (told["version"], told["commit"], told["architecture"]) == ("1.2.3", "0" * 40, "aarch64")
    sums = "".join(f"{sha256(tmp_path / name)}  {name}\n" for name in ("bundle.txt", "lib/one.py", "manifest.json"))
    assert (tmp_path / manifest.SUMS).read_text() == sums


def test_the_room_that_is_told_does_not_depend_on_how_the_directories_were_filled(tmp_path: Path) -> None:
    told = []
    for times in (0, 3000):
        tree = tmp_path / str(times)
        (tree / "lib").mkdir(parents=True)
        for number in range(times):  # ext4 never makes a directory smaller again
            (tree / f"lib/a name that is as long as names are at times {number}").touch()
        for path in (tree / "lib").iterdir():
            path.unlink()
        (tree / "lib/one.py").write_text("pass\n")
        (tree / "lib/two.py").write_bytes(bytes(4097))
        manifest.write([], DEVICE, COMMIT, tree)
        told.append((tree / manifest.FACTS).read_text())
    assert told[0] == told[1]
    assert "SIZE=20\n" in told[0]  # two blocks for a file, one each for the other, the directory and the manifest


def test_the_facts_of_a_compiled_file_are_read() -> None:
    told = elf.read(Path(sys.executable).resolve())
    assert "libc.so.6" in told.needed
    assert told.interpreter is not None
    assert (2, 0) < told.glibc < (9, 0)


def test_a_file_finds_libraries_of_its_own_tree_wherever_that_lies(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "lib").mkdir()
    program = tmp_path / "bin/program"
    shutil.copy(shutil.which("true") or "/bin/true", program)
    elf.look_in(program, tmp_path / "lib")
    told = elf.read(program)
    assert (told.runpath, told.rpath) == ("$ORIGIN/../lib", None)
    assert subprocess.run([program]).returncode == 0


def test_the_time_of_a_bundle_is_the_commits_unless_it_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    of_git = this_commit()
    assert of_git.time == int(run(["git", "-c", f"safe.directory={ROOT}", "-C", ROOT, "log", "-1", "--format=%ct"]))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    assert this_commit().time == 1_700_000_000
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "yesterday")
    with pytest.raises(BuildError, match="seconds since 1970"):
        this_commit()


def test_outside_of_git_the_time_must_be_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "moducop_tui").mkdir()
    (tmp_path / "moducop_tui/__init__.py").write_text('__version__ = "7.8.9"\n')
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    with pytest.raises(BuildError, match="Outside of a git checkout"):
        this_commit(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "5")
    assert this_commit(tmp_path) == Commit("7.8.9", None, changed=False, time=5)


def test_an_architecture_that_is_not_built_for_is_refused() -> None:
    with pytest.raises(BuildError, match="'riscv64' is no architecture of a bundle; there are aarch64, x86_64"):
        named("riscv64")


def test_a_tool_that_is_missing_or_fails_is_said() -> None:
    with pytest.raises(BuildError, match=r"no-such-tool is not installed. `.ci/setup bundle`"):
        run(["no-such-tool"])
    with pytest.raises(BuildError, match="sh -c echo why; exit 4 failed with 4:\nwhy"):
        run(["sh", "-c", "echo why; exit 4"])
