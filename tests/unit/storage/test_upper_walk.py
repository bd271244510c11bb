from __future__ import annotations

import os
from pathlib import Path

import pytest

from moducop_tui.host import Host
from moducop_tui.sources import upper_walk
from moducop_tui.sources.mounts import parse_mountinfo
from moducop_tui.sources.upper_counts import CHANGED_WALK_DISTANCE, WALK_DISTANCE, UpperCounts
from moducop_tui.sources.upper_walk import walk_upper

OVERLAY = parse_mountinfo("2 1 0:40 / /etc rw - overlay overlay rw,lowerdir=/etc,upperdir=/up,workdir=/w")[0]


def fill(upper: Path) -> None:
    (upper / "ssh").mkdir(parents=True)
    (upper / "hostname").write_text("MEC01-4711\n")
    (upper / "ssh/config").write_text("x" * 5000)
    (upper / "link").symlink_to("/etc/passwd")


def test_files_directories_and_links_are_counted(tmp_path: Path) -> None:
    fill(tmp_path)
    content, error = walk_upper(tmp_path, 100)
    assert content is not None
    assert (content.files, content.directories, content.whiteouts, content.complete) == (3, 1, 0, True)
    assert error is None
    expected = sum(path.lstat().st_blocks * 512 for path in tmp_path.rglob("*"))
    assert content.size == expected


def test_an_empty_upper_holds_nothing(tmp_path: Path) -> None:
    content, _ = walk_upper(tmp_path, 100)
    assert content is not None
    assert (content.files, content.directories, content.size) == (0, 0, 0)


def test_links_to_directories_are_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    fill(outside)
    upper = tmp_path / "upper"
    upper.mkdir()
    (upper / "way").symlink_to(outside)
    content, _ = walk_upper(upper, 100)
    assert content is not None
    assert (content.files, content.directories) == (1, 0)


def test_an_upper_that_became_a_link_is_not_entered(tmp_path: Path) -> None:
    fill(tmp_path / "real")
    (tmp_path / "upper").symlink_to(tmp_path / "real")
    content, error = walk_upper(tmp_path / "upper", 100)
    assert content is None
    assert error is not None
    assert error.startswith("Its upper directory could not be read")


def test_a_file_with_two_names_counts_twice_but_weighs_once(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x" * 100_000)
    once, _ = walk_upper(tmp_path, 100)
    os.link(tmp_path / "a", tmp_path / "b")
    twice, _ = walk_upper(tmp_path, 100)
    assert once is not None
    assert twice is not None
    assert twice.files == 2
    assert twice.size == once.size


def test_beyond_the_limit_the_numbers_are_at_least(tmp_path: Path) -> None:
    for number in range(30):
        (tmp_path / f"{number}").write_text("")
    content, error = walk_upper(tmp_path, 10)
    assert content is not None
    assert (content.files, content.complete) == (10, False)
    assert error is None
    assert walk_upper(tmp_path, 30)[0] == walk_upper(tmp_path, 31)[0]


def test_a_walk_that_takes_too_long_is_cut(tmp_path: Path) -> None:
    fill(tmp_path)
    times = iter([0.0, 0.0, *[upper_walk.TIME_LIMIT + 1] * 10])
    content, _ = walk_upper(tmp_path, 100, lambda: next(times))
    assert content is not None
    assert not content.complete


def test_a_missing_upper_is_said(tmp_path: Path) -> None:
    content, error = walk_upper(tmp_path / "none", 10)
    assert content is None
    assert error == "Its upper directory could not be read: No such file or directory."


def test_a_directory_that_fails_makes_the_numbers_incomplete(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(tmp_path)
    real = os.open

    def fail(path: str, flags: int) -> int:
        if path.endswith("ssh"):
            raise OSError(5, "Input/output error")
        return real(path, flags)

    monkeypatch.setattr("os.open", fail)
    content, error = walk_upper(tmp_path, 100)
    assert content is not None
    assert (content.files, content.complete) == (2, False)
    assert error == "Not all of its upper directory could be read; it failed once: Input/output error."


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_an_unchanged_upper_is_walked_once_a_minute(tmp_path: Path) -> None:
    fill(tmp_path / "up")
    clock = Clock()
    counts = UpperCounts(Host(tmp_path), 100, clock)
    first = counts.of(OVERLAY, "/up")
    (tmp_path / "up/ssh/deep").write_text("")  # not seen at the top
    clock.now += WALK_DISTANCE - 1
    assert counts.of(OVERLAY, "/up") is first
    clock.now += 1
    again = counts.of(OVERLAY, "/up")
    assert again.content is not None
    assert again.content.files == 4


def test_a_changed_upper_is_walked_soon_but_not_at_once(tmp_path: Path) -> None:
    fill(tmp_path / "up")
    clock = Clock()
    counts = UpperCounts(Host(tmp_path), 100, clock)
    first = counts.of(OVERLAY, "/up")
    (tmp_path / "up/new").write_text("")
    os.utime(tmp_path / "up", ns=(1, 1))  # another time, however coarse the clock of the file system is
    assert counts.of(OVERLAY, "/up") is first
    clock.now += CHANGED_WALK_DISTANCE
    assert counts.of(OVERLAY, "/up") is not first


def test_an_overlay_that_is_gone_is_forgotten(tmp_path: Path) -> None:
    fill(tmp_path / "up")
    counts = UpperCounts(Host(tmp_path), 100, Clock())
    first = counts.of(OVERLAY, "/up")
    counts.forget_all_but([])
    assert counts.of(OVERLAY, "/up") is not first


def test_an_upper_that_is_nowhere_has_no_mark(tmp_path: Path) -> None:
    counted = UpperCounts(Host(tmp_path), 100, Clock()).of(OVERLAY, "/up")
    assert counted.mark is None
    assert counted.content is None
