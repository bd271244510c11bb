"""What the command line reads: each topic once, and again where one look can't tell."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from moducop_tui import read_once as product
from moducop_tui.model.reading import Reading, Topic, Unavailable
from moducop_tui.read_once import LOOKS, read_once
from tests.unit.core.core_fakes import FakeSource, eventually

ALL = frozenset(Topic)


@pytest.fixture(autouse=True)
def _short_distance(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(product, "DISTANCE", 0.05)


def test_topics_are_read_side_by_side_and_their_sources_closed() -> None:
    def slow(_: int) -> object:
        time.sleep(0.1)
        return "here"

    sources = [FakeSource(topic, answer=slow) for topic in Topic]
    started = time.monotonic()
    readings = read_once(sources, ALL - {Topic.MEDIA}, limit=2.0)
    assert time.monotonic() - started < 0.6  # one after the other it would be 1.2 s
    assert readings.of(Topic.LOG).value == "here"
    assert readings.media == Reading()
    assert [source.closed for source in sources] == [0 if source.topic is Topic.MEDIA else 1 for source in sources]


def test_what_did_not_come_in_its_time_is_said() -> None:
    late, impatient = FakeSource(Topic.STORAGE), FakeSource(Topic.APPS, time_limit=0.05)
    late.gate.clear()
    impatient.gate.clear()
    readings = read_once([late, impatient], ALL, limit=0.1)
    late.gate.set()
    impatient.gate.set()
    assert readings.storage.error == "The file systems have not answered for 0 s."
    assert readings.apps.error == "The container engine has not answered for 0 s."
    assert late.closed == impatient.closed == 0  # their threads may still be in them


def test_a_share_of_the_cpu_comes_from_a_second_reading() -> None:
    def share(count: int) -> object:
        return None if count == 1 else 0.25

    system, storage = FakeSource(Topic.SYSTEM, share), FakeSource(Topic.STORAGE)
    readings = read_once([system, storage], ALL, limit=2.0)
    assert readings.of(Topic.SYSTEM).value == 0.25
    assert system.reads[1] - system.reads[0] >= 0.05
    assert len(storage.reads) == 1


@pytest.mark.parametrize(
    ("boot", "reads"),
    [
        (lambda _: "committed", 2),
        (lambda count: "trial" if count == 1 else "committed", 3),
        (lambda count: count, LOOKS),
    ],
)
def test_the_verdicts_topics_are_read_until_the_device_stands_still(boot: Callable[[int], object], reads: int) -> None:
    sources = [FakeSource(Topic.BOOT, boot), FakeSource(Topic.MENDER, lambda _: "idle")]
    readings = read_once(sources, ALL, limit=2.0)
    assert [len(source.reads) for source in sources] == [reads, reads]
    assert readings.of(Topic.BOOT).value == boot(reads)


def test_what_could_not_be_read_is_not_tried_twice() -> None:
    source = FakeSource(Topic.BOOT, lambda _: Unavailable("fw_printenv is not installed."))
    readings = read_once([source], ALL, limit=2.0)
    assert readings.boot.error == "fw_printenv is not installed."
    assert len(source.reads) == 1


def test_a_second_reading_that_hangs_takes_nothing_from_the_first() -> None:
    def answer(count: int) -> object:
        if count == 1:
            source.gate.clear()
        return f"value {count}"

    source = FakeSource(Topic.SYSTEM, answer)
    readings = read_once([source], ALL, limit=0.2)
    assert readings.of(Topic.SYSTEM).value == "value 1"
    assert source.closed == 0
    source.gate.set()
    assert eventually(lambda: len(source.reads) == 2)
