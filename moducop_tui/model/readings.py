"""The whole device at one instant: one reading a topic. What pages draw and rules judge."""

from __future__ import annotations

from dataclasses import dataclass

from moducop_tui.model.apps import Apps
from moducop_tui.model.boot import BootEnvironment
from moducop_tui.model.log import Log
from moducop_tui.model.media import Media
from moducop_tui.model.mender import Mender
from moducop_tui.model.reading import Reading, Topic
from moducop_tui.model.slots import Slots
from moducop_tui.model.storage import Storage
from moducop_tui.model.system import System
from moducop_tui.model.work import Work


@dataclass(frozen=True, slots=True)
class Readings:
    """The newest reading of each topic. Immutable: the store replaces the whole."""

    slots: Reading[Slots] = Reading()
    boot: Reading[BootEnvironment] = Reading()
    mender: Reading[Mender] = Reading()
    storage: Reading[Storage] = Reading()
    apps: Reading[Apps] = Reading()
    log: Reading[Log] = Reading()
    system: Reading[System] = Reading()
    media: Reading[Media] = Reading()
    work: Reading[Work] = Reading()

    def of(self, topic: Topic) -> Reading[object]:
        """The reading of a topic by its name."""
        reading: Reading[object] = getattr(self, topic.value)
        return reading
