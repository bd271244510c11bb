from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from moducop_tui import errors, worker
from moducop_tui.collector import Collector
from moducop_tui.model.reading import Reading, Topic, Unavailable
from moducop_tui.model.wake import Wake
from moducop_tui.store import Store
from tests.patience import FOR_EVER, PATIENCE
from tests.unit.core.core_fakes import FakeSource, eventually

SYSTEM = frozenset({Topic.SYSTEM})
NOTHING: frozenset[Topic] = frozenset()


@pytest.fixture(autouse=True)
def _short_times(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second of the product is 20 ms here."""
    monkeypatch.setattr(worker, "FIRST_RETRY", 0.02)
    monkeypatch.setattr(worker, "LAST_RETRY", 0.1)
    monkeypatch.setattr(worker, "PAUSE", 0.01)


@contextmanager
def collecting(*sources: FakeSource, demanded: frozenset[Topic] = SYSTEM) -> Iterator[tuple[Collector, Store]]:
    store = Store()
    collector = Collector(sources, store, monitor_period=0.01)
    collector.start()
    collector.demand(demanded)
    try:
        yield collector, store
    finally:
        for source in sources:
            source.gate.set()
        collector.stop()


def test_what_nobody_asks_for_is_not_read() -> None:
    source = FakeSource()
    with collecting(source, demanded=NOTHING):
        time.sleep(0.05)
    assert source.reads == []


def test_what_is_asked_for_is_read_at_once_and_published() -> None:
    source = FakeSource()
    with collecting(source) as (_, store):
        assert eventually(lambda: store.readings.system.value is not None)
    assert store.readings.of(Topic.SYSTEM).value == "value 1"


def test_a_topic_that_is_asked_for_again_is_read_at_once() -> None:
    source = FakeSource()
    with collecting(source) as (collector, _):
        assert eventually(lambda: len(source.reads) == 1)
        collector.demand(NOTHING)
        time.sleep(0.03)
        assert len(source.reads) == 1
        collector.demand(SYSTEM)
        assert eventually(lambda: len(source.reads) == 2, 1.0)


def test_asking_for_the_same_again_reads_nothing() -> None:
    source = FakeSource()
    with collecting(source) as (collector, _):
        assert eventually(lambda: len(source.reads) == 1)
        for _again in range(5):
            collector.demand(SYSTEM)
        time.sleep(0.05)
    assert len(source.reads) == 1


def test_asking_while_the_source_is_about_to_look_reads_once(monkeypatch: pytest.MonkeyPatch) -> None:
    at_once = Wake.set

    def late(self: Wake) -> None:
        time.sleep(0.05)
        at_once(self)

    monkeypatch.setattr(Wake, "set", late)
    source = FakeSource()
    working = worker.Worker(source, lambda topic, value: None)
    asking = threading.Thread(target=working.demand, args=(True,))
    asking.start()
    time.sleep(0.02)
    working.start()
    time.sleep(0.2)
    reads = len(source.reads)
    working.stop()
    assert working.join(2.0)
    assert reads == 1


def test_a_source_is_read_at_its_cadence() -> None:
    source = FakeSource(cadence=0.05)
    with collecting(source):
        assert eventually(lambda: len(source.reads) >= 4)
    gaps = [later - earlier for earlier, later in zip(source.reads, source.reads[1:], strict=False)]
    assert min(gaps) > 0.04


def test_an_event_is_read_without_waiting_for_the_cadence() -> None:
    source = FakeSource()
    with collecting(source):
        assert eventually(lambda: len(source.reads) == 1)
        source.happen()
        assert eventually(lambda: len(source.reads) == 2)


def test_a_storm_of_events_is_read_as_few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "PAUSE", 0.05)
    source = FakeSource()
    with collecting(source):
        until = time.monotonic() + 0.3
        while time.monotonic() < until:
            source.happen()
            time.sleep(0.001)
    assert 3 <= len(source.reads) <= 8


def test_a_failing_source_is_tried_again_ever_more_slowly() -> None:
    source = FakeSource(answer=lambda _: Unavailable("Docker does not answer."))
    with collecting(source) as (_, store):
        assert eventually(lambda: len(source.reads) >= 6)
        assert store.readings.system.error == "Docker does not answer."
    gaps = [later - earlier for earlier, later in zip(source.reads, source.reads[1:], strict=False)]
    # Never earlier than said; a machine with other work may be later.
    for gap, least in zip(gaps, (0.02, 0.04, 0.08, 0.1, 0.1), strict=False):
        assert gap >= 0.95 * least


def test_an_event_lets_a_failing_source_be_tried_earlier_but_not_in_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "FIRST_RETRY", 0.05)
    monkeypatch.setattr(worker, "LAST_RETRY", FOR_EVER)
    # By time alone the tries would be twice as far apart each time: more than PATIENCE before the last.
    source = FakeSource(answer=lambda count: Unavailable("No.") if count < 14 else "back")
    with collecting(source) as (_, store):
        until = time.monotonic() + PATIENCE
        while store.readings.system.value is None and time.monotonic() < until:
            source.happen()
            time.sleep(0.005)
    gaps = [later - earlier for earlier, later in zip(source.reads, source.reads[1:], strict=False)]
    assert len(gaps) == 13
    assert all(gap > 0.045 for gap in gaps)


def test_a_source_that_recovers_loses_its_error_and_its_slowness() -> None:
    source = FakeSource(answer=lambda count: Unavailable("No.") if count == 1 else f"value {count}", cadence=0.03)
    with collecting(source) as (_, store):
        assert eventually(lambda: len(source.reads) >= 5)
        assert store.readings.system.error is None


def test_a_hanging_source_is_said_once_with_its_topic_and_the_seconds_and_its_value_comes_when_it_comes() -> None:
    source = FakeSource(time_limit=0.05)
    source.gate.clear()
    said: list[str | None] = []
    with collecting(source, demanded=NOTHING) as (collector, store):
        store.subscribe(lambda _: said.append(store.readings.system.error))
        collector.demand(SYSTEM)
        assert eventually(lambda: bool(said))
        time.sleep(0.1)
        assert said == ["The system's state has not answered for 0 s."]
        source.gate.set()
        assert eventually(lambda: store.readings.of(Topic.SYSTEM).value == "value 1")
        assert store.readings.system.error is None


def test_a_hanging_source_holds_up_no_other() -> None:
    hanging, lively = FakeSource(Topic.APPS), FakeSource(Topic.SYSTEM)
    hanging.gate.clear()
    with collecting(hanging, lively, demanded=frozenset(Topic)) as (_, store):
        assert eventually(lambda: store.readings.system.value is not None)
        assert store.readings.apps == Reading()


class DeafSource(FakeSource):
    """Waits for ever, whatever happens."""

    def wait(self, timeout: float, wake: Wake) -> None:
        self.gate.clear()
        self.gate.wait(20.0)


def test_a_source_that_does_not_come_back_from_its_wait_is_said_to_hang() -> None:
    source = DeafSource(cadence=0.02, time_limit=0.05)
    with collecting(source) as (_, store):
        assert eventually(lambda: store.readings.system.error is not None)
        assert store.readings.system.is_stale


class BrokenSource(FakeSource):
    """Raises out of everything, as only a bug does."""

    def read(self) -> object:
        self.reads.append(time.monotonic())
        raise KeyError("surprise")

    def wait(self, timeout: float, wake: Wake) -> None:
        raise KeyError("surprise")

    def close(self) -> None:
        raise KeyError("surprise")


def test_a_bug_in_a_source_becomes_a_sentence_with_an_id_for_the_journal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(errors, "report", lambda _: "ab12cd")
    source = BrokenSource()
    with collecting(source) as (_, store):
        assert eventually(lambda: len(source.reads) >= 3)
        assert store.readings.system.error == (
            "Reading the system's state failed with an internal error, id ab12cd; "
            "see the journal: journalctl -t moducop-tui"
        )


def test_stop_closes_every_source_and_ends_every_thread() -> None:
    before = threading.active_count()
    sources = [FakeSource(Topic.APPS), FakeSource(Topic.SYSTEM)]
    with collecting(*sources):
        assert eventually(lambda: bool(sources[1].reads))
    assert [source.closed for source in sources] == [1, 1]
    assert eventually(lambda: threading.active_count() <= before)


def test_stop_does_not_wait_for_a_hanging_source_and_hears_nothing_of_it_later() -> None:
    store, source = Store(), FakeSource()
    source.gate.clear()
    collector = Collector([source], store)
    collector.start()
    collector.demand(SYSTEM)
    assert eventually(lambda: bool(source.reads))
    started = time.monotonic()
    collector.stop(timeout=0.1)
    collector.stop(timeout=0.1)
    assert time.monotonic() - started < PATIENCE / 2  # it hangs for as long as tests have patience
    source.gate.set()
    assert eventually(lambda: source.closed == 1)
    assert store.readings.system == Reading()


def test_when_one_of_the_verdicts_topics_changes_the_others_are_read_again_at_once() -> None:
    slots, mender = FakeSource(Topic.SLOTS, lambda _: "same"), FakeSource(Topic.MENDER, lambda _: "same")
    boot = FakeSource(Topic.BOOT, lambda count: "trial" if count == 1 else "committed")
    other = FakeSource(Topic.STORAGE, lambda _: "same")
    with collecting(slots, mender, boot, other, demanded=frozenset(Topic)) as (_, store):
        assert eventually(lambda: store.readings.boot.value is not None and bool(mender.reads) and bool(slots.reads))
        boot.happen()
        assert eventually(lambda: store.readings.of(Topic.BOOT).value == "committed")
    assert [len(source.reads) for source in (boot, slots, mender, other)] == [2, 2, 2, 1]


def test_what_is_wanted_now_is_read_again_before_it_is_used() -> None:
    system, log = FakeSource(), FakeSource(Topic.LOG)
    with collecting(system, log, demanded=frozenset({Topic.SYSTEM, Topic.LOG})) as (collector, store):
        assert eventually(lambda: store.readings.system.value is not None and len(log.reads) == 1)
        collector.read_now(SYSTEM, timeout=PATIENCE)
        assert store.readings.of(Topic.SYSTEM).value == "value 2"
        assert len(log.reads) == 1


def test_a_source_that_hangs_or_is_not_asked_for_holds_up_nobody_for_longer_than_said() -> None:
    source = FakeSource()
    with collecting(source) as (collector, store):
        assert eventually(lambda: store.readings.system.value is not None)
        source.gate.clear()
        started = time.monotonic()
        collector.read_now(SYSTEM, timeout=0.05)
        assert 0.05 <= time.monotonic() - started < PATIENCE / 2
        collector.read_now(frozenset({Topic.MENDER}), timeout=FOR_EVER)
        assert time.monotonic() - started < PATIENCE / 2
