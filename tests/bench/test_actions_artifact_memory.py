"""A payload larger than the device's memory is checked in a few megabytes; no artifact fills the console's."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.performance.artifact_memory import growth_of, peak_of_verifying
from tests.unit.actions_artifact.hostile_artifacts import HOSTILE, make

_LIMIT = 64 << 10
"""KiB, of which Python itself takes a third."""
_GROWTH = 40 << 10
"""KiB: the console takes some 58 MiB at rest, and is to stay below 100."""

_WHOLE_CONSOLE = 100 << 10
_LOOKS = """
import sys
from pathlib import Path
import moducop_tui.app, moducop_tui.screens.apps, moducop_tui.screens.overview
from moducop_tui.host import Host
from moducop_tui.sources.artifact import read_artifact
from moducop_tui.sources.kept_offers import find_kept

kept = []
for path in sys.argv[2:]:
    kept.append(read_artifact(Host(), path))
for _ in range(3):
    kept.append(find_kept(Host(Path(sys.argv[1]))))
print(len(kept[-1]), next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""
"""All of the console is loaded; it looks at each artifact, and three times at a data partition full of the worst."""


def test_nor_with_what_is_copied_meanwhile() -> None:
    small, large = peak_of_verifying(1 << 20, "none", copied=True), peak_of_verifying(256 << 20, "none", copied=True)
    assert large < _LIMIT
    assert large - small < 16 << 10


@pytest.mark.parametrize(("size", "compression"), [(2 << 30, "none"), (1 << 30, "gzip"), (1 << 27, "xz")])
def test_memory_does_not_grow_with_the_payload(size: int, compression: str) -> None:
    small, large = peak_of_verifying(1 << 20, compression), peak_of_verifying(size, compression)
    assert large < _LIMIT
    assert large - small < 16 << 10


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The artifacts that try to fill the memory, by name; nobody changes them."""
    return make(tmp_path_factory.mktemp("hostile"))


@pytest.mark.parametrize("name", list(HOSTILE))
def test_no_artifact_fills_the_memory_of_the_console(hostile: dict[str, Path], name: str) -> None:
    looked, verified = growth_of(hostile[name])
    assert looked < _GROWTH
    assert verified < _GROWTH


def test_a_console_that_looks_at_all_of_them_stays_below_its_limit(hostile: dict[str, Path], tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    for number in range(20):
        for name in ("depends", "provides"):
            (tmp_path / f"data/{name}-{number}.mender").hardlink_to(hostile[name])
    command = [sys.executable, "-c", _LOOKS, str(tmp_path), *map(str, hostile.values())]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    listed, peak = map(int, said.split())
    assert listed == 40
    assert peak < _WHOLE_CONSOLE
