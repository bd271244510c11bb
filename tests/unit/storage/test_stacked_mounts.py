"""Mounts that lie on mounts: what is covered leads to what covers it, and changes nothing of what is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moducop_tui.config import Config
from moducop_tui.host import Host
from moducop_tui.model.storage import Storage, UpperHome
from moducop_tui.sources.identity import why_no_moducop
from moducop_tui.sources.layout import Layout, deviations
from moducop_tui.sources.mounts import mount_at, parse_mountinfo, visible_mounts
from moducop_tui.sources.storage import StorageSource

from .mount_trees import Kernel, with_covered

MODUCOP = (Path(__file__).parent / "recorded/moducop.mountinfo").read_text()
PLACES = ("/", "/data", "/data/a", "/data/a/b", "/database", "/var", "/var/lib")
POINTS = ("/data", "/etc", "/root", "/run", "/var/volatile", "/var/cache", "/var/lib", "/var/spool", "/uboot")
STACKS = (("autofs",), ("tmpfs",), ("ext4", "tmpfs"), ("autofs", "overlay", "tmpfs"))


@pytest.fixture(scope="module")
def device(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file tree like a ModuCop's, for somebody who only reads."""
    root = tmp_path_factory.mktemp("device")
    for place in (
        *("proc/1", "etc/mender", "run", "var/volatile/log", "tmp", "uboot", "dev/shm"),
        *("data/overlay-etc/upper", "data/overlay-root/upper"),
        *("var/volatile/cache", "var/volatile/lib", "var/volatile/spool"),
    ):
        (root / place).mkdir(parents=True)
    (root / "etc/mender/mender.conf").write_text("{}")
    (root / "var/log").symlink_to("volatile/log")
    (root / "var/run").symlink_to("/run")
    return root


def storage_of(device: Path, table: str) -> Storage:
    (device / "proc/1/mountinfo").write_text(table)
    storage = StorageSource(Config(), Host(device)).read()
    assert isinstance(storage, Storage)
    return storage


@given(st.lists(st.tuples(st.sampled_from(PLACES), st.sampled_from(("tmpfs", "ext4", "autofs"))), max_size=12))
@settings(max_examples=150, deadline=None)
def test_a_path_is_held_by_the_mount_that_the_kernel_walks_into(made: list[tuple[str, str]]) -> None:
    kernel = Kernel()
    for place, fs_type in made:
        kernel.mount(place, fs_type)
    mounts = parse_mountinfo(kernel.table)
    for path in (*PLACES, "/data/a/b/c", "/var/lib/x"):
        holder = mount_at(mounts, path)
        assert holder is not None
        assert holder.mount_id == kernel.holder(path), path
    seen = {kernel.holder(place) for place in PLACES}
    assert {mount.mount_id for mount in visible_mounts(mounts)} == seen


@pytest.mark.parametrize("point", POINTS)
def test_what_is_covered_changes_nothing_of_what_is_told(device: Path, point: str) -> None:
    plain = storage_of(device, MODUCOP)
    assert plain.deviations == ()
    for stack in STACKS:
        storage = storage_of(device, with_covered(MODUCOP, point, *stack))
        assert storage.deviations == (), stack
        homes = [(one.mount_point, one.upper_home, one.upper_device) for one in storage.overlays]
        assert homes == [(one.mount_point, one.upper_home, one.upper_device) for one in plain.overlays], stack
        assert [(one.mount_point, one.source) for one in storage.file_systems] == [
            (one.mount_point, one.source) for one in plain.file_systems
        ], stack


def test_the_data_partition_bound_over_itself_is_mounted_and_keeps_what_is_written(device: Path) -> None:
    bound = MODUCOP + "99 24 179:4 / /data rw,noatime - ext4 /dev/mmcblk0p4 rw\n"
    storage = storage_of(device, bound)
    assert storage.deviations == ()
    assert [one.upper_home for one in storage.overlays[:2]] == [UpperHome.DATA, UpperHome.DATA]
    assert storage.at("/data") is not None


@pytest.mark.parametrize(
    "given", ["/kept/upper", "/run/../data/overlay-etc/upper", "/run/here", "/data//overlay-etc/./upper"]
)
def test_an_upper_that_was_given_by_a_link_is_where_the_link_leads(device: Path, given: str) -> None:
    for link, target in (("kept", "/data/overlay-etc"), ("run/here", "../data/overlay-etc/upper")):
        if not (device / link).is_symlink():
            (device / link).symlink_to(target)
    plain = storage_of(device, MODUCOP)
    storage = storage_of(device, MODUCOP.replace("upperdir=/data/overlay-etc/upper", f"upperdir={given}"))
    assert storage.deviations == ()
    (etc,) = (one for one in storage.overlays if one.mount_point == "/etc")
    assert (etc.upper, etc.upper_home, etc.upper_device) == (given, UpperHome.DATA, "/dev/mmcblk0p4")
    assert etc.content == next(one.content for one in plain.overlays if one.mount_point == "/etc")


def test_an_upper_behind_a_link_into_memory_is_in_memory(device: Path) -> None:
    (device / "data/overlay-fast").symlink_to("/var/volatile")
    storage = storage_of(
        device, MODUCOP.replace("upperdir=/data/overlay-etc/upper", "upperdir=/data/overlay-fast/cache")
    )
    assert storage.deviations == (
        "/etc keeps its changes in memory (tmpfs), not on /data: they are gone at the next reboot.",
    )


def test_memory_laid_over_the_data_partition_is_said(device: Path) -> None:
    storage = storage_of(device, MODUCOP + "99 24 0:90 / /data rw - tmpfs nodata rw\n")
    assert storage.deviations[0].startswith("/data is in memory")


def test_an_automount_on_which_nothing_lies_keeps_nothing() -> None:
    table = MODUCOP.replace(
        "24 20 179:4 / /data rw,noatime shared:24 - ext4 /dev/mmcblk0p4 rw", "24 20 0:50 / /data rw - autofs x rw"
    )
    sentences = deviations(Layout(parse_mountinfo(table), {"/var/log": "/run", "/var/run": "/run"}, has_mender=True))
    assert sentences[0].startswith("/data is not mounted: an automount waits there")
    assert sentences[1].startswith("/etc keeps its changes in a place that can't be found")


def test_a_mount_upon_the_root_covers_nothing_for_those_who_are_in_it_already() -> None:
    mounts = parse_mountinfo(MODUCOP + "99 20 0:91 / / rw - tmpfs over rw\n")
    held = [mount_at(mounts, path) for path in ("/", "/data/x")]
    assert [mount.source for mount in held if mount is not None] == ["/dev/root", "/dev/mmcblk0p4"]
    assert "over" not in [mount.source for mount in visible_mounts(mounts)]


@pytest.mark.parametrize(
    ("table", "lacks"), [(MODUCOP, False), (MODUCOP.replace("ext4 /dev/mmcblk0p4", "autofs x"), True)]
)
def test_an_automount_alone_is_no_data_partition(device: Path, table: str, lacks: bool) -> None:
    (device / "proc/1/mountinfo").write_text(table)
    assert ("no /data partition" in (why_no_moducop(Config(), Host(device)) or "")) is lacks
