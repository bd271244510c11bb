"""A line that is all noise fills no memory, and the next true key does not wait for it."""

from __future__ import annotations

import asyncio

from textual.events import Key

from moducop_tui.terminal.typed_keys import TypedKeys


def taken_of(count: int, most: int) -> list[str]:
    """What an app that takes nothing meanwhile gets of so many keys."""
    waiting: list[str] = []

    async def app() -> None:
        keys = TypedKeys(
            asyncio.get_running_loop(), lambda key: waiting.append(key.key), lambda: len(waiting), most=most
        )
        for number in range(count):
            keys.typed(Key(f"key{number}", None))
            if number % 7 == 0:
                await asyncio.sleep(0)
        await asyncio.sleep(0)

    asyncio.run(app())
    return waiting


def test_keys_arrive_in_their_order() -> None:
    assert taken_of(20, most=100) == [f"key{number}" for number in range(20)]


def test_no_more_keys_wait_than_a_person_can_have_typed_ahead() -> None:
    assert taken_of(5000, most=100) == [f"key{number}" for number in range(100)]
