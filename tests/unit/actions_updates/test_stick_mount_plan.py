"""A plan shows how a stick is mounted by the very commands that are run."""

from __future__ import annotations

from dataclasses import replace

import pytest

from moducop_tui.actions.updates.place import source_of
from moducop_tui.model.acts import MountStick
from moducop_tui.model.media import Media, Stick
from moducop_tui.model.plan import Met
from moducop_tui.model.stick_mount import driver_of, mount_commands
from tests.unit.actions_updates.update_scenes import ROOTFS

PLACE = "stick:/dev/sda1:updates/x.mender"
STICK = Stick("/dev/sda1", "SERVICE", "vfat", 1 << 30, None, None)


def mounted(stick: Stick) -> tuple[str, MountStick]:
    step = source_of(PLACE, ROOTFS, None, Media((stick,))).before[0]
    assert isinstance(step.act, MountStick)
    return step.command, step.act


@pytest.mark.parametrize(
    ("kind", "command"),
    [
        ("vfat", "mount -t vfat -o ro,nosuid,nodev,noexec,utf8,errors=continue /dev/sda1 /run/moducop_tui/stick"),
        (
            "ext3",
            "mount -t ext4 -o ro,nosuid,nodev,noexec,noload,errors=continue,nowarn_on_error "
            "/dev/sda1 /run/moducop_tui/stick",
        ),
        ("exfat", "mount -t exfat -o ro,nosuid,nodev,noexec,errors=continue /dev/sda1 /run/moducop_tui/stick"),
    ],
)
def test_the_command_that_is_shown_is_the_one_that_is_run(kind: str, command: str) -> None:
    shown, act = mounted(replace(STICK, fs_type=kind))
    assert shown == command
    assert [" ".join(argv) for argv in act.commands] == [command]


@pytest.mark.parametrize("kind", ["ext2", "ext3", "ext4", "vfat", "exfat"])
def test_what_an_error_does_is_never_left_to_the_medium(kind: str) -> None:
    _, act = mounted(replace(STICK, fs_type=kind))
    (argv,) = act.commands
    options = argv[argv.index("-o") + 1].split(",")
    assert "errors=continue" in options
    driver = driver_of(kind)
    assert driver is not None
    assert set(driver.options.split(",")) <= set(options)  # a look in view mode mounts it the same way


@pytest.mark.parametrize(
    "kind", ["xfs", "f2fs", "ntfs", "ntfs3", "iso9660", "udf", "btrfs", "squashfs", "ext4,errors=panic", ""]
)
def test_no_other_file_system_is_mounted(kind: str) -> None:
    assert driver_of(kind) is None
    assert not mount_commands(replace(STICK, fs_type=kind), "/run/moducop_tui/stick")


def test_a_stick_that_somebody_has_mounted_is_seen_from_a_second_place() -> None:
    shown, act = mounted(replace(STICK, mount_points=("/media/stick",)))
    assert act.shared
    assert shown == (
        "mount --bind /media/stick /run/moducop_tui/stick; "
        "mount -o remount,bind,ro,nosuid,nodev,noexec /run/moducop_tui/stick"
    )


def test_where_a_killed_action_left_it_mounted_it_is_nobody_elses() -> None:
    _, act = mounted(replace(STICK, mount_points=("/run/moducop_tui/stick",)))
    assert not act.shared


@pytest.mark.parametrize(
    ("media", "remedy"),
    [
        (None, "Which sticks are there can't be told: none is mounted."),
        (Media(()), "There is no stick /dev/sda1 any more: plug it in again."),
        (Media((replace(STICK, fs_type="ntfs"),)),
         "The stick /dev/sda1 can't be mounted: it holds ntfs; use one with FAT, exFAT or ext4."),
        (Media((replace(STICK, fs_type=None),)),
         "The stick /dev/sda1 can't be mounted: what file system it holds is not known; use one with FAT, exFAT or "
         "ext4."),
    ],
)  # fmt: skip
def test_a_stick_that_can_not_be_mounted_stops_the_plan(media: Media | None, remedy: str) -> None:
    source = source_of(PLACE, ROOTFS, None, media)
    assert [(one.met, one.remedy) for one in source.conditions] == [(Met.NO, remedy)]
    assert source.before == ()
