from __future__ import annotations

import time
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moducop_tui.host import Host
from moducop_tui.sources.mounts import (
    is_within,
    mount_at,
    parse_mountinfo,
    read_table,
    unescape,
    visible_mounts,
)

RECORDED = Path(__file__).parent / "recorded"
NAMES = ["debian", "nspawn", "docker-host", "docker-inside", "moducop", "virtual-moducop"]


def recorded(name: str) -> str:
    return (RECORDED / f"{name}.mountinfo").read_text()


@pytest.mark.parametrize("name", NAMES)
def test_every_recorded_line_is_understood(name: str) -> None:
    text = recorded(name)
    assert len(parse_mountinfo(text)) == len(text.splitlines())


def test_a_line_gives_all_its_fields() -> None:
    line = "36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 propagate_from:2 - ext3 /dev/root ro,errors=continue"
    (mount,) = parse_mountinfo(line)
    assert (mount.mount_id, mount.parent_id, mount.device) == (36, 35, "98:0")
    assert (mount.root, mount.mount_point) == ("/mnt1", "/mnt2")
    assert mount.options == ("rw", "noatime")
    assert mount.optional == ("master:1", "propagate_from:2")
    assert (mount.fs_type, mount.source) == ("ext3", "/dev/root")
    assert mount.super_options == ("ro", "errors=continue")


def test_a_read_write_mount_of_a_read_only_file_system_is_read_only() -> None:
    line = "36 35 98:0 / / rw,noatime - ext4 /dev/root ro"
    assert parse_mountinfo(line)[0].read_only


def test_a_file_system_that_stopped_after_an_error_is_read_only() -> None:
    line = "36 35 98:0 / /data rw,noatime - ext4 /dev/mmcblk0p4 rw,emergency_ro"
    assert parse_mountinfo(line)[0].read_only


def test_blanks_in_a_mount_point_come_back() -> None:
    line = r"36 1 98:0 / /media/USB\040STICK\134\011x rw - vfat /dev/sda1 rw"
    assert parse_mountinfo(line)[0].mount_point == "/media/USB STICK\\\tx"


def test_an_empty_source_is_no_broken_line() -> None:
    (mount,) = parse_mountinfo("36 1 0:40 / /x rw -  tmpfs  rw".replace("-  ", "- "))
    assert mount.source == ""


@given(st.text())
def test_no_text_breaks_the_parser(text: str) -> None:
    parse_mountinfo(text)
    unescape(text)


@given(st.integers(0, 5000))
def test_a_table_cut_anywhere_loses_only_its_end(length: int) -> None:
    whole = parse_mountinfo(recorded("moducop"))
    part = parse_mountinfo(recorded("moducop")[:length])
    assert [mount.mount_id for mount in part[:-1]] == [mount.mount_id for mount in whole][: max(0, len(part) - 1)]


@pytest.mark.parametrize(
    ("path", "point"),
    [
        ("/data/overlay-etc/upper", "/data"),
        ("/database", "/"),
        ("/var/volatile/log", "/var/volatile"),
        ("/var/log", "/"),
        ("/etc", "/etc"),
        ("/", "/"),
    ],
)
def test_a_path_is_held_by_the_nearest_mount_above_it(path: str, point: str) -> None:
    mount = mount_at(parse_mountinfo(recorded("moducop")), path)
    assert mount is not None
    assert mount.mount_point == point


def test_of_two_mounts_on_one_place_the_newer_holds() -> None:
    mounts = parse_mountinfo(
        "1 0 8:1 / / rw - ext4 /dev/a rw\n"
        "2 1 0:5 / /data rw - tmpfs below rw\n"
        "3 2 0:6 / /data rw - tmpfs above rw\n"
        "4 1 0:7 / /data/hidden rw - tmpfs hidden rw\n"
    )
    holder = mount_at(mounts, "/data/hidden")
    assert holder is not None
    assert holder.source == "above"
    assert [mount.source for mount in visible_mounts(mounts)] == ["/dev/a", "above"]


def test_mounts_hidden_by_nspawns_own_are_not_visible() -> None:
    visible = visible_mounts(parse_mountinfo(recorded("nspawn")))
    assert [mount.mount_id for mount in visible if mount.mount_point == "/run/host/os-release"] == [130]


def test_a_table_whose_mounts_are_their_own_parents_ends() -> None:
    mounts = parse_mountinfo("1 1 8:1 / / rw - ext4 /dev/a rw\n2 2 8:2 / /data rw - ext4 /dev/b rw\n")
    holder = mount_at(mounts, "/data/x")
    assert holder is not None
    assert holder.mount_id == 1


def test_a_table_without_a_root_holds_nothing() -> None:
    mounts = parse_mountinfo("5 5 8:1 / /data rw - ext4 /dev/a rw\n")
    assert mount_at(mounts, "/data") is None
    assert visible_mounts(mounts) == ()


def test_a_directory_is_not_within_one_whose_name_begins_alike() -> None:
    assert is_within("/data/x", "/data")
    assert is_within("/data", "/data")
    assert not is_within("/database", "/data")
    assert is_within("/anything", "/")


def test_below_a_root_prefix_the_table_is_that_of_the_first_process(tmp_path: Path) -> None:
    (tmp_path / "proc/1").mkdir(parents=True)
    (tmp_path / "proc/1/mountinfo").write_text("1 0 8:1 / / rw - ext4 /dev/a rw\n")
    assert read_table(Host(tmp_path)).startswith("1 0 8:1")


def test_a_table_of_any_number_of_lines_that_are_none_takes_no_memory() -> None:
    text = "a=b\n" * 50_000
    tracemalloc.start()
    try:
        assert parse_mountinfo(text) == ()
        assert tracemalloc.get_traced_memory()[1] < 2 * 4 * len(text)
    finally:
        tracemalloc.stop()


def test_mounts_side_by_side_cost_by_their_number_not_by_its_square() -> None:
    """As a container engine makes them by the hundred, all on the same mount."""

    def seconds(count: int) -> float:
        lines = ["20 1 179:2 / / ro - ext4 /dev/root ro", "24 20 179:4 / /data rw - ext4 /dev/mmcblk0p4 rw"]
        lines += [
            f"{number} 24 0:{number} / /data/overlay2/{number}/merged rw - overlay o rw" for number in range(30, count)
        ]
        mounts = parse_mountinfo("\n".join(lines))
        began = time.thread_time()
        assert len(visible_mounts(mounts)) == len(mounts)
        return time.thread_time() - began

    few, many = (min(seconds(count) for _ in range(5)) for count in (500, 2000))
    assert many < 8 * few, (few, many)
