from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from moducop_tui.config import Config
from moducop_tui.host import Host
from moducop_tui.model.media import Stick
from moducop_tui.model.reading import Unavailable
from moducop_tui.sources import media
from moducop_tui.sources.media import MediaSource
from moducop_tui.sources.mounts import parse_mountinfo
from moducop_tui.sources.removable import BlockFacts, choose_sticks

UDEV_PROPERTIES = {
    "DEVNAME": "/dev/sda1", "DEVTYPE": "partition", "MAJOR": "8", "MINOR": "1", "SUBSYSTEM": "block",
    "ID_BUS": "usb", "ID_VENDOR": "SanDisk", "ID_MODEL": "Ultra_Fit", "ID_FS_TYPE": "vfat",
    "ID_FS_LABEL": "SERVICE_2", "ID_FS_LABEL_ENC": "SERVICE\\x202", "ID_FS_USAGE": "filesystem",
}  # fmt: skip
"""Properties as udevd gives them for the partition of a USB stick."""


class FakeDevice:
    """As much of a pyudev device as is looked at."""

    def __init__(
        self,
        node: str,
        properties: dict[str, str],
        attributes: dict[str, bytes],
        parent: FakeDevice | None = None,
        subsystem: str = "block",
        kind: str | None = None,
    ) -> None:
        self.device_node = node
        self.sys_name = node.rsplit("/", 1)[-1]
        self.properties = properties
        self.attributes = attributes
        self.parent = parent
        self.subsystem = subsystem
        self.device_type = kind

    def find_parent(self, subsystem: str, kind: str | None = None) -> FakeDevice | None:
        here = self.parent
        while here is not None and (here.subsystem != subsystem or (kind and here.device_type != kind)):
            here = here.parent
        return here


def usb_stick() -> tuple[FakeDevice, FakeDevice]:
    usb = FakeDevice("", {}, {}, subsystem="usb")
    unit = FakeDevice("", {}, {"vendor": b"SanDisk \n", "model": b"Ultra Fit       \n"}, usb, "scsi")
    disk = FakeDevice(
        "/dev/sda", {"MAJOR": "8", "MINOR": "0"}, {"removable": b"1\n", "size": b"60062500\n"}, unit, kind="disk"
    )
    partition = FakeDevice("/dev/sda1", UDEV_PROPERTIES, {"size": b"60060452\n"}, disk, kind="partition")
    return disk, partition


MOUNTS = parse_mountinfo("40 22 8:1 / /run/media/stick rw - vfat /dev/sda1 rw\n41 22 8:2 / /x rw - ext4 /dev/sda2 rw\n")


def facts_of(device: Any, disk: Any) -> BlockFacts:
    return media._facts_of(device, disk, MOUNTS)


def test_a_usb_stick_is_its_partition_with_all_that_udev_knows() -> None:
    disk, partition = usb_stick()
    facts = [facts_of(disk, disk), facts_of(partition, disk)]
    assert choose_sticks(facts, frozenset()) == (
        Stick("/dev/sda1", "SERVICE 2", "vfat", 60060452 * 512, "SanDisk", "Ultra Fit", ("/run/media/stick",)),
    )


def test_without_udevd_a_stick_is_still_seen_but_not_what_is_on_it() -> None:
    disk, partition = usb_stick()
    partition.properties = {name: UDEV_PROPERTIES[name] for name in ("DEVNAME", "MAJOR", "MINOR")}
    (stick,) = choose_sticks([facts_of(disk, disk), facts_of(partition, disk)], frozenset())
    assert (stick.device, stick.fs_type, stick.label, stick.model) == ("/dev/sda1", None, None, "Ultra Fit")


def test_a_stick_without_partitions_is_the_disk_itself() -> None:
    disk, _ = usb_stick()
    assert [stick.device for stick in choose_sticks([facts_of(disk, disk)], frozenset())] == ["/dev/sda"]


def test_the_disk_that_the_system_runs_from_is_never_a_stick() -> None:
    disk, partition = usb_stick()
    assert choose_sticks([facts_of(disk, disk), facts_of(partition, disk)], {"8:0"}) == ()


