from __future__ import annotations

from pathlib import Path

import pytest

from moducop_tui.model.storage import UpperHome
from moducop_tui.sources.mounts import Mount, mount_at, parse_mountinfo, visible_mounts
from moducop_tui.sources.overlays import (
    device_overlays,
    overlay_directories,
    split_lower,
    upper_home,
    upper_mount,
)

RECORDED = Path(__file__).parent / "recorded"


def table(name: str) -> tuple[Mount, ...]:
    return visible_mounts(parse_mountinfo((RECORDED / f"{name}.mountinfo").read_text()))


def overlay(options: str) -> Mount:
    return parse_mountinfo(f"67 63 0:40 / /m1 rw,relatime - overlay overlay rw,{options}")[0]


def test_lower_upper_and_work_come_from_the_options() -> None:
    found = overlay_directories(
        overlay("lowerdir=/etc,upperdir=/data/overlay-etc/upper,workdir=/data/overlay-etc/work")
    )
    assert found.lower == ("/etc",)
    assert found.upper == "/data/overlay-etc/upper"
    assert found.work == "/data/overlay-etc/work"


# As Linux 6.18 showed real overlays on directories named `lo:w`, `up per`, `l,o`, `u,p`, `u:p` and `b\s`.
@pytest.mark.parametrize(
    ("options", "lower", "upper"),
    [
        (r"lowerdir=lo\134:w:plain,upperdir=up\040per,workdir=w1,uuid=on", ("lo:w", "plain"), "up per"),
        (r"lowerdir=/m/l\134\054o:/m/plain,upperdir=/m/u\134\054p,workdir=/m/w2", ("/m/l,o", "/m/plain"), "/m/u,p"),
        (r"lowerdir=/m/plain,upperdir=/m/u:p,workdir=/m/w3", ("/m/plain",), "/m/u:p"),
        (r"lowerdir=/m/plain,upperdir=/m/u\134:p,workdir=/m/w3", ("/m/plain",), "/m/u:p"),
        (r"lowerdir=/m/plain,upperdir=/m/b\134\134s,workdir=/m/w4", ("/m/plain",), r"/m/b\s"),
        (r"lowerdir+=/a:1,lowerdir+=/b,datadir+=/c,upperdir=/u,workdir=/w", ("/a:1", "/b", "/c"), "/u"),
    ],
)
def test_escaped_names_come_back(options: str, lower: tuple[str, ...], upper: str) -> None:
    found = overlay_directories(overlay(options))
    assert (found.lower, found.upper) == (lower, upper)


def test_an_overlay_without_upper_has_none() -> None:
    found = overlay_directories(overlay("lowerdir=/a:/b"))
    assert (found.upper, found.work) == (None, None)


def test_data_only_layers_are_split_off_by_two_colons() -> None:
    assert split_lower("/l1:/l2::/do1") == ["/l1", "/l2", "/do1"]


def test_only_the_devices_own_overlays_are_listed() -> None:
    points = [mount.mount_point for mount in device_overlays(table("moducop"))]
    assert points == ["/etc", "/root", "/var/cache", "/var/lib", "/var/spool"]
    assert device_overlays(table("docker-host")) == ()


def test_inside_a_container_its_root_is_listed() -> None:
    assert [mount.mount_point for mount in device_overlays(table("docker-inside"))] == ["/"]


@pytest.mark.parametrize(
    ("upper", "home"),
    [
        ("/data/overlay-etc/upper", UpperHome.DATA),
        ("/var/volatile/lib", UpperHome.TMPFS),
        ("/run/upper", UpperHome.TMPFS),
        ("/uboot/upper", UpperHome.OTHER),
        ("/home/upper", UpperHome.OTHER),
        ("upper", UpperHome.UNKNOWN),
    ],
)
def test_the_upper_lives_where_its_mount_is(upper: str, home: UpperHome) -> None:
    mounts = table("moducop")
    assert upper_home(upper_mount(mounts, upper), mounts) is home


def test_a_data_directory_in_memory_keeps_nothing() -> None:
    mounts = parse_mountinfo("1 0 8:1 / / ro - ext4 /dev/a ro\n2 1 0:9 / /data rw - tmpfs nodata rw\n")
    assert upper_home(mount_at(mounts, "/data/overlay-etc/upper"), mounts) is UpperHome.TMPFS


def test_without_a_data_partition_the_root_is_another_place() -> None:
    mounts = parse_mountinfo("1 0 8:1 / / rw - ext4 /dev/a rw\n")
    assert upper_home(mount_at(mounts, "/data/upper"), mounts) is UpperHome.OTHER


def test_a_bind_of_the_data_partition_is_the_data_partition() -> None:
    mounts = parse_mountinfo(
        "1 0 8:1 / / ro - ext4 /dev/a ro\n"
        "2 1 8:4 / /data rw - ext4 /dev/d rw\n"
        "3 1 8:4 /log /var/log rw - ext4 /dev/d rw\n"
    )
    assert upper_home(mount_at(mounts, "/var/log/x"), mounts) is UpperHome.DATA
