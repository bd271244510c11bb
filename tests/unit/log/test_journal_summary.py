from __future__ import annotations

from dataclasses import replace

from moducop_tui.model.log import LogEntry
from moducop_tui.sources.journal_summary import HOUR, KEPT, Alerts, age_of

BOOT = "b" * 32


def entry(message: str, priority: int = 4, origin: str = "smartd", boot: str = BOOT, **times: float) -> LogEntry:
    return LogEntry(
        "c", times.get("realtime", 0.0), times.get("monotonic", 0.0), boot, priority, origin, None, None, None, message
    )


def test_the_same_words_of_the_same_origin_are_one_row_with_a_count_even_when_others_speak_between() -> None:
    alerts = Alerts()
    for message in ("disk", "hot", "disk", "hot", "disk"):
        alerts.add(entry(message), 0.0, 0.0)
    alerts.add(entry("disk", origin="other"), 0.0, 0.0)
    assert [(kept.entry.origin, kept.entry.message, kept.count) for kept in alerts.recent] == [
        ("smartd", "hot", 2),
        ("smartd", "disk", 3),
        ("other", "disk", 1),
    ]


def test_only_the_newest_are_kept() -> None:
    alerts = Alerts()
    for number in range(500):
        alerts.add(entry(f"{number}"), 0.0, 0.0)
    assert [kept.entry.message for kept in alerts.recent] == [str(number) for number in range(500 - KEPT, 500)]


def test_errors_and_warnings_of_the_last_hour_are_counted_and_fall_out_of_it() -> None:
    alerts = Alerts()
    for age in (HOUR + 1, HOUR - 20, 1800.0, 0.0):
        alerts.add(entry("e", priority=3), 10_000.0, age)
        alerts.add(entry("w", priority=4), 10_000.0, age)
    assert alerts.last_hour(10_000.0) == (3, 3)
    assert alerts.last_hour(10_000.0 + 2000) == (1, 1)
    assert alerts.last_hour(10_000.0 + 2 * HOUR) == (0, 0)


def test_an_entry_of_unknown_age_is_shown_but_not_counted() -> None:
    alerts = Alerts()
    alerts.add(entry("from a boot with another clock", priority=2), 100.0, None)
    assert len(alerts.recent) == 1
    assert alerts.last_hour(100.0) == (0, 0)


def test_a_flood_of_an_hour_is_counted_in_bounded_memory() -> None:
    alerts = Alerts()
    for second in range(7200):
        for _ in range(5):
            alerts.add(entry("x"), float(second), 0.0)
    errors, warnings = alerts.last_hour(7200.0)
    assert errors == 0
    assert abs(warnings - 5 * 3600) <= 5 * 20
    assert len(alerts._slices) <= 362


def test_age_in_this_boot_is_measured_by_the_clock_that_never_jumps() -> None:
    assert age_of(entry("x", monotonic=40.0, realtime=9e9), BOOT, 100.0, 1e9) == 60.0


def test_age_of_an_earlier_boot_is_only_known_if_it_is_not_in_the_future() -> None:
    assert age_of(entry("x", boot="a", realtime=900.0), BOOT, 100.0, 1000.0) == 100.0
    assert age_of(entry("x", boot="a", realtime=1100.0), BOOT, 100.0, 1000.0) is None


def test_a_message_that_came_in_parts_is_one_error() -> None:
    alerts = Alerts()
    parts = [entry("begins", priority=3), *[replace(entry("goes on", priority=3), continues=True)] * 3]
    for part in parts:
        alerts.add(part, 0.0, 0.0)
    assert alerts.last_hour(0.0) == (1, 0)
    assert [(kept.entry.message, kept.count) for kept in alerts.recent] == [("begins", 1)]
