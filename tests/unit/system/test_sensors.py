from __future__ import annotations

import ctypes
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from moducop_tui.host import Host
from moducop_tui.model.problems_system import system_problems
from moducop_tui.model.system import FlashWear, Temperature
from moducop_tui.sources.clock import is_synchronised, judge
from moducop_tui.sources.failed_units import FailedUnits, parse_failed
from moducop_tui.sources.flash import flash_wear, read_flash
from moducop_tui.sources.temperatures import read_temperatures
from tests.unit.core.well_device import SYSTEM


def put(root: Path, path: str, **files: str) -> None:
    place = root / path
    place.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (place / name).write_text(content + "\n")


def test_zones_come_with_their_critical_point_and_are_not_shown_again_as_monitors(tmp_path: Path) -> None:
    put(tmp_path, "sys/class/thermal/thermal_zone0", type="cpu-thermal", temp="47100")
    put(tmp_path, "sys/class/thermal/thermal_zone0", trip_point_0_type="passive", trip_point_0_temp="85000")
    put(tmp_path, "sys/class/thermal/thermal_zone0", trip_point_1_type="critical", trip_point_1_temp="95000")
    put(tmp_path, "sys/class/thermal/cooling_device0", type="cpufreq")
    put(tmp_path, "sys/class/hwmon/hwmon0", name="cpu_thermal", temp1_input="47100")
    put(tmp_path, "sys/class/hwmon/hwmon1", name="lm75", temp1_input="38500", temp1_crit="80000")
    put(tmp_path, "sys/class/hwmon/hwmon2", name="nvme", temp1_input="41000", temp1_label="Composite", fan1_input="7")
    assert read_temperatures(Host(tmp_path)) == (
        Temperature("cpu-thermal", 47.1, 95.0),
        Temperature("lm75", 38.5, 80.0),
        Temperature("nvme Composite", 41.0, None),
    )


@pytest.mark.parametrize(
    "value", ["-273200", "-128000", "400000", "151000", "127875", "127000", "127937", "128000", "65261850", "none", ""]
)
def test_a_sensor_that_is_not_connected_is_left_out(tmp_path: Path, value: str) -> None:
    put(tmp_path, "sys/class/hwmon/hwmon0", name="ads1015", temp1_input=value)
    assert read_temperatures(Host(tmp_path)) == ()


@pytest.mark.parametrize("limit", ["0", "-1000", "-274000", "1000", "20000", "65261850", "255000", "none", ""])
def test_a_limit_that_nobody_set_is_none(tmp_path: Path, limit: str) -> None:
    put(tmp_path, "sys/class/hwmon/hwmon0", name="jc42", temp1_input="34750", temp1_crit=limit)
    put(tmp_path, "sys/class/thermal/thermal_zone0", type="acpitz", temp="27800")
    put(tmp_path, "sys/class/thermal/thermal_zone0", trip_point_0_type="critical", trip_point_0_temp=limit)
    found = read_temperatures(Host(tmp_path))
    assert found == (Temperature("acpitz", 27.8, None), Temperature("jc42", 34.75, None))
    assert [*system_problems(replace(SYSTEM, temperatures=found))] == []


def test_the_lowest_critical_point_that_can_be_one_counts_and_a_hot_one_does_not(tmp_path: Path) -> None:
    zone = "sys/class/thermal/thermal_zone0"
    put(tmp_path, zone, type="cpu-thermal", temp="86000")
    for number, (kind, limit) in enumerate(
        (("hot", "85000"), ("critical", "0"), ("critical", "105000"), ("critical", "95000"))
    ):
        put(tmp_path, zone, **{f"trip_point_{number}_type": kind, f"trip_point_{number}_temp": limit})
    assert read_temperatures(Host(tmp_path)) == (Temperature("cpu-thermal", 86.0, 95.0),)


def test_a_channel_that_its_driver_marks_faulty_is_unknown_whatever_it_gives(tmp_path: Path) -> None:
    monitor = "sys/class/hwmon/hwmon0"
    put(tmp_path, monitor, name="lm90", temp1_input="31000", temp1_fault="0", temp1_label="board")
    put(tmp_path, monitor, temp2_input="127875", temp2_fault="1", temp2_crit="110000", temp2_label="remote")
    put(tmp_path, monitor, temp3_input="", temp3_fault="1", temp4_input="99000", temp4_enable="0", temp4_crit="90000")
    found = read_temperatures(Host(tmp_path))
    assert found == (
        Temperature("lm90 board", 31.0, None),
        Temperature("lm90 remote", None, 110.0),
        Temperature("lm90 temp3", None, None),
    )
    assert [*system_problems(replace(SYSTEM, temperatures=found))] == []


