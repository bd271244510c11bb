"""Pasted text is typed where text is typed; it starts nothing and confirms nothing, whatever line breaks are in it."""

from __future__ import annotations

import asyncio
import time

from textual import events

from moducop_tui.keymap import Place
from moducop_tui.screens.widgets.hand import APART
from tests.screens import builders as build
from tests.screens.console import Driven, console


async def paste(driven: Driven, text: str) -> None:
    driven.app.post_message(events.Paste(text))
    await driven.pilot.pause()


async def decides(driven: Driven, key: str, when: float) -> bool:
    """Press a key at that time; whether it counts as a decision."""
    event = events.Key(key, None)
    event.time = when
    driven.app.post_message(event)
    await driven.pilot.pause()
    return driven.screen.is_deliberate


def test_pasted_text_is_typed_into_the_find_field_and_its_line_break_finds_nothing() -> None:
    async def scenario() -> None:
        async with console(build.readings()) as driven:
            await driven.press("2", "/")
            await paste(driven, "mender_boot_part\n")
            await driven.until("/ mender_boot_part")
            assert "Enter finds" in driven.text, "Enter was not pressed"
            await driven.press("enter")
            assert "Enter finds" not in driven.text

    asyncio.run(scenario())


def test_pasted_text_narrows_a_list_and_chooses_nothing() -> None:
    async def scenario() -> None:
        async with console(build.readings()) as driven:
            await driven.press("g")
            await paste(driven, "stor\nage\n")
            await driven.until("/ stor age")
            assert driven.screen.place is Place.BOX

    asyncio.run(scenario())


def test_pasted_text_is_no_command() -> None:
    async def scenario() -> None:
        async with console(build.readings()) as driven:
            before = driven.rows
            await paste(driven, "2\n5\nq\n")
            assert (driven.screen.place, driven.rows) == (Place.OVERVIEW, before)
            assert driven.app.is_running

    asyncio.run(scenario())


def test_text_that_is_pasted_while_a_list_opens_is_for_the_list() -> None:
    async def scenario() -> None:
        async with console(build.readings()) as driven:
            driven.app.post_message(events.Key("g", "g"))
            await paste(driven, "logs")
            await driven.until("/ logs")

    asyncio.run(scenario())


def test_an_enter_is_a_decision_only_when_it_comes_apart_from_what_was_before() -> None:
    async def scenario() -> None:
        async with console(build.readings()) as driven:
            later = time.monotonic() + 1
            assert await decides(driven, "j", later)
            assert not await decides(driven, "enter", later + 0.002)
            assert await decides(driven, "enter", later + 0.003 + APART)

    asyncio.run(scenario())


def test_an_enter_that_was_typed_before_its_screen_was_shown_is_no_decision_there() -> None:
    async def scenario() -> None:
        async with console(build.readings()) as driven:
            driven.app.post_message(events.Key("2", "2"))
            assert not await decides(driven, "enter", time.monotonic())
            assert driven.screen.place is Place.SLOTS

    asyncio.run(scenario())
