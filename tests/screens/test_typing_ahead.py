"""Keys that are typed faster than screens change mean what they would have meant a moment later."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual import events

from moducop_tui.keymap import Place
from tests.screens import builders as build
from tests.screens.console import Driven, console


def type_at_once(driven: Driven, *keys: str) -> None:
    """All keys in one piece, as a slow line or a fast hand brings them."""
    for key in keys:
        driven.app.post_message(events.Key(key, " " if key == "space" else key if len(key) == 1 else None))


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


# No Enter: typed at once with what was before it, it is no decision on a plan.
_KEYS = st.sampled_from((*"123456", *"/gmuhaviTsclrdoefpgrs?jA", "escape", "space"))


@settings(max_examples=25, deadline=None)
@given(st.lists(_KEYS, min_size=2, max_size=12))
def test_keys_typed_at_once_show_what_they_show_when_each_waits_for_the_one_before(keys: list[str]) -> None:
    # Without a journal: a log that has not come yet when a box opens above it stands still below it, however one types.
    asyncio.run(compare(keys, entries=0))


@pytest.mark.parametrize(
    "keys",
    [
        ["g", *"find a text in the j", "enter", *"usual"],
        ["g", *"log of", "enter", "f", "w"],
        ["g", *"info and", "escape", "5", "s", *"kern", "enter", "l", "g", *"problems", "enter", "j", "h"],
        ["4", "j", "enter", "f", "escape", "4", "d"],
        ["v", "4", "m", *"restart", "enter", "escape", "j", "?", "escape", "j"],
        ["5", "e", "?", "escape", "p", "escape", "/", *"55", "enter", "escape", "2"],
    ],
    ids=" ".join,
)
def test_what_is_chosen_is_done_before_the_next_key(keys: list[str]) -> None:
    asyncio.run(compare(keys))


async def compare(keys: Sequence[str], entries: int = 100) -> None:
    """Type the keys slowly, and type them at once: the same is on the screen."""
    async with console(build.readings(), entries=entries) as driven:
        for key in keys:
            await driven.press(key)
            await driven.until_true(lambda: driven.app.key_order.is_at_rest, f"the end of {key}")
        await driven.until_true(lambda: "Looking at" not in driven.text, "the plan")
        slowly = below_the_headline(driven)
    async with console(build.readings(), entries=entries) as driven:
        type_at_once(driven, *keys)
        await driven.until_true(lambda: below_the_headline(driven) == slowly, "\n".join([str(keys), *slowly]))


def below_the_headline(driven: Driven) -> list[str]:
    """The rows in which nothing turns."""
    return driven.rows[1:]