def test_sensors_of_one_name_are_told_apart_by_where_they_are(tmp_path: Path) -> None:
    for number, device in ((1, "nvme0"), (2, "nvme1")):
        put(tmp_path, f"sys/class/hwmon/hwmon{number}", name="nvme", temp1_input="40850", temp1_label="Composite")
        (tmp_path / f"sys/devices/{device}").mkdir(parents=True)
        (tmp_path / f"sys/class/hwmon/hwmon{number}/device").symlink_to(f"../../../devices/{device}")
    put(tmp_path, "sys/class/hwmon/hwmon3", name="jc42", temp1_input="30000")
    put(tmp_path, "sys/class/hwmon/hwmon4", name="jc42", temp1_input="31000")
    put(tmp_path, "sys/class/hwmon/hwmon5", name="lm75", temp1_input="32000")
    names = [each.name for each in read_temperatures(Host(tmp_path))]
    assert names == ["nvme Composite nvme0", "nvme Composite nvme1", "jc42 hwmon3", "jc42 hwmon4", "lm75"]


def test_a_monitor_that_the_kernel_made_of_a_zone_is_known_by_its_place_as_well(tmp_path: Path) -> None:
    zone = tmp_path / "sys/devices/virtual/thermal/thermal_zone0"
    put(tmp_path, "sys/devices/virtual/thermal/thermal_zone0", type="a-zone-of-a-very-long-name", temp="47100")
    put(tmp_path, "sys/devices/virtual/thermal/thermal_zone0/hwmon0", name="a_zone_of_a_very_lo", temp1_input="47100")
    for place, target in (("thermal/thermal_zone0", zone), ("hwmon/hwmon0", zone / "hwmon0")):
        link = tmp_path / "sys/class" / place
        link.parent.mkdir(parents=True)
        link.symlink_to("/" + str(target.relative_to(tmp_path)))
    assert read_temperatures(Host(tmp_path)) == (Temperature("a-zone-of-a-very-long-name", 47.1, None),)


@pytest.mark.parametrize(
    ("life_time", "pre_eol", "wear"),
    [
        ("0x01 0x02", "0x01", FlashWear("/dev/mmcblk0", 10, 20, "normal")),
        ("0x0A 0x0b", "0x03", FlashWear("/dev/mmcblk0", 100, 110, "urgent")),
        ("0x00 0x00", "0x00", FlashWear("/dev/mmcblk0", None, None, None)),
        ("0x01", "0x02", FlashWear("/dev/mmcblk0", 10, None, "warning")),
        ("broken", None, FlashWear("/dev/mmcblk0", None, None, None)),
        ("0x0b 0x01", "0x02", FlashWear("/dev/mmcblk0", 110, 10, "warning")),
        ("0x0c 0xff", "0x04", FlashWear("/dev/mmcblk0", None, None, None)),
        ("0x0_1 -0x1", "0x", FlashWear("/dev/mmcblk0", None, None, None)),
        ("", "0x03", FlashWear("/dev/mmcblk0", None, None, "urgent")),
    ],
)
def test_the_flash_tells_its_wear_in_steps_of_ten_percent(life_time: str, pre_eol: str | None, wear: FlashWear) -> None:
    assert flash_wear("mmcblk0", life_time, pre_eol) == wear


def test_the_system_disk_is_asked_and_a_card_has_no_wear(tmp_path: Path) -> None:
    put(tmp_path, "sys/block/mmcblk1/device", type="SD")
    assert read_flash(Host(tmp_path)) is None
    put(tmp_path, "sys/block/mmcblk0/device", type="MMC", life_time="0x01 0x01", pre_eol_info="0x01")
    put(tmp_path, "sys/block/mmcblk2/device", type="MMC", life_time="0x05 0x05", pre_eol_info="0x01")
    assert getattr(read_flash(Host(tmp_path)), "device", None) == "/dev/mmcblk0"
    assert getattr(read_flash(Host(tmp_path), "/dev/mmcblk2"), "device", None) == "/dev/mmcblk2"


