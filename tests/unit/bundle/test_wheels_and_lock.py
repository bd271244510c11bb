"""Which wheels a bundle carries: those that the lock file names by digest, and no others."""

from __future__ import annotations

import re
import tomllib
import zipfile
from pathlib import Path

import pytest

from assets.bundle import wheels
from assets.bundle.architectures import ALL
from assets.bundle.commit import ROOT
from assets.bundle.package import Package
from assets.bundle.problem import BuildError

LOCKED = wheels.locked(wheels.LOCK.read_text())


def test_every_dependency_of_the_project_is_locked() -> None:
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    names = {wheels.normal(re.split(r"[<>=!~ ]", text, maxsplit=1)[0]) for text in wanted}
    assert names <= LOCKED.keys()


def test_textual_is_locked_at_the_version_that_the_screens_are_measured_with() -> None:
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    assert f"textual=={LOCKED['textual'][0]}" in wanted


def test_only_psutil_is_compiled_and_so_has_a_wheel_for_each_architecture() -> None:
    assert {name: len(digests) for name, (_, digests) in LOCKED.items() if len(digests) > 1} == {"psutil": len(ALL)}


@pytest.mark.parametrize("line", ["rich", "rich==1.0", "rich>=1 --hash=sha256:" + "0" * 64, "rich==1 --hash=md5:00"])
def test_a_line_that_locks_nothing_is_refused(line: str) -> None:
    with pytest.raises(BuildError, match="no locked wheel"):
        wheels.locked(line)


def packed(tmp_path: Path, *names: str) -> Package:
    file = tmp_path / "thing-1.0-py3-none-any.whl"
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, name)
    return Package("pypi", "thing", "1.0", file, "")


def test_of_what_a_wheel_says_of_itself_only_its_metadata_and_licences_are_taken(tmp_path: Path) -> None:
    about = "thing-1.0.dist-info"
    kept = ("thing/__init__.py", f"{about}/METADATA", f"{about}/licenses/LICENSE", f"{about}/NOTICE.txt")
    wheel = packed(tmp_path, *kept, f"{about}/RECORD", f"{about}/entry_points.txt")
    wheels.unpack(wheel, tmp_path / "site")
    found = {str(path.relative_to(tmp_path / "site")) for path in (tmp_path / "site").rglob("*") if path.is_file()}
    assert found == set(kept)


def test_a_wheel_with_files_for_other_places_is_refused(tmp_path: Path) -> None:
    wheel = packed(tmp_path, "thing-1.0.data/scripts/thing")
    with pytest.raises(BuildError, match="files for other places"):
        wheels.unpack(wheel, tmp_path / "site")
