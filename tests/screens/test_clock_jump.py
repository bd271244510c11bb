"""The device's clock jumps while the console runs: as when the network's time arrives, or a dead battery's is read."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from moducop_tui import units
from moducop_tui.app import ConsoleApp
from moducop_tui.config import Config
from moducop_tui.device import Device
from moducop_tui.logbook import Logbook
from moducop_tui.model.log import LogBatch
from moducop_tui.model.problems import find_problems
from moducop_tui.pages.look import look_at
from moducop_tui.pages.overview import overview
from tests.screens import builders as build
from tests.screens.console import Driven, ScriptedLog, console
from tests.screens.gallery import as_text

YEAR = 365 * 86400.0
ZONE = timezone(timedelta(hours=11, minutes=30))


class SetClock:
    """A wall clock that somebody sets."""

    def __init__(self, now: float) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


def test_every_screen_is_drawn_on_while_the_clock_jumps() -> None:
    async def scenario() -> None:
        clock, log = SetClock(build.WALL), ScriptedLog()
        log.entries = [build.entry(number, f"usual message {number}") for number in range(100)]
        app = ConsoleApp(Device((), log, False, clock), replace(Config(), log_memory=1 << 20))
        async with app.run_test(size=(80, 24)) as pilot:
            driven = Driven(app, pilot, log)
            driven.publish(build.readings())
            for jump in (YEAR, -2 * YEAR, 1e12):
                clock.now += jump
                for key in "123456p":
                    await driven.press(key)
                    assert "MEC01-4711" in driven.rows[0]
                await driven.press("5")
                message = f"written after {jump}"
                log.write(replace(build.entry(200, message), realtime=max(0.0, clock.now)))
                await driven.until(message)

    asyncio.run(scenario())


def test_a_time_zone_that_is_changed_shows_at_the_next_drawing(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario() -> None:
        async with console(build.readings()) as driven:
            await driven.press("6")
            assert units.date_and_clock(build.WALL)[:15] in driven.text
            before = driven.text
            monkeypatch.setenv("TZ", "XYZ-11:30")  # as a new /etc/localtime: libc asks for neither by itself
            driven.screen.redraw()
            await driven.until(datetime.fromtimestamp(build.WALL, ZONE).strftime("%Y-%m-%d %H:%M")[:15])
            assert driven.text != before

    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    try:
        asyncio.run(scenario())
    finally:
        monkeypatch.undo()
        time.tzset()


def test_the_age_of_a_reading_and_what_is_wrong_do_not_depend_on_the_wall_clock() -> None:
    stale = replace(build.readings().storage, error="statfs has not answered for 5 s", taken_at=build.NOW - 30)
    readings = build.readings(storage=stale)
    problems = find_problems(readings, build.NOW)
    for jump in (-YEAR, 0.0, YEAR):
        look = look_at(readings, 80, 24, build.NOW, build.WALL + jump)
        assert look.problems == problems
        assert "~ 30 s old" in as_text(overview(look))


def test_entries_a_year_apart_stay_in_the_order_in_which_they_came() -> None:
    book = Logbook(1 << 20)
    times = (0.0, YEAR, YEAR + 1, 1.0, 2.0)
    book.add(LogBatch(tuple(replace(build.entry(n, f"{n}"), realtime=build.WALL + at) for n, at in enumerate(times))))
    items = [book.item(number) for number in range(book.first, book.last + 1)]
    assert [getattr(item, "message", None) for item in items] == ["0", "1", "2", "3", "4"]


def test_a_container_that_seems_to_have_started_in_the_future_has_no_age() -> None:
    text = as_text(overview(look_at(build.readings(), 80, 24, build.NOW, build.WALL - YEAR)))
    assert "4 up ?: cache" in text
