from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from moducop_tui.host import Host
from moducop_tui.sources.mounts import Mount, parse_mountinfo
from moducop_tui.sources.usage import Growth, measure


def mount(line: str = "1 0 8:1 / / rw - ext4 /dev/a rw") -> Mount:
    return parse_mountinfo(line)[0]


def test_usage_is_counted_in_bytes_as_df_counts_it(tmp_path: Path) -> None:
    found = measure(mount(), Host(tmp_path))
    answer = os.statvfs(tmp_path)
    assert found.total == answer.f_blocks * answer.f_frsize
    assert found.used is not None
    assert found.available is not None
    assert found.used + found.available <= (found.total or 0)
    assert found.error is None


def test_a_file_system_that_does_not_answer_has_no_numbers_but_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(path: object) -> os.statvfs_result:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr("os.statvfs", fail)
    found = measure(mount(), Host())
    assert (found.total, found.used, found.available, found.inodes_total) == (None, None, None, None)
    assert found.share is None
    assert found.error == "How full it is could not be read: Input/output error."


def test_a_network_file_system_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    def hang(path: object) -> os.statvfs_result:
        raise AssertionError("asked")

    monkeypatch.setattr("os.statvfs", hang)
    found = measure(mount("1 0 0:9 / /mnt rw - nfs4 server:/x rw"), Host())
    assert found.used is None
    assert found.error is not None
    assert found.error.startswith("Not asked")


def test_a_file_system_that_the_kernel_stopped_says_so(tmp_path: Path) -> None:
    found = measure(mount("1 0 8:1 / / rw - ext4 /dev/a rw,emergency_ro"), Host(tmp_path))
    assert found.read_only
    assert found.error is not None
    assert "kernel" in found.error


def test_hostile_names_are_cleaned(tmp_path: Path) -> None:
    (tmp_path / "media").mkdir()
    (tmp_path / "media/\x1b[2Jx").mkdir()
    found = measure(mount("1 0 8:1 / /media/\x1b[2Jx rw - vfat /dev/\x1b[31msda1 rw"), Host(tmp_path))
    assert "\x1b" not in found.mount_point + found.source
    assert found.used is not None


def test_growth_is_unknown_until_two_readings_lie_half_a_minute_apart() -> None:
    growth = Growth()
    assert growth.add(100.0, 1000) is None
    assert growth.add(105.0, 2000) is None
    assert growth.add(129.9, 3000) is None
    assert growth.add(130.0, 4000) is not None


def test_growth_is_bytes_a_second() -> None:
    growth = Growth()
    result = None
    for second in range(0, 300, 5):
        result = growth.add(1000.0 + second, 50_000 + 120 * second)
    assert result == pytest.approx(120.0)


def test_shrinking_is_negative_growth_and_rest_is_none() -> None:
    falling, still = Growth(), Growth()
    for second in range(0, 120, 5):
        fall = falling.add(second, 90_000 - 10 * second)
        rest = still.add(second, 90_000)
    assert fall == pytest.approx(-10.0)
    assert rest == 0.0


def test_only_the_last_ten_minutes_count() -> None:
    growth = Growth()
    for second in range(0, 1000, 5):
        growth.add(second, 1000 * second)
    for second in range(1000, 1700, 5):
        result = growth.add(second, 1_000_000)
    assert result == pytest.approx(0.0)


def test_after_a_long_pause_growth_is_judged_afresh() -> None:
    growth = Growth()
    for second in range(0, 100, 5):
        growth.add(second, 1000 * second)
    assert growth.add(5000.0, 7) is None


def test_one_big_file_that_comes_and_goes_does_not_look_like_a_flood() -> None:
    growth = Growth()
    for second in range(0, 600, 5):
        spike = 50_000_000 if second == 300 else 0
        result = growth.add(second, 1_000_000 + spike)
    assert result is not None
    assert abs(result) < 5000
