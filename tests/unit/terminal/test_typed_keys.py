"""A line that is all noise fills no memory, and the next true key does not wait for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from textual.events import Key, Paste

from moducop_tui.terminal.typed_keys import TypedKeys


def key(number: int) -> Key:
    return Key(f"key{number}", None)


def paste(number: int) -> Paste:
    return Paste(f"text{number}")


def taken_of(count: int, most: int, make: Callable[[int], Key | Paste] = key) -> list[str]:
    """What an app that takes nothing meanwhile gets of so many keys."""
    waiting: list[str] = []

    def take(one: Key | Paste) -> None:
        waiting.append(one.key if isinstance(one, Key) else one.text)

    async def app() -> None:
        keys = TypedKeys(asyncio.get_running_loop(), take, lambda: len(waiting), most=most)
        for number in range(count):
            keys.typed(make(number))
            if number % 7 == 0:
                await asyncio.sleep(0)
        await asyncio.sleep(0)

    asyncio.run(app())
    return waiting


def test_keys_arrive_in_their_order() -> None:
    assert taken_of(20, most=100) == [f"key{number}" for number in range(20)]


@pytest.mark.parametrize(("make", "name"), [(key, "key"), (paste, "text")])
def test_no_more_waits_than_a_person_can_have_typed_ahead(make: Callable[[int], Key | Paste], name: str) -> None:
    assert taken_of(5000, most=100, make=make) == [f"{name}{number}" for number in range(100)]
