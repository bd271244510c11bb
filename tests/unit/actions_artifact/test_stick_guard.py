"""A stick is read-only while it is read, and as it was afterwards, whoever was killed meanwhile."""

from __future__ import annotations

import errno
import fcntl
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from moducop_tui import stick_guard
from moducop_tui.stick_guard import is_free, protect, put_back

_GET, _SET = 0x125E, 0x125D


class Sticks:
    """Block devices that are files: their flag is kept here, and who has one mounted makes it busy."""

    def __init__(self, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._place = place
        self.read_only: dict[str, bool] = {}
        self.busy: set[str] = set()
        monkeypatch.setattr(stick_guard, "PROTECTED", str(place / "run/protected"))
        monkeypatch.setattr(fcntl, "ioctl", self._ioctl)
        self._open = os.open
        monkeypatch.setattr(os, "open", self._open_device)

    def plug(self, name: str = "sda1", *, read_only: bool = False) -> str:
        device = self._place / name
        device.touch()
        self.read_only[str(device)] = read_only
        return str(device)

    def pull(self, device: str) -> None:
        Path(device).unlink()

    def _open_device(self, path: Any, flags: int, *more: Any, **named: Any) -> int:
        if str(path) in self.busy and flags & os.O_EXCL:
            raise OSError(errno.EBUSY, os.strerror(errno.EBUSY))
        return self._open(path, flags, *more, **named)

    def _ioctl(self, descriptor: int, request: int, argument: bytes | bytearray) -> int:
        device = str(Path(f"/proc/self/fd/{descriptor}").readlink())
        if request == _SET:
            self.read_only[device] = any(argument)
        elif isinstance(argument, bytearray):
            argument[0] = self.read_only[device]
        return 0


@pytest.fixture
def sticks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sticks:
    (tmp_path / "run").mkdir()
    return Sticks(tmp_path, monkeypatch)


def test_a_stick_is_as_it_was_when_it_is_let_go(sticks: Sticks) -> None:
    device = sticks.plug()
    protect(device)
    assert sticks.read_only[device]
    put_back()
    assert not sticks.read_only[device]


def test_one_that_was_read_only_by_itself_stays_so(sticks: Sticks) -> None:
    device = sticks.plug(read_only=True)
    protect(device)
    put_back()
    assert sticks.read_only[device]


def test_the_first_of_two_readers_leaves_it_protected_for_the_other(sticks: Sticks) -> None:
    device = sticks.plug()
    protect(device)
    protect(device)
    sticks.busy.add(device)
    put_back()
    assert sticks.read_only[device]
    sticks.busy.clear()
    put_back()
    assert not sticks.read_only[device]


def test_what_a_killed_reader_left_is_put_back_by_the_next_whichever_stick_that_reads(sticks: Sticks) -> None:
    left, other = sticks.plug("sda1"), sticks.plug("sdb1")
    protect(left)
    protect(other)
    put_back()
    assert sticks.read_only == {left: False, other: False}


def test_a_stick_that_was_pulled_leaves_no_note_behind(sticks: Sticks) -> None:
    device = sticks.plug()
    protect(device)
    sticks.pull(device)
    put_back()
    sticks.plug(read_only=True)
    put_back()
    assert sticks.read_only[device]


def test_a_mount_that_goes_a_moment_later_is_waited_for(sticks: Sticks, monkeypatch: pytest.MonkeyPatch) -> None:
    device = sticks.plug()
    protect(device)
    sticks.busy.add(device)
    monkeypatch.setattr(time, "sleep", lambda _: sticks.busy.clear())
    put_back(1.0)
    assert not sticks.read_only[device]


def test_where_run_can_not_be_written_nothing_is_protected(sticks: Sticks, monkeypatch: pytest.MonkeyPatch) -> None:
    device = sticks.plug()
    monkeypatch.setattr(stick_guard, "PROTECTED", "/proc/none/protected")
    with pytest.raises(OSError, match="No such file"):
        protect(device)
    put_back()
    assert not sticks.read_only[device]


@pytest.mark.parametrize("device", ["/dev/none", "/dev/\0"])
def test_what_is_not_there_is_not_free(device: str) -> None:
    assert not is_free(device)


def test_notes_are_for_root_alone(sticks: Sticks, tmp_path: Path) -> None:
    protect(sticks.plug())
    modes: Mapping[str, int] = {name: (tmp_path / name).stat().st_mode & 0o777 for name in ("run/protected",)}
    assert modes == {"run/protected": 0o700}
