"""A look at an artifact ends when nobody waits for it any more: whoever leaves the screen has left the server too."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable

import pytest

from moducop_tui.keymap import Place
from moducop_tui.model.artifact import Artifact
from moducop_tui.model.reading import Unavailable
from tests.screens import builders as build
from tests.screens.acting_console import Looks, Recorded, authority
from tests.screens.console import Driven, console

URL = "http://a/x"
MOST = 20.0
"""Seconds after which a look counts as one that nobody ended."""


class Endless(Looks):
    """Looks at a server that never ends; whether it was given up in the end."""

    def __init__(self) -> None:
        super().__init__()
        self.looks, self.ended = threading.Event(), threading.Event()
        self.was_given_up: list[bool] = []

    def artifact(
        self, place: str, gave_up: Callable[[], bool] = lambda: False, *, listed: bool = False
    ) -> Artifact | Unavailable:
        self.looks.set()
        for _ in range(int(MOST / 0.02)):
            if gave_up() or self.ended.wait(0.02):
                break
        self.was_given_up.append(gave_up())
        self.ended.set()
        return Unavailable(f"{place} was given up.")


async def looking(driven: Driven, looks: Endless) -> None:
    await driven.press("i", *URL, "enter")
    await driven.until("Reading the header")
    assert looks.looks.is_set()
    assert not looks.ended.is_set()


@pytest.mark.parametrize("leaves", ["escape", "quit"])
def test_a_look_at_a_server_ends_when_its_screen_is_left(leaves: str) -> None:
    async def scenario() -> None:
        looks, actions = Endless(), Recorded()
        gate = authority(actions)
        assert gate.unlock("yes") is None
        async with console(build.readings(), actions=actions, inspect=looks, authority=gate) as driven:
            await looking(driven, looks)
            if leaves == "escape":
                await driven.press("escape")
                await driven.until_true(lambda: driven.screen.place is Place.OVERVIEW, "the screen below")
                await driven.until_true(looks.ended.is_set, "the end of the look")
        looks.ended.wait(MOST)
        assert looks.was_given_up == [True]

    asyncio.run(scenario())
