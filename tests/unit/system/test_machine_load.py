from __future__ import annotations

from pathlib import Path

from moducop_tui.host import Host
from moducop_tui.sources.machine_load import (
    Memory,
    ProcessorTimes,
    busy_share,
    parse_memory,
    parse_processor_times,
    read_load,
    read_memory,
    read_uptime,
)

RECORDED_STAT = """cpu  12080 35 4110 1204006 2210 0 310 12 0 0
cpu0 6021 20 2050 602010 1100 0 200 6 0 0
cpu1 6059 15 2060 601996 1110 0 110 6 0 0
intr 1 2 3
ctxt 12
"""
RECORDED_MEMINFO = """MemTotal:        1964852 kB
MemFree:          820364 kB
MemAvailable:    1411100 kB
SwapTotal:        524284 kB
SwapFree:         500000 kB
HugePages_Total:       0
"""


def test_processors_are_counted_and_waiting_for_a_disk_is_idle() -> None:
    times = parse_processor_times(RECORDED_STAT)
    assert times == ProcessorTimes(idle=1204006 + 2210, total=12080 + 35 + 4110 + 1204006 + 2210 + 310 + 12, count=2)


def test_nonsense_is_no_reading() -> None:
    for text in ("", "cpu\n", "cpu a b c d\n", "cpu0 1 2 3 4\n"):
        assert parse_processor_times(text) is None


def test_the_share_is_of_the_time_between_two_readings() -> None:
    before = ProcessorTimes(idle=100, total=200, count=4)
    assert busy_share(before, ProcessorTimes(idle=175, total=300, count=4)) == 0.25
    assert busy_share(before, ProcessorTimes(idle=250, total=300, count=4)) == 0.0
    assert busy_share(None, before) is None
    assert busy_share(before, before) is None
    assert busy_share(before, None) is None


def test_memory_is_in_bytes() -> None:
    assert parse_memory(RECORDED_MEMINFO) == Memory(
        1964852 * 1024, 1411100 * 1024, 524284 * 1024, (524284 - 500000) * 1024
    )


def test_what_is_not_there_is_none(tmp_path: Path) -> None:
    host = Host(tmp_path)
    assert read_memory(host) == Memory(None, None, None, None)
    assert read_load(host) is None
    assert read_uptime(host) is None


def test_load_and_uptime(tmp_path: Path) -> None:
    (tmp_path / "proc").mkdir()
    (tmp_path / "proc/loadavg").write_text("0.20 0.18 0.12 1/80 11206\n")
    (tmp_path / "proc/uptime").write_text("350735.47 234388.90\n")
    assert read_load(Host(tmp_path)) == (0.2, 0.18, 0.12)
    assert read_uptime(Host(tmp_path)) == 350735.47
