"""Mounting a stick and letting it go, with a mount table and programs that a test controls."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from moducop_tui.actions.hands import stick, stick_mounts
from moducop_tui.actions.kit import Kit, Result
from moducop_tui.config import Config
from moducop_tui.host import Host
from moducop_tui.model.acts import MountStick, ReleaseStick
from moducop_tui.model.media import Media, Stick
from moducop_tui.model.plan import Action, ActionKind
from moducop_tui.model.reading import Topic, Unavailable
from moducop_tui.model.stick_mount import mount_commands, mounted_elsewhere
from moducop_tui.model.work import Order, Who
from moducop_tui.sources.inspect import Inspector

DEVICE, NUMBER = "/dev/sda1", "8:1"
SAFE = "ro,nosuid,nodev,noexec,relatime"


class Desk:
    """A mount table, `mount` and `umount` that change it, and a stick."""

    def __init__(self, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.table, self.directory, self.calls = place / "mountinfo", str(place / "run/stick"), place / "calls"
        self.protected: list[bool] = []
        self.number: str | None = NUMBER
        self.free = True
        self.halting: set[str] = set()
        self.stick = Stick(DEVICE, "STICK", "vfat", 1 << 30, None, None)
        self.media: object = None
        self.table.write_text("")
        self.programs = place / "bin"
        self.programs.mkdir()
        self.program("mount", f"echo '{self.line()}' >> {self.table}")
        self.program("umount", f"sed -i '\\| {self.directory} |d' {self.table}")
        monkeypatch.setenv("PATH", f"{self.programs}:{os.environ['PATH']}")
        monkeypatch.setattr(stick_mounts, "_TABLE", self.table)
        monkeypatch.setattr(stick, "number_of", lambda device: self.number)
        monkeypatch.setattr(stick, "is_free", lambda device: self.free)
        monkeypatch.setattr(stick, "halts_on_error", lambda number: number in self.halting)
        monkeypatch.setattr(stick, "protect", lambda device: self.protected.append(True))
        monkeypatch.setattr(stick, "put_back", lambda: self.protected.append(False))
        monkeypatch.setattr(stick, "_BUSY_SECONDS", 0.0)

    def line(self, number: str = NUMBER, place: str | None = None, options: str = SAFE) -> str:
        """A line of the mount table."""
        return f"99 1 {number} / {place or self.directory} {options} - vfat {DEVICE} ro"

    def program(self, name: str, script: str) -> None:
        """What `mount` or `umount` does."""
        path = self.programs / name
        path.write_text(f'#!/bin/sh\necho "{name} $*" >> {self.calls}\n{script}\n')
        path.chmod(0o755)

    def called(self) -> list[str]:
        """The programs that were run, with their arguments."""
        return self.calls.read_text().splitlines() if self.calls.exists() else []

    def _kit(self) -> Kit:
        def read(topic: Topic) -> Any:
            assert topic is Topic.MEDIA
            return self.media or Media((self.stick,))

        host, config = Host(), Config()
        order = Order(Action(ActionKind.INSTALL, "stick:/dev/sda1:x.mender"), Who("root"), ())
        inspect = Inspector(config, host)
        return Kit(host, config, order, read, inspect, lambda _: None, lambda _: None, lambda: False, lambda: 0.0)

    def mount(self) -> Result:
        """Mount it, as a plan that was made just now has it."""
        commands = mount_commands(self.stick, self.directory)
        shared = mounted_elsewhere(self.stick, self.directory) is not None
        return stick.mount_stick(MountStick(DEVICE, self.directory, commands, shared), self._kit())

    def release(self) -> Result:
        """Let it go."""
        return stick.release_stick(ReleaseStick(DEVICE, self.directory), self._kit())


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A stick that is plugged in and mounted nowhere."""
    return Desk(tmp_path, monkeypatch)


def test_a_stick_is_mounted_so_that_nothing_on_it_can_do_harm(desk: Desk) -> None:
    result = desk.mount()
    assert result.good
    assert result.sentence == f"The stick /dev/sda1 is mounted at {desk.directory}, read-only."
    assert desk.called() == [f"mount -t vfat -o ro,nosuid,nodev,noexec,utf8,errors=continue {DEVICE} {desk.directory}"]
    assert desk.protected == [True]
    assert Path(desk.directory).is_dir()


def test_a_mount_on_which_an_error_would_halt_the_device_is_taken_away_again(desk: Desk) -> None:
    desk.halting.add(NUMBER)  # another process has it mounted, and its mount's options hold for ours
    result = desk.mount()
    assert not result.good
    assert "an error on it would halt the device (errors=panic): it is not read. Unmount it first." in result.sentence
    assert desk.called()[-1] == f"umount {desk.directory}"
    assert f" {desk.directory} " not in desk.table.read_text()
    assert desk.protected[-1] is False


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("ext3", "-t ext4 -o ro,nosuid,nodev,noexec,noload,errors=continue,nowarn_on_error "),
        ("exfat", "-t exfat -o ro,nosuid,nodev,noexec,errors=continue "),
    ],
)
def test_no_journal_is_replayed(desk: Desk, kind: str, options: str) -> None:
    desk.stick = Stick(DEVICE, None, kind, 1, None, None)
    assert desk.mount().good
    assert options in desk.called()[0]


def test_mounting_twice_does_nothing_the_second_time(desk: Desk) -> None:
    assert desk.mount().good
    assert desk.mount().good
    assert len(desk.called()) == 1


