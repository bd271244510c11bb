"""The simulated journal: it flows, obeys its filters, pages back, and tells the same story as the containers."""

from __future__ import annotations

import itertools
import tracemalloc

import pytest

from moducop_tui.model.foreign import clean
from moducop_tui.model.log import LogEntry, LogFilter
from moducop_tui.model.reading import Unavailable
from tests.unit.demo.demo_time import SimulatedDevice

LOGGER = "gpx-logger-logger-1"
HOUR = 3600.0


@pytest.fixture
def device() -> SimulatedDevice:
    return SimulatedDevice()


def cursors(entries: tuple[LogEntry, ...]) -> list[str]:
    return [entry.cursor for entry in entries]


def test_a_view_begins_with_its_backlog_and_goes_on(device: SimulatedDevice) -> None:
    stream = device.open(LogFilter(), 50, 0)
    backlog = stream.read(0, device.wake).entries
    assert len(backlog) == 50
    assert stream.read(0, device.wake).entries == ()
    device.clock.moment = 60
    news = stream.read(0, device.wake).entries
    assert 20 < len(news) < 120
    assert news[0].realtime > backlog[-1].realtime
    assert list(news) == sorted(news, key=lambda entry: entry.realtime)


def test_following_in_steps_gives_the_same_as_reading_at_once(device: SimulatedDevice) -> None:
    steps: list[str] = []
    stream = device.open(LogFilter(), 0, 200)
    for moment in range(201, 500, 7):
        device.clock.moment = moment
        steps += cursors(stream.read(0, device.wake).entries)
    once = device.entries(LogFilter(), len(steps), float(moment))
    assert steps == cursors(once)
    assert len(set(steps)) == len(steps)


def test_pages_back_join_without_gap_or_repetition(device: SimulatedDevice) -> None:
    stream = device.open(LogFilter(), 40, 0)
    collected = list(stream.read(0, device.wake).entries)
    for _ in range(10):
        collected = [*stream.earlier(40).entries, *collected]
    assert cursors(tuple(collected)) == cursors(device.entries(LogFilter(), 440, 0))


def test_paging_back_ends_at_the_beginning_of_the_boot(device: SimulatedDevice) -> None:
    stream = device.open(LogFilter(kernel=True), 10, 0)
    stream.read(0, device.wake)
    first = None
    while entries := stream.earlier(200).entries:
        first = entries[0]
    assert first is not None
    assert first.message.startswith("Linux version")
    assert first.boot_id == device.system(0).boot_id
    assert stream.earlier(10).entries == ()


def test_a_long_absence_is_caught_up_without_loss(device: SimulatedDevice) -> None:
    stream = device.open(LogFilter(), 0, 0)
    device.clock.moment = HOUR
    count = 0
    while batch := stream.read(0, device.wake).entries:
        assert len(batch) <= 500
        count += len(batch)
    assert count > 2_000


@pytest.mark.parametrize(
    ("wanted", "fits"),
    [
        (LogFilter(container=LOGGER), lambda entry: entry.container == LOGGER),
        (LogFilter(unit="docker.service"), lambda entry: entry.unit == "docker.service"),
        (LogFilter(unit="NetworkManager.service"), lambda entry: entry.origin == "NetworkManager"),
        (LogFilter(kernel=True), lambda entry: entry.origin == "kernel"),
        (LogFilter(max_priority=3), lambda entry: entry.priority <= 3),
        (LogFilter(max_priority=4, container=LOGGER), lambda entry: entry.priority <= 4 and entry.container == LOGGER),
    ],
)
def test_a_filter_gives_exactly_what_fits_it(device: SimulatedDevice, wanted: LogFilter, fits: object) -> None:
    assert callable(fits)
    everything = device.entries(LogFilter(), 500, 400)
    expected = [entry.cursor for entry in everything if fits(entry)]
    assert expected
    assert cursors(device.entries(wanted, len(expected), 400)) == expected


def test_a_unit_that_is_not_there_has_no_entries(device: SimulatedDevice) -> None:
    assert device.entries(LogFilter(unit="nothing.service"), 100, 400) == ()


