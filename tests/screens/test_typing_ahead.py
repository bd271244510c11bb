"""Keys that are typed faster than screens change mean what they would have meant a moment later."""

from __future__ import annotations

import asyncio

from textual import events

from moducop_tui.keymap import Place
from tests.screens import builders as build
from tests.screens.console import Driven, console


def type_at_once(driven: Driven, *keys: str) -> None:
    """All keys in one piece, as a slow line or a fast hand brings them."""
    for key in keys:
        driven.app.post_message(events.Key(key, key if len(key) == 1 else None))


def test_a_name_typed_at_once_behind_g_is_typed_into_the_list() -> None:
    async def scenario() -> None:
        async with console(build.readings()) as driven:
            await driven.press("5")
            type_at_once(driven, "g", *"whole")  # o alone would open the list of boots, l choose a level
            await driven.until("/ whole")

    asyncio.run(scenario())


def test_what_is_typed_behind_a_choice_is_for_the_screen_below() -> None:
    async def scenario() -> None:
        async with console(build.readings()) as driven:
            await driven.press("5", "s")
            type_at_once(driven, "enter", "l")
            await driven.until("info and worse")

    asyncio.run(scenario())


def test_a_key_behind_a_digit_is_for_the_screen_that_the_digit_asks_for() -> None:
    async def scenario() -> None:
        async with console(build.readings()) as driven:
            type_at_once(driven, "5", "f", "3", "4", "d")
            await driven.until_true(lambda: driven.screen.place is Place.APPS, "Apps")
            await driven.until("log driver")
            await driven.press("5")
            await driven.until("PAUSED")

    asyncio.run(scenario())
