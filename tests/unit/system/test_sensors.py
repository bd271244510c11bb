from __future__ import annotations

from pathlib import Path

import pytest

from moducop_tui.host import Host
from moducop_tui.model.system import FlashWear, Temperature
from moducop_tui.sources.clock import is_synchronised, judge
from moducop_tui.sources.failed_units import FailedUnits, parse_failed
from moducop_tui.sources.flash import flash_wear, read_flash
from moducop_tui.sources.temperatures import read_temperatures


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


@pytest.mark.parametrize("value", ["-273200", "400000", "none", ""])
def test_a_sensor_that_is_not_connected_is_left_out(tmp_path: Path, value: str) -> None:
    put(tmp_path, "sys/class/hwmon/hwmon0", name="ads1015", temp1_input=value)
    assert read_temperatures(Host(tmp_path)) == ()


@pytest.mark.parametrize(
    ("life_time", "pre_eol", "wear"),
    [
        ("0x01 0x02", "0x01", FlashWear("/dev/mmcblk0", 10, 20, "normal")),
        ("0x0A 0x0b", "0x03", FlashWear("/dev/mmcblk0", 100, 110, "urgent")),
        ("0x00 0x00", "0x00", FlashWear("/dev/mmcblk0", None, None, None)),
        ("0x01", "0x02", FlashWear("/dev/mmcblk0", 10, None, "warning")),
        ("broken", None, FlashWear("/dev/mmcblk0", None, None, None)),
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


@pytest.mark.parametrize(
    ("status", "timesyncd", "expected"),
    [(0x2001, False, True), (0x40, False, False), (0x40, True, True), (None, False, None), (None, True, True)],
)
def test_the_clock_is_right_when_one_witness_says_so(
    status: int | None, timesyncd: bool, expected: bool | None
) -> None:
    assert judge(status, timesyncd=timesyncd) is expected


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


def test_below_a_root_prefix_systemd_is_not_asked(tmp_path: Path) -> None:
    (tmp_path / "run/systemd/system").mkdir(parents=True)
    assert FailedUnits(Host(tmp_path)).read() is None
