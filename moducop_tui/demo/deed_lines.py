"""What the journal says about visitors' actions: who asked for them, and how each step went."""

from __future__ import annotations

from collections.abc import Iterator

from moducop_tui.demo.boots import PastBoot
from moducop_tui.demo.scripts import Line
from moducop_tui.demo.voices import ERROR, NOTICE, Voice
from moducop_tui.demo.world import World

_US = Voice("moducop-tui", "moducop-tui.service", 10_405)


def deed_lines(world: World, boot: PastBoot) -> Iterator[Line]:
    """All that was said in a boot."""
    for one in world.diary.said:
        if boot.covers(one.moment):
            yield Line(one.moment, _US, NOTICE if one.good else ERROR, one.text)
