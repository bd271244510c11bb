"""Keys that were all waiting when a busy console came to them: each leaves what it meant, and none what lay below."""

from __future__ import annotations

import asyncio

import pytest
from textual import events

from moducop_tui.keymap import Place
from tests.screens.acting_console import Acted, acting_console


async def open_over(acted: Acted, opener: str) -> None:
    """A list, a box or a plan over Overview or another screen."""
    await acted.until("MEC01-4711")
    *way, key = opener.split()
    await acted.press(*way, key)
    await acted.driven.until_true(lambda: acted.driven.screen.place in (Place.BOX, Place.PLAN), "a box")


async def goes_on(acted: Acted) -> None:
    """The console is there, and takes keys."""
    assert acted.driven.app.return_code is None
    await acted.press("2")
    await acted.driven.until_true(lambda: acted.driven.screen.place is Place.SLOTS, "another screen")


@pytest.mark.parametrize("opener", ["4 m", "4 g", "4 T", "4 u", "4 i", "4 r"])
def test_a_screen_that_two_ask_for_at_once_is_shown_once(opener: str) -> None:
    """Escape asks the app for Overview, a digit is the screen's own: two tasks. The second took the last one away."""

    async def scenario() -> None:
        async with acting_console(unlocked=False) as acted:
            await open_over(acted, opener)
            app = acted.driven.app
            await asyncio.gather(app.show(Place.OVERVIEW), app.show(Place.OVERVIEW), app.show(Place.OVERVIEW))
            assert acted.driven.screen.place is Place.OVERVIEW
            await goes_on(acted)

    asyncio.run(scenario())


@pytest.mark.parametrize("opener", ["m", "g", "T", "u", "i", "4 r"])
def test_escapes_that_wait_for_a_box_close_it_once(opener: str) -> None:
    async def scenario() -> None:
        async with acting_console(unlocked=False) as acted:
            await open_over(acted, opener)
            box = acted.driven.screen
            for _ in range(5):
                box.post_message(events.Key("escape", None))
            await acted.driven.until_true(lambda: acted.driven.screen is not box, "the end of the box")
            await goes_on(acted)

    asyncio.run(scenario())
