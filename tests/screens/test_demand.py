"""What no screen asks for is not read: sticks, which only System shows."""

from __future__ import annotations

import asyncio
from collections import Counter

from moducop_tui.app import ConsoleApp
from moducop_tui.config import Config
from moducop_tui.device import Device
from moducop_tui.model.ports import Source
from moducop_tui.model.reading import Topic, Unavailable
from tests.unit.cli.fake_device import fake_device


def counting(source: Source, reads: Counter[Topic]) -> Source:
    """A source that counts how often it is read."""

    class Counted:
        topic, cadence, time_limit = source.topic, source.cadence, source.time_limit
        wait, close = source.wait, source.close

        def read(self) -> object | Unavailable:
            reads[self.topic] += 1
            return source.read()

    return Counted()


async def reads_by_screen(device: Device, reads: Counter[Topic], keys: str) -> list[frozenset[Topic]]:
    """The topics that were read first on each screen, beginning with Overview."""
    seen = []
    app = ConsoleApp(device, Config())
    async with app.run_test(size=(80, 24)) as pilot:
        for key in ("", *keys):
            reads.clear()
            if key:
                await pilot.press(key)
            deadline = asyncio.get_running_loop().time() + 0.15
            while asyncio.get_running_loop().time() < deadline:
                await pilot.pause(0.05)
            seen.append(frozenset(reads))
    return seen


def test_sticks_are_read_on_system_and_nowhere_else() -> None:
    reads: Counter[Topic] = Counter()
    plain = fake_device()
    device = Device(tuple(counting(one, reads) for one in plain.sources), plain.log, False, plain.wall_clock)
    overview, *others, system = asyncio.run(reads_by_screen(device, reads, "23456"))
    assert overview == frozenset(Topic) - {Topic.MEDIA}
    assert not any(Topic.MEDIA in one for one in others)
    assert Topic.MEDIA in system
