"""The simulated device behind its ports: the same for a seed, light, quick, and never at the machine's own facts."""

from __future__ import annotations

import subprocess
import sys
import time

from moducop_tui.model.log import LogFilter
from moducop_tui.model.ports import Source
from moducop_tui.model.reading import Topic
from moducop_tui.model.wake import Wake
from tests.patience import FOR_EVER, PATIENCE
from tests.unit.demo.demo_time import SimulatedDevice

MOMENTS = (0.0, 3.7, 95.0, 481.0, 604.0, 838.0, 2_610.0, 100_000.0)
LOADED_BY_READING = """
import sys
from moducop_tui.demo import build
from moducop_tui.model.log import LogFilter
from moducop_tui.model.wake import Wake
built = build(plan_of=None)
for source in built.sources:
    source.read()
built.log.open(LogFilter(), 10).read(0, Wake())
print(*sys.modules)
"""


def test_the_same_seed_tells_the_same_story() -> None:
    one, other = SimulatedDevice(seed=7), SimulatedDevice(seed=7)
    for moment in MOMENTS:
        assert one.everything(moment) == other.everything(moment)
        assert one.entries(LogFilter(), 100, moment) == other.entries(LogFilter(), 100, moment)


def test_what_was_read_before_changes_nothing() -> None:
    straight, jumped = SimulatedDevice(), SimulatedDevice()
    for moment in (900_000.0, 12.0, 4_000.0):
        jumped.everything(moment)
    assert straight.everything(700.0) == jumped.everything(700.0)


def test_another_seed_tells_it_differently() -> None:
    one, other = SimulatedDevice(seed=1), SimulatedDevice(seed=2)
    assert one.entries(LogFilter(), 100, 0) != other.entries(LogFilter(), 100, 0)
    assert one.boot(0) == other.boot(0)


def test_there_is_a_source_for_every_topic() -> None:
    sources: tuple[Source, ...] = SimulatedDevice().sources
    assert {source.topic for source in sources} == set(Topic)


def test_values_can_be_compared_and_are_frozen() -> None:
    device = SimulatedDevice()
    for value in device.everything(31.0).values():
        assert hash(value) == hash(value)


def test_a_wait_ends_when_it_is_woken() -> None:
    device = SimulatedDevice()
    wake = Wake()
    wake.set()
    begun = time.monotonic()
    for source in device.sources:
        source.wait(FOR_EVER, wake)
    assert time.monotonic() - begun < PATIENCE


def test_a_wait_ends_when_its_time_is_up() -> None:
    device = SimulatedDevice()
    wake = Wake()
    for source in device.sources:
        begun = time.monotonic()
        source.wait(0.01, wake)
        assert time.monotonic() - begun < PATIENCE


def test_a_stream_that_is_woken_gives_an_empty_batch() -> None:
    device = SimulatedDevice()
    stream = device.open(LogFilter(unit="nothing.service"), 10, 0)
    wake = Wake()
    wake.set()
    assert stream.read(FOR_EVER, wake).entries == ()


def test_a_round_of_readings_is_quick() -> None:
    device = SimulatedDevice()
    device.everything(30.0)
    begun = time.process_time()
    for step in range(10):
        device.everything(31.0 + step)
    assert (time.process_time() - begun) / 10 < 0.1


def test_reading_it_loads_no_heavy_library() -> None:
    script = [sys.executable, "-c", LOADED_BY_READING]
    loaded = set(subprocess.run(script, capture_output=True, text=True, check=True).stdout.split())
    assert "moducop_tui.demo.world" in loaded
    heavy = {"docker", "pyudev", "psutil", "systemd", "textual", "rich", "json", "subprocess"}
    assert not loaded & heavy
    assert not {name for name in loaded if name.startswith("moducop_tui.sources")}


def test_importing_the_demo_alone_loads_nothing_of_it() -> None:
    script = "import sys, moducop_tui.demo; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    assert [name for name in loaded if name.startswith("moducop_tui.demo.")] == []
