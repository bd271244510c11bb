from __future__ import annotations

import struct

from moducop_tui.actions.running.journald import datagram
from moducop_tui.cli.reread import Reread
from moducop_tui.device import Device
from moducop_tui.model.reading import Topic, Unavailable
from tests.unit.cli.fake_device import FakeLog
from tests.unit.core.core_fakes import FakeSource


class Devices:
    """Counts how often the device was made anew."""

    def __init__(self) -> None:
        self.made: list[FakeSource] = []

    def __call__(self) -> Device:
        source = FakeSource(Topic.BOOT, time_limit=0.05)
        self.made.append(source)
        return Device((source,), FakeLog(), simulated=False, wall_clock=lambda: 0.0)


def test_a_topic_is_read_afresh_each_time_through_one_connection() -> None:
    devices = Devices()
    reread = Reread(devices)
    assert [reread.read(Topic.BOOT) for _ in range(3)] == ["value 1", "value 2", "value 3"]
    reread.close()
    assert [source.closed for source in devices.made] == [1]


def test_a_source_that_hangs_is_left_alone_and_made_anew() -> None:
    devices = Devices()
    reread = Reread(devices)
    reread.read(Topic.BOOT)
    devices.made[0].gate.clear()
    assert isinstance(reread.read(Topic.BOOT), Unavailable)
    assert reread.read(Topic.BOOT) == "value 1"
    assert len(devices.made) == 2
    devices.made[0].gate.set()
    reread.close()


def test_a_topic_that_nothing_reads_is_said() -> None:
    assert Reread(Devices()).read(Topic.MEDIA) == Unavailable("Nothing reads media here.")


def test_fields_reach_the_journal_whole_with_line_breaks_and_without_empty_ones() -> None:
    sent = datagram({"MESSAGE": "one\ntwo", "MODUCOP_ACTION": "switch", "MODUCOP_REASON": None, "MODUCOP_STEP": ""})
    assert sent == b"MESSAGE\n" + struct.pack("<Q", 7) + b"one\ntwo\nMODUCOP_ACTION=switch\n"
