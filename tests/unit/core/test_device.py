from __future__ import annotations

from pathlib import Path

from moducop_tui.config import Config
from moducop_tui.device import real_device, simulated_device
from moducop_tui.model.reading import Topic


def test_a_real_device_has_one_source_a_topic_with_a_pace_and_a_limit() -> None:
    device = real_device(Config())
    assert sorted(source.topic for source in device.sources) == sorted(Topic)
    assert all(0 < source.cadence <= 120 and 0 < source.time_limit <= 60 for source in device.sources)
    assert not device.simulated
    for source in device.sources:
        source.close()


def test_building_a_device_below_a_root_that_is_empty_reads_nothing(tmp_path: Path) -> None:
    device = real_device(Config(root=tmp_path))
    assert len(device.sources) == len(Topic)
    for source in device.sources:
        source.close()


def test_a_simulated_device_has_the_same_topics_and_a_clock_of_its_own() -> None:
    device = simulated_device()
    assert sorted(source.topic for source in device.sources) == sorted(Topic)
    assert device.simulated
    assert device.wall_clock() > 1_600_000_000
