from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import pytest

from moducop_tui.config import Config
from moducop_tui.host import Host
from moducop_tui.model.ports import Source
from moducop_tui.model.reading import Topic, Unavailable
from moducop_tui.model.storage import Storage, UpperHome
from moducop_tui.model.wake import Wake
from moducop_tui.sources.storage import StorageSource
from tests.patience import FOR_EVER, PATIENCE

MODUCOP = (Path(__file__).parent / "recorded/moducop.mountinfo").read_text()


@pytest.fixture
def device(tmp_path: Path) -> Path:
    """A directory that looks like a ModuCop's file tree to somebody who only reads."""
    for place in ("proc/1", "etc/mender", "run", "var/volatile/log", "tmp", "uboot", "dev/shm"):
        (tmp_path / place).mkdir(parents=True)
    for place in (
        "data/overlay-etc/upper/ssh",
        "data/overlay-root/upper",
        "var/volatile/cache",
        "var/volatile/lib",
        "var/volatile/spool",
    ):
        (tmp_path / place).mkdir(parents=True)
    (tmp_path / "data/overlay-etc/upper/hostname").write_text("MEC01-4711\n")
    (tmp_path / "etc/mender/mender.conf").write_text("{}")
    (tmp_path / "var/log").symlink_to("volatile/log")
    (tmp_path / "var/run").symlink_to("/run")
    (tmp_path / "proc/1/mountinfo").write_text(MODUCOP)
    return tmp_path


def read(source: StorageSource) -> Storage:
    value = source.read()
    assert isinstance(value, Storage)
    return value


def test_it_is_a_source_of_storage() -> None:
    source: Source = StorageSource(Config(), Host())
    assert source.topic is Topic.STORAGE
    source.close()


def test_a_moducop_shows_file_systems_and_overlays_and_no_deviation(device: Path) -> None:
    storage = read(StorageSource(Config(), Host(device)))
    data = storage.at("/data")
    assert data is not None
    assert data.source == "/dev/mmcblk0p4"
    assert data.used is not None
    assert [overlay.mount_point for overlay in storage.overlays] == [
        "/etc",
        "/root",
        "/var/cache",
        "/var/lib",
        "/var/spool",
    ]
    etc = storage.overlays[0]
    assert (etc.upper_home, etc.upper_device, etc.survives_reboot) == (UpperHome.DATA, "/dev/mmcblk0p4", True)
    assert etc.content is not None
    assert (etc.content.files, etc.content.directories) == (1, 1)
    assert storage.overlays[3].survives_reboot is False
    assert storage.deviations == ()


def test_an_upper_that_is_not_there_makes_its_home_unknown(device: Path) -> None:
    (device / "var/volatile/spool").rmdir()
    storage = read(StorageSource(Config(), Host(device)))
    assert storage.deviations == (
        "/var/spool keeps its changes in a place that can't be found: it may fill without being seen.",
    )
    spool = storage.overlays[4]
    assert spool.upper_home is UpperHome.UNKNOWN
    assert spool.survives_reboot is None
    assert spool.content is None
    assert spool.content_error is not None


def test_an_upper_that_may_not_be_looked_at_is_not_called_missing(
    device: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = device / "data"
    really = Path.lstat

    def lstat(path: Path) -> os.stat_result:
        if closed in path.parents:
            raise PermissionError(13, "Permission denied")
        return really(path)

    monkeypatch.setattr(Path, "lstat", lstat)
    storage = read(StorageSource(Config(), Host(device)))
    assert storage.deviations == ()
    etc = storage.overlays[0]
    assert (etc.is_closed, etc.upper_home, etc.survives_reboot, etc.content) == (True, UpperHome.UNKNOWN, None, None)
    assert etc.content_error == "Its upper directory may not be looked at by this user; start the console as root."
    assert [one.mount_point for one in storage.overlays if one.is_closed] == ["/etc", "/root"]


def test_growth_comes_with_time(device: Path) -> None:
    now = 0.0
    source = StorageSource(Config(), Host(device), lambda: now)
    for second in range(0, 40, 5):
        now = float(second)
        storage = read(source)
        data = storage.at("/data")
        assert data is not None
        assert (data.growth is None) == (second < 30)


def test_a_changed_mount_table_is_seen(device: Path) -> None:
    source = StorageSource(Config(), Host(device))
    assert read(source).at("/media/STICK") is None
    (device / "media/STICK").mkdir(parents=True)
    (device / "proc/1/mountinfo").write_text(MODUCOP + "95 20 8:1 / /media/STICK rw - vfat /dev/sda1 rw\n")
    assert read(source).at("/media/STICK") is not None


def test_a_disk_that_nobody_runs_has_no_mount_table(tmp_path: Path) -> None:
    value = StorageSource(Config(), Host(tmp_path)).read()
    assert value == Unavailable("The mount table /proc/1/mountinfo could not be read: No such file or directory.")


def test_a_table_of_rubbish_is_no_table(device: Path) -> None:
    (device / "proc/1/mountinfo").write_bytes(b"\xff\x00rubbish - \n" * 50)
    assert isinstance(StorageSource(Config(), Host(device)).read(), Unavailable)


def test_an_upper_whose_links_run_in_a_circle_is_said(device: Path) -> None:
    (device / "var/volatile/spool").rmdir()
    (device / "var/volatile/spool").symlink_to("/var/volatile/.spool")
    (device / "var/volatile/.spool").symlink_to("/var/volatile/spool")
    spool = read(StorageSource(Config(), Host(device))).overlays[4]
    assert spool.content is None
    assert spool.upper_home is UpperHome.UNKNOWN


def test_a_single_file_that_is_bound_is_no_file_system(device: Path) -> None:
    (device / "etc/hosts").write_text("")
    (device / "mnt").mkdir()
    lines = "95 25 8:1 /hosts /etc/hosts rw - ext4 /dev/sda1 rw\n96 20 8:1 /part /mnt rw - ext4 /dev/sda1 rw\n"
    (device / "proc/1/mountinfo").write_text(MODUCOP + lines)
    storage = read(StorageSource(Config(), Host(device)))
    assert storage.at("/etc/hosts") is None
    assert storage.at("/mnt") is not None


def test_this_machine_can_be_read() -> None:
    source = StorageSource(Config(), Host())
    storage = read(source)
    assert storage.file_systems or storage.overlays
    source.close()


def test_waiting_ends_when_woken() -> None:
    source, wake = StorageSource(Config(), Host()), Wake()
    threading.Timer(0.05, wake.set).start()
    started = time.monotonic()
    source.wait(FOR_EVER, wake)
    assert time.monotonic() - started < PATIENCE
    source.close()
    wake.close()


def test_waiting_without_cause_lasts_its_time(device: Path) -> None:
    source, wake = StorageSource(Config(), Host(device)), Wake()
    started = time.monotonic()
    source.wait(0.1, wake)
    assert time.monotonic() - started >= 0.09
    source.close()
    wake.close()


def test_waiting_works_where_there_is_no_table_to_watch(tmp_path: Path) -> None:
    source, wake = StorageSource(Config(), Host(tmp_path)), Wake()
    started = time.monotonic()
    source.wait(0.1, wake)
    assert time.monotonic() - started >= 0.09
    source.close()
    wake.close()