def test_an_sd_card_is_a_stick_and_the_soldered_emmc_is_not() -> None:
    for kind, devices in ((b"SD\n", ["/dev/mmcblk1"]), (b"MMC\n", [])):
        card = FakeDevice("", {}, {"type": kind, "name": b"SC16G\n"}, subsystem="mmc")
        numbers = {"MAJOR": "179", "MINOR": "0"}
        disk = FakeDevice("/dev/mmcblk1", numbers, {"removable": b"0\n", "size": b"31116288\n"}, card, kind="disk")
        sticks = choose_sticks([facts_of(disk, disk)], frozenset())
        assert [stick.device for stick in sticks] == devices


@pytest.mark.parametrize("change", ["empty reader", "optical", "fixed"])
def test_what_is_no_stick(change: str) -> None:
    disk, _ = usb_stick()
    facts = facts_of(disk, disk)
    changed = {
        "empty reader": replace(facts, stick=replace(facts.stick, size=0)),
        "optical": replace(facts, is_optical=True),
        "fixed": replace(facts, removable=False, on_usb=False),
    }
    assert choose_sticks([changed[change]], frozenset()) == ()


def test_a_usb_hard_disk_says_it_is_not_removable_and_is_a_stick_all_the_same() -> None:
    disk, _ = usb_stick()
    assert len(choose_sticks([replace(facts_of(disk, disk), removable=False)], frozenset())) == 1


def partition_of(disk: FakeDevice, number: int, size: bytes, **properties: str) -> FakeDevice:
    numbers = {"MAJOR": "8", "MINOR": str(number)}
    return FakeDevice(f"/dev/sda{number}", {**numbers, **properties}, {"size": size}, disk, kind="partition")


@pytest.mark.parametrize(
    ("size", "properties"),
    [
        (b"2", {}),  # without udev
        (b"1", {}),
        (b"8", {}),  # a disk with sectors of 4096 bytes
        (b"2", {"ID_PART_ENTRY_SCHEME": "dos", "ID_PART_ENTRY_TYPE": "0x5"}),
        (b"2000000", {"ID_PART_ENTRY_SCHEME": "dos", "ID_PART_ENTRY_TYPE": "0xf"}),
        (b"2000000", {"ID_PART_ENTRY_SCHEME": "dos", "ID_PART_ENTRY_TYPE": "0x85"}),
    ],
)
def test_an_extended_partition_is_no_stick_but_the_logical_ones_in_it_are(
    size: bytes, properties: dict[str, str]
) -> None:
    disk, _ = usb_stick()
    devices = [disk, partition_of(disk, 4, size, **properties), partition_of(disk, 5, b"4096")]
    found = choose_sticks([facts_of(one, disk) for one in devices], frozenset())
    assert [stick.device for stick in found] == ["/dev/sda5"]


def test_an_ordinary_partition_of_whatever_type_stays_a_stick() -> None:
    disk, _ = usb_stick()
    types = (("dos", "0xc"), ("dos", "0x83"), ("gpt", "0x5"), ("gpt", "ebd0a0a2-b9e5-4433-87c0-68b6b72699c7"))
    for scheme, kind in types:
        part = partition_of(disk, 1, b"4096", ID_PART_ENTRY_SCHEME=scheme, ID_PART_ENTRY_TYPE=kind)
        assert len(choose_sticks([facts_of(disk, disk), facts_of(part, disk)], frozenset())) == 1


def test_sticks_stand_in_the_order_of_their_numbers() -> None:
    disk, _ = usb_stick()
    devices = [partition_of(disk, number, b"4096") for number in (10, 2, 1, 12)]
    found = choose_sticks([facts_of(one, disk) for one in devices], frozenset())
    assert [stick.device for stick in found] == ["/dev/sda1", "/dev/sda2", "/dev/sda10", "/dev/sda12"]


def test_hostile_labels_are_cleaned() -> None:
    disk, partition = usb_stick()
    partition.properties = {**UDEV_PROPERTIES, "ID_FS_LABEL_ENC": "\\x1b[2Jevil\\xff"}
    assert facts_of(partition, disk).stick.label == "evil\\xff"


def test_below_a_root_prefix_sticks_are_not_claimed(tmp_path: Path) -> None:
    answer = MediaSource(Config(), Host(tmp_path)).read()
    assert answer == Unavailable("Sticks can only be seen on the machine itself, not below a root prefix.")


def test_without_udevs_library_there_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyudev", None)
    answer = MediaSource(Config(), Host()).read()
    assert isinstance(answer, Unavailable)
    assert answer.reason.startswith("Sticks can't be seen: udev's library or its Python binding is missing (")
