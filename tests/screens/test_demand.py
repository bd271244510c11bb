"""What is read for which screen."""

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


def test_everything_is_read_from_the_first_screen_on_for_a_stick_is_offered_wherever_one_looks() -> None:
    reads: Counter[Topic] = Counter()
    plain = fake_device()
    device = Device(tuple(counting(one, reads) for one in plain.sources), plain.log, False, plain.wall_clock)
    overview, *_ = asyncio.run(reads_by_screen(device, reads, "2"))
    assert overview == frozenset(Topic)
