"""What is installed on a device: all that the program needs, and nothing else."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from moducop_tui.__main__ import main

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built without a network, by the pinned builder that is installed for the tests."""
    place = tmp_path_factory.mktemp("wheel")
    words = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(place)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return next(place.glob("*.whl"))


def test_the_schema_of_the_json_is_in_the_wheel(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as packed:
        carried = packed.read("moducop_tui/status.schema.json")
    assert carried == (ROOT / "assets/status.schema.json").read_bytes()


def test_all_of_the_package_and_the_schema_is_in_the_wheel_and_no_test(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as packed:
        names = {name for name in packed.namelist() if ".dist-info/" not in name}
    files = (path for path in (ROOT / "moducop_tui").rglob("*") if path.is_file() and path.suffix != ".pyc")
    assert names == {str(path.relative_to(ROOT)) for path in files} | {"moducop_tui/status.schema.json"}


def test_an_installed_program_prints_its_schema(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(tmp_path)
    program = "import sys; sys.path.insert(0, '.'); from moducop_tui.__main__ import main; sys.exit(main())"
    words = [sys.executable, "-c", program, "status", "--schema"]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["$schema"].startswith("https://json-schema.org/")


def test_a_checkout_prints_it_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["status", "--schema"]) == 0
    assert capsys.readouterr().out == (ROOT / "assets/status.schema.json").read_text()
