"""The stick that somebody plugs in and takes away again."""

from __future__ import annotations

from moducop_tui.demo import story
from moducop_tui.demo.story import What
from moducop_tui.demo.world import World
from moducop_tui.model.media import Media, Stick

STICK = "/dev/sda1"


def media_at(world: World, moment: float) -> Media:
    """The sticks that are plugged in; while something is installed from one, nobody pulls it."""
    if story.current(What.STICK, moment) is None and not world.stick_is_used(moment):
        return Media(())
    stick = Stick(
        device=STICK,
        label="SERVICE",
        fs_type="vfat",
        size=30_750_951_424,
        vendor="SanDisk",
        model="Ultra Fit",
    )
    return Media((stick,))
