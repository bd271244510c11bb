"""A log that is partly covered by a list stands still until the list is closed; nothing of it is lost or read anew."""

from __future__ import annotations

import asyncio

from moducop_tui.model.log import LogEntry
from tests.screens import builders as build
from tests.screens.console import Driven, console

CHOSEN = "gpx-logger-logger-1"


def _said(number: int) -> LogEntry:
    return build.entry(number, f"word {number}", 6, CHOSEN, container=CHOSEN)


async def _after_news(driven: Driven, number: int) -> None:
    """Let one more entry come, and the screen be drawn as its clock draws it."""
    driven.log.write(_said(number))
    followed = [stream for stream in driven.log.streams if not stream.closed]
    await driven.until_true(lambda: not any(stream.waiting for stream in followed), "read")
    await asyncio.sleep(0.05)
    await driven.pilot.pause()
    driven.screen.redraw()


def test_the_log_of_a_container_stays_below_a_list_and_is_not_opened_again() -> None:
    async def scenario() -> None:
        async with console(build.readings(apps=build.apps(failing=True))) as driven:
            driven.log.entries = [_said(number) for number in range(60)]
            await driven.press("4")
            await driven.until("word 59")
            opened = len(driven.log.opened)
            log = [row[:36] for row in driven.rows]
            await driven.press("g")
            await driven.until("+-Go to")
            await _after_news(driven, 60)
            assert [row[:36] for row in driven.rows] == log
            assert "word 59" in driven.text
            assert "word 60" not in driven.text
            await driven.press("escape")
            await driven.until("word 60")
            assert len(driven.log.opened) == opened

    asyncio.run(scenario())


def test_a_container_s_log_ends_when_another_screen_is_chosen_from_a_list_over_it() -> None:
    async def scenario() -> None:
        async with console(build.readings(apps=build.apps(failing=True))) as driven:
            driven.log.entries = [_said(number) for number in range(60)]
            await driven.press("4")
            await driven.until("word 59")
            await driven.press("g", *"storage", "enter")
            await driven.until("--File systems-")
            await driven.until_true(lambda: all(one.closed for one in driven.log.streams), "closed")

    asyncio.run(scenario())


def test_the_journal_stands_still_below_a_list_says_so_and_goes_on_behind_it() -> None:
    async def scenario() -> None:
        async with console(build.readings()) as driven:
            await driven.press("5")
            await driven.until("usual message 99")
            await driven.press("s")
            await driven.until("+-Log source")
            assert "live" in driven.rows[1]  # nothing is kept back yet
            lines = [row[:36] for row in driven.rows[2:-2]]
            await _after_news(driven, 100)
            assert "held" in driven.rows[1]
            assert [row[:36] for row in driven.rows[2:-2]] == lines
            await driven.press("escape")
            await driven.until("word 100")
            assert "live" in driven.rows[1]

    asyncio.run(scenario())


def test_the_journal_stands_still_behind_an_open_entry() -> None:
    async def scenario() -> None:
        async with console(build.readings()) as driven:
            await driven.press("5")
            await driven.until("usual message 99")
            await driven.press("enter")
            await driven.until("+-Entry-")
            await _after_news(driven, 100)
            assert "word 100" not in driven.text
            await driven.press("enter")
            await driven.until("word 100")

    asyncio.run(scenario())