def test_a_mount_that_is_not_as_it_was_asked_for_is_taken_away(desk: Desk) -> None:
    desk.program("mount", f"echo '{desk.line(options='rw,relatime')}' >> {desk.table}")
    result = desk.mount()
    assert not result.good
    assert "it is not mounted as it was asked for" in result.sentence
    assert desk.table.read_text() == ""
    assert desk.protected == [True, False]


def test_a_mount_that_fails_is_said_in_the_words_of_the_tool(desk: Desk) -> None:
    desk.program("mount", "echo 'mount: wrong fs type' >&2; exit 32")
    result = desk.mount()
    assert (result.good, result.exit_code) == (False, 32)
    assert result.sentence == (
        "The stick /dev/sda1 can't be mounted: exit code 32: mount: wrong fs type. Nothing was written."
    )
    assert desk.protected == [True, False]


def test_what_a_cut_action_left_mounted_makes_place(desk: Desk) -> None:
    desk.table.write_text(desk.line(number="8:17") + "\n")
    assert desk.mount().good
    assert [call.split()[0] for call in desk.called()] == ["umount", "mount"]


def test_what_can_not_make_place_is_named_with_its_users(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.table.write_text(desk.line(number="8:17") + "\n")
    desk.program("umount", "exit 32")
    monkeypatch.setattr(stick, "users_of", lambda number: ("vi (process 812)",))
    assert desk.mount().sentence == (
        f"What was left of another stick can't be let go: {desk.directory} is in use by vi (process 812)."
    )


def test_a_stick_that_somebody_has_mounted_is_seen_from_a_second_place(desk: Desk) -> None:
    desk.stick = replace(desk.stick, mount_points=("/media/stick",))
    desk.table.write_text(desk.line(place="/media/stick", options="rw,relatime") + "\n")
    desk.program("mount", f'case "$1" in --bind) ;; *) echo "{desk.line()}" >> {desk.table};; esac')
    assert desk.mount().good
    assert desk.called() == [
        f"mount --bind /media/stick {desk.directory}",
        f"mount -o remount,bind,ro,nosuid,nodev,noexec {desk.directory}",
    ]
    assert True not in desk.protected  # that would break the writes of whoever mounted it
    assert desk.release().sentence == (
        "The stick /dev/sda1 is let go here, but NOT safe to remove: it is still mounted at /media/stick."
    )


def test_only_what_is_in_the_list_of_sticks_is_mounted(desk: Desk) -> None:
    desk.media = Media(())
    assert desk.mount().sentence == "There is no stick /dev/sda1 any more: plug it in again. Nothing was written."
    desk.media = Unavailable("udev is not here.")
    assert desk.mount().sentence == "Which sticks are there can't be told, so none is mounted: udev is not here."
    assert desk.called() == []


def test_a_stick_that_was_mounted_by_somebody_since_the_plan_was_made_is_left_alone(desk: Desk) -> None:
    desk.table.write_text(desk.line(place="/media/stick", options="rw,relatime") + "\n")
    assert "since the plan was made: look at the plan again. Nothing was written." in desk.mount().sentence
    assert desk.called() == []
    assert True not in desk.protected


def test_a_released_stick_is_safe_to_remove(desk: Desk) -> None:
    desk.mount()
    result = desk.release()
    assert result.good
    assert result.sentence == "The stick /dev/sda1 is safe to remove; nothing was written to it."
    assert desk.called()[-1] == f"umount {desk.directory}"
    assert desk.protected == [True, False]
    assert desk.release().sentence == result.sentence


def test_a_stick_in_use_is_never_safe_to_remove(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.mount()
    desk.program("umount", "echo target is busy >&2; exit 32")
    monkeypatch.setattr(stick, "users_of", lambda number: ("mender-update (process 7)",))
    result = desk.release()
    assert not result.good
    assert result.sentence == (
        f"The stick /dev/sda1 can't be let go: {desk.directory} is in use by mender-update (process 7). "
        "Do not pull it out."
    )


def test_a_stick_that_another_program_holds_is_not_safe_to_remove(desk: Desk) -> None:
    desk.mount()
    desk.free = False
    result = desk.release()
    assert result.good
    assert "NOT safe to remove: another program or container uses it" in result.sentence


def test_a_stick_that_was_pulled_is_said_to_be_gone(desk: Desk) -> None:
    desk.mount()
    desk.number = None
    assert desk.release().sentence == "The stick /dev/sda1 was pulled out already; nothing was written to it."


def test_who_has_a_file_open_is_found(tmp_path: Path) -> None:
    number = f"{os.major(tmp_path.stat().st_dev)}:{os.minor(tmp_path.stat().st_dev)}"
    with (tmp_path / "open").open("w"):
        assert any(user.endswith(f"(process {os.getpid()})") for user in stick_mounts.users_of(number))
    assert stick_mounts.users_of("999:999") == ()


def test_a_mount_table_of_any_content_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = tmp_path / "mountinfo"
    table.write_bytes(b"\n1 2 3\n99 1 8:1 / /a\\040b ro - vfat x ro\nx \xff\n")
    monkeypatch.setattr(stick_mounts, "_TABLE", table)
    assert [mount.place for mount in stick_mounts.mounts_of("8:1")] == ["/a b"]


def test_what_is_no_block_device_has_no_number(tmp_path: Path) -> None:
    assert stick_mounts.number_of(str(tmp_path)) is None
    assert stick_mounts.number_of("/dev/none") is None
