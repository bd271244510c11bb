"""A simulated device whose clock the test turns by hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from moducop_tui.config import Config
from moducop_tui.demo import build
from moducop_tui.device import Device
from moducop_tui.model.apps import Apps
from moducop_tui.model.boot import BootEnvironment
from moducop_tui.model.log import Log, LogEntry, LogFilter
from moducop_tui.model.media import Media
from moducop_tui.model.mender import Mender
from moducop_tui.model.plan import Action, Plan
from moducop_tui.model.ports import LogStream
from moducop_tui.model.reading import Reading, Topic, Unavailable
from moducop_tui.model.readings import Readings
from moducop_tui.model.slots import Slots
from moducop_tui.model.storage import Storage
from moducop_tui.model.system import System
from moducop_tui.model.wake import Wake
from moducop_tui.planning import prepare

WALL_AT_START = 1_800_000_000.0
CLOCK_AT_START = 5_000.0


@dataclass
class HandClock:
    """A monotonic clock that stands until it is set."""

    moment: float = 0.0

    def __call__(self) -> float:
        return CLOCK_AT_START + self.moment


class SimulatedDevice:
    """The demo at any moment, in seconds since it began."""

    def __init__(self, seed: int = 1) -> None:
        self.clock = HandClock()
        built = build(seed, self.clock, lambda: WALL_AT_START, plan_of=self.plan, sleep=lambda _: None)
        self.sources, self.log_port, self.wall_clock = built.sources, built.log, built.wall_clock
        self.inspect, self.actions = built.inspect, built.actions
        self.wake = Wake()

    def plan(self, action: Action) -> Plan:
        """The plan of an action on the device as it is now."""
        device = Device(self.sources, self.log_port, True, self.wall_clock, self.inspect, self.actions)
        return prepare(device, Config(), action, self.readings(self.clock.moment))

    def read(self, topic: Topic, moment: float) -> object | Unavailable:
        """What the topic's source says at that moment."""
        self.clock.moment = moment
        return next(source for source in self.sources if source.topic is topic).read()

    def everything(self, moment: float) -> dict[Topic, object | Unavailable]:
        """All topics at that moment."""
        return {topic: self.read(topic, moment) for topic in Topic}

    def apps(self, moment: float) -> Apps:
        return cast("Apps", self.read(Topic.APPS, moment))

    def boot(self, moment: float) -> BootEnvironment:
        return cast("BootEnvironment", self.read(Topic.BOOT, moment))

    def mender(self, moment: float) -> Mender:
        return cast("Mender", self.read(Topic.MENDER, moment))

    def slots(self, moment: float) -> Slots:
        return cast("Slots", self.read(Topic.SLOTS, moment))

    def storage(self, moment: float) -> Storage:
        return cast("Storage", self.read(Topic.STORAGE, moment))

    def system(self, moment: float) -> System:
        return cast("System", self.read(Topic.SYSTEM, moment))

    def media(self, moment: float) -> Media:
        return cast("Media", self.read(Topic.MEDIA, moment))

    def log(self, moment: float) -> Log:
        return cast("Log", self.read(Topic.LOG, moment))

    def readings(self, moment: float) -> Readings:
        """As the store would hold them after all sources have been read."""
        now = CLOCK_AT_START + moment
        fields: dict[str, Reading[object]] = {}
        for topic, value in self.everything(moment).items():
            failed = isinstance(value, Unavailable)
            fields[topic.value] = Reading(error=value.reason, failed_at=now) if failed else Reading(value, now)  # type: ignore[union-attr]
        return Readings(**fields)  # type: ignore[arg-type]

    def open(self, wanted: LogFilter, backlog: int, moment: float) -> LogStream:
        """A view of the journal that begins at that moment."""
        self.clock.moment = moment
        stream = self.log_port.open(wanted, backlog)
        assert not isinstance(stream, Unavailable)
        return stream

    def entries(self, wanted: LogFilter, count: int, moment: float) -> tuple[LogEntry, ...]:
        """The newest entries of a filter at that moment, up to the size of one batch."""
        return self.open(wanted, count, moment).read(0, self.wake).entries
