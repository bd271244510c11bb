"""The console beside an engine that answers without end, too much, or too slowly: a sentence, in bounded memory.

The readings are taken in a process of their own, with all of the console loaded, whose peak the kernel has counted.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from .console import Console
from .hostile_engine import EVENTS, INSPECTIONS, LISTS, HostileEngine

SOURCE = Path(__file__).parents[2]
LIMIT = 100 << 20
READ_WELL = ("wide letters", "escaped wide letters", "endless trailers")
"""Lists that end in time, and in which no container stands."""
READ = """
import json, sys, time
from pathlib import Path
import moducop_tui.app, moducop_tui.screens.apps, moducop_tui.screens.overview
from moducop_tui.config import Config
from moducop_tui.host import Host
from moducop_tui.model.apps import Apps
from moducop_tui.model.wake import Wake
from moducop_tui.sources.containers import ContainersSource

def peak():
    words = Path("/proc/self/status").read_text().split()
    return int(words[words.index("VmHWM:") + 1]) << 10

for path in sys.argv[2:]:
    source, wake = ContainersSource(Config(engine_socket=path), Host()), Wake()
    for _ in range(int(sys.argv[1])):
        value = source.read()
        source.wait(0.2, wake)
    well = isinstance(value, Apps)
    source.close()
    print(json.dumps({"names": [one.name for one in value.containers] if well else None,
                      "sentence": None if well else value.reason, "peak": peak()}))
"""


@dataclass(frozen=True)
class Said:
    """What the console said of one engine, and its peak of memory until then, in bytes."""

    names: list[str] | None
    sentence: str | None
    peak: int


def said_of(kinds: Sequence[str], engine: Callable[[Path, str], HostileEngine], readings: int) -> dict[str, Said]:
    """One console that has all these engines after each other."""
    with tempfile.TemporaryDirectory(prefix="hostile-") as directory:
        places = [Path(directory) / f"{number}.sock" for number in range(len(kinds))]
        engines = [engine(place, kind) for place, kind in zip(places, kinds, strict=True)]
        child = [sys.executable, "-c", READ, str(readings), *map(str, places)]
        done = subprocess.run(child, capture_output=True, text=True, cwd=SOURCE, timeout=300, check=False)
        for one in engines:
            one.close()
    assert done.returncode == 0, done.stderr[-2000:]
    said = [Said(**json.loads(row)) for row in done.stdout.splitlines()]
    for kind, told in zip(kinds, said, strict=True):
        print(f"{kind}: {told.peak >> 20} MiB; {told.sentence or told.names}")
        assert told.peak < LIMIT, kind
    return dict(zip(kinds, said, strict=True))


def test_a_hostile_list_is_a_sentence() -> None:
    for kind, said in said_of(LISTS, lambda place, kind: HostileEngine(place, lists=kind), 1).items():
        if said.sentence is not None:
            assert said.sentence.startswith("Docker "), kind
            assert said.sentence.endswith((".", "?")), kind
        elif kind.startswith("twelve"):
            assert said.names is not None
            assert len(said.names) == 12
        else:
            assert (kind in READ_WELL, said.names) == (True, []), kind


def test_a_hostile_container_does_not_hide_the_others() -> None:
    for kind, said in said_of(INSPECTIONS, lambda place, kind: HostileEngine(place, inspections=kind), 1).items():
        assert len(said.names or ()) == 12, kind


def test_hostile_events_change_nothing_of_what_is_said() -> None:
    for kind, said in said_of(EVENTS, lambda place, kind: HostileEngine(place, events=kind), 3).items():
        assert len(said.names or ()) == 12, kind


@pytest.mark.parametrize("kind", ["a million labels", "objects in objects", "escaped wide letters"])
def test_the_whole_console_at_work_stays_below_its_limit(tmp_path: Path, kind: str) -> None:
    """Those that took most above, with a screen, all its sources, and readings that come again and again."""
    with tempfile.TemporaryDirectory(prefix="hostile-") as directory:
        place = Path(directory) / "engine.sock"
        (tmp_path / "config.toml").write_text(f'engine_socket = "{place}"\n')
        engine = HostileEngine(place, lists=kind)
        command = [sys.executable, "-m", "moducop_tui", "--config", str(tmp_path / "config.toml"), "--root", "/"]
        with Console(command, env={"PYTHONPATH": str(SOURCE)}) as console:
            console.wait_for("4 Apps")
            console.press("4")
            console.wait_for(lambda _: engine.lists_asked >= 3, 60.0)
            words = Path(f"/proc/{console.process()}/status").read_text().split()
        engine.close()
    assert int(words[words.index("VmHWM:") + 1]) << 10 < LIMIT
