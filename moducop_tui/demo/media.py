"""The stick that somebody plugs in and takes away again."""

from __future__ import annotations

from moducop_tui.demo import story
from moducop_tui.demo.story import What
from moducop_tui.model.media import Media, Stick


def media_at(moment: float) -> Media:
    """The sticks that are plugged in."""
    if story.current(What.STICK, moment) is None:
        return Media(())
    stick = Stick(
        device="/dev/sda1",
        label="SERVICE",
        fs_type="vfat",
        size=30_750_951_424,
        vendor="SanDisk",
        model="Ultra Fit",
    )
    return Media((stick,))