def test_a_card_that_tells_only_its_reserve_is_worn_by_that_and_its_boot_partitions_are_no_cards(
    tmp_path: Path,
) -> None:
    put(tmp_path, "sys/block/mmcblk0boot0/device", life_time="0x05 0x05", pre_eol_info="0x01")
    assert read_flash(Host(tmp_path)) is None
    put(tmp_path, "sys/block/mmcblk0/device", pre_eol_info="0x03")
    assert read_flash(Host(tmp_path)) == FlashWear("/dev/mmcblk0", None, None, "urgent")


def test_life_beyond_what_was_estimated_is_not_told_as_a_percentage() -> None:
    (problem,) = system_problems(replace(SYSTEM, flash=FlashWear("/dev/mmcblk0", 110, 10, "normal")))
    assert problem.evidence == "/dev/mmcblk0: more than 100 % of its life used, reserve blocks normal"


@pytest.mark.parametrize(
    ("microseconds", "expected"),
    [(0, True), (9776, True), (15_999_999, True), (16_000_000, False), (16_000_500, False), (None, None)],
)
def test_the_clock_is_right_while_the_kernel_knows_that_it_can_not_be_far_off(
    microseconds: int | None, expected: bool | None
) -> None:
    assert judge(microseconds) is expected


@pytest.mark.parametrize("status", [0x2040, 0x2000, 0x40, 0])
@pytest.mark.parametrize(("possible", "right"), [(9776, True), (16_000_000, False)])
def test_neither_the_kernels_flag_nor_a_file_of_long_ago_is_a_witness(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, status: int, possible: int, right: bool
) -> None:
    class Library:
        def adjtimex(self, pointer: Any) -> int:
            pointer._obj.status, pointer._obj.maxerror = status, possible
            return 5 if status & 0x40 else 0

    put(tmp_path, "proc", uptime="1.0 1.0")
    put(tmp_path, "run/systemd/timesync", synchronized="")
    monkeypatch.setattr(ctypes, "CDLL", lambda *_, **__: Library())
    assert is_synchronised(Host(tmp_path)) is right


def test_the_kernel_answers_about_its_clock(tmp_path: Path) -> None:
    assert is_synchronised(Host()) in {True, False}
    assert is_synchronised(Host(tmp_path)) is None


RECORDED_FAILED = """docker.service               loaded failed failed Docker Application Container Engine
dev-sda1.mount                not-found failed failed dev-sda1.mount
"""


def test_failed_units_are_the_first_column() -> None:
    assert parse_failed(RECORDED_FAILED) == ("docker.service", "dev-sda1.mount")
    assert parse_failed("● a\\x2db.service loaded failed failed A\n") == ("a\\x2db.service",)
    assert parse_failed("") == ()


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("\u00d7" r" dev-disk-by\x2dlabel-a.mount loaded failed failed A", r"dev-disk-by\x2dlabel-a.mount"),
        (r"* getty@ttyS0.service loaded failed failed", "getty@ttyS0.service"),
        ("-.mount loaded failed failed Root Mount", "-.mount"),
        (r"app@\xc3\xbcber.service loaded failed failed ● über", r"app@\xc3\xbcber.service"),
        ("_x:y.service not-found failed failed *", "_x:y.service"),
    ],
)
def test_a_mark_is_no_name_and_a_name_stays_as_it_is(line: str, name: str) -> None:
    assert parse_failed(f"{line}\n") == (name,)
    assert parse_failed("0 loaded units listed.\na.service loaded active running A\n") == ()


@pytest.mark.parametrize(
    ("unit", "command"),
    [
        ("gpsd.service", "systemctl status gpsd.service says"),
        (r"dev-disk-by\x2dlabel-a.mount", r"systemctl status 'dev-disk-by\x2dlabel-a.mount' says"),
        ("-.mount", "systemctl status -- -.mount says"),
    ],
)
def test_the_command_that_is_advised_works_with_every_name(unit: str, command: str) -> None:
    (problem,) = system_problems(replace(SYSTEM, failed_units=(unit,)))
    assert (problem.advice or "").startswith(command)


def test_below_a_root_prefix_systemd_is_not_asked(tmp_path: Path) -> None:
    (tmp_path / "run/systemd/system").mkdir(parents=True)
    assert FailedUnits(Host(tmp_path)).read() is None