def test_the_journal_knows_three_boots_before_this_one(device: SimulatedDevice) -> None:
    boots = device.log(0).boots
    assert [boot.offset for boot in boots] == [-3, -2, -1, 0]
    for earlier, later in itertools.pairwise(boots):
        assert earlier.last is not None
        assert later.first is not None
        assert earlier.last < later.first
    for boot in boots:
        entries = device.entries(LogFilter(boot_id=boot.boot_id), 30, 0)
        assert len(entries) == 30
        assert {entry.boot_id for entry in entries} == {boot.boot_id}
        assert all((boot.first or 0) <= entry.realtime <= (boot.last or 0) for entry in entries)


def test_all_boots_go_on_where_one_boot_begins(device: SimulatedDevice) -> None:
    stream = device.open(LogFilter(all_boots=True, kernel=True, max_priority=5), 400, 0)
    entries = stream.read(0, device.wake).entries
    assert len({entry.boot_id for entry in entries}) == 4


def test_an_unknown_boot_is_said_in_a_sentence(device: SimulatedDevice) -> None:
    answer = device.log_port.open(LogFilter(boot_id="f" * 32), 10)
    assert isinstance(answer, Unavailable)
    assert answer.reason.endswith(".")


def test_each_crash_of_the_container_is_in_the_log(device: SimulatedDevice) -> None:
    finished: set[float] = set()
    for second in range(300):
        logger = next(one for one in device.apps(second).containers if one.name == LOGGER)
        assert logger.finished_at is not None
        finished.add(logger.finished_at)
    errors = device.entries(LogFilter(container=LOGGER, max_priority=3), len(finished), 300)
    assert len(errors) == len(finished)
    for entry, end in zip(errors, sorted(finished), strict=True):
        assert "No such file or directory" in entry.message
        assert 0 < end - entry.realtime < 1


def test_a_container_that_does_not_run_is_silent(device: SimulatedDevice) -> None:
    probe = device.entries(LogFilter(container="line-probe"), 100, 12 * 60 - 1)
    assert not [entry for entry in probe if entry.realtime > 1_800_000_000.0 + 11 * 60]


def test_the_summary_counts_what_the_journal_holds(device: SimulatedDevice) -> None:
    log = device.log(700)
    hour_ago = 1_800_000_000.0 + 700 - HOUR
    alarming = [e for e in device.entries(LogFilter(max_priority=4), 500, 700) if e.realtime > hour_ago]
    assert log.errors_last_hour == sum(entry.priority <= 3 for entry in alarming) > 0
    assert log.warnings_last_hour == sum(entry.priority == 4 for entry in alarming) > 0
    assert any(repeated.count > 5 for repeated in log.recent)
    assert log.newest is not None
    assert 0 <= 1_800_000_000.0 + 700 - log.newest.realtime < 30
    times = [repeated.entry.realtime for repeated in log.recent]
    assert times == sorted(times)


def test_every_text_is_clean(device: SimulatedDevice) -> None:
    for moment in (100.0, 500, 900, 3_000):
        for entry in device.entries(LogFilter(), 500, moment):
            assert entry.message == clean(entry.message)
            assert "{" not in entry.message


def test_an_hour_of_following_keeps_no_memory(device: SimulatedDevice) -> None:
    stream = device.open(LogFilter(), 10, 0)

    def follow(begin: int, end: int) -> None:
        for moment in range(begin, end, 40):
            device.clock.moment = moment
            while stream.read(0, device.wake).entries:
                pass

    follow(0, 200)
    tracemalloc.start()
    before = tracemalloc.take_snapshot()
    follow(200, 3_800)
    after = tracemalloc.take_snapshot()
    tracemalloc.stop()
    grown = sum(difference.size_diff for difference in after.compare_to(before, "filename"))
    assert grown < 200_000


def test_a_container_s_log_is_found_by_its_id_as_the_screen_asks_for_it(device: SimulatedDevice) -> None:
    (identity,) = (one.id for one in device.apps(0).containers if one.name == LOGGER)
    found = device.entries(LogFilter(container_id=identity), 20, 0)
    assert found == device.entries(LogFilter(container=LOGGER), 20, 0)
    assert len(found) == 20
    assert device.entries(LogFilter(container_id="f" * 64), 5, 0) == ()
