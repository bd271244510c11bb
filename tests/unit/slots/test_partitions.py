"""The system disk, the slots and two witnesses of what is booted, on disks of any name and from any configuration."""

from __future__ import annotations

import struct
import threading
import time
from pathlib import Path

import pytest

from moducop_tui.config import Config
from moducop_tui.host import Host
from moducop_tui.model.slots import PartitionRole, SlotName, Slots
from moducop_tui.model.wake import Wake
from moducop_tui.sources import image_identity
from moducop_tui.sources.partitions import PartitionsSource
from tests.patience import FOR_EVER, PATIENCE
from tests.unit.slots.ext_images import NEW, OLD, make_image, make_tree
from tests.unit.slots.fake_disk import FakeDisk

A, B = SlotName.A, SlotName.B


@pytest.fixture
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeDisk:
    fake = FakeDisk(tmp_path / "root", monkeypatch)
    fake.configure("/dev/mmcblk0p2", "/dev/mmcblk0p3")
    return fake


def read(disk: FakeDisk, config: Config | None = None) -> Slots:
    found = PartitionsSource(config or Config(), disk.host).read()
    assert isinstance(found, Slots)
    return found


def test_roles_sizes_and_mount_points_of_the_four_partitions(disk: FakeDisk) -> None:
    found = read(disk)
    assert found.disk == "/dev/mmcblk0"
    assert [(p.device, p.number, p.role, p.size, p.mount_points) for p in found.partitions] == [
        ("/dev/mmcblk0p1", 1, PartitionRole.BOOT, 1 << 20, ()),
        ("/dev/mmcblk0p2", 2, PartitionRole.ROOTFS_A, 1 << 20, ("/",)),
        ("/dev/mmcblk0p3", 3, PartitionRole.ROOTFS_B, 1 << 20, ()),
        ("/dev/mmcblk0p4", 4, PartitionRole.DATA, 1 << 20, ("/data",)),
    ]
    assert (found.named_by, found.disk_error) == ("/etc/mender/mender.conf", None)
    assert (found.command_line_slot, found.mounted_slot, found.mounted_root) == (A, A, "/dev/mmcblk0p2")


def test_the_other_cpu_variant_has_another_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = FakeDisk(tmp_path / "root", monkeypatch, "mmcblk2")
    disk.configure("/dev/mmcblk2p2", "/dev/mmcblk2p3")
    disk.say("root=/dev/mmcblk2p3 ro")
    disk.mount("179:3")
    found = read(disk)
    assert (found.disk, found.command_line_slot, found.mounted_slot) == ("/dev/mmcblk2", B, B)


def test_a_device_is_its_number_whatever_the_kernel_calls_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = FakeDisk(tmp_path / "root", monkeypatch, "loop0")
    for number in range(5):
        disk.node(f"/dev/mmcblk0{f'p{number}' if number else ''}", f"179:{number}")
    disk.configure("/dev/mmcblk0p2", "/dev/mmcblk0p3")
    found = read(disk)
    assert found.disk == "/dev/mmcblk0"
    assert [partition.device for partition in found.partitions] == [f"/dev/mmcblk0p{n}" for n in range(1, 5)]
    assert found.command_line_slot is A


def test_the_first_of_menders_two_configurations_wins(disk: FakeDisk) -> None:
    disk.configure("/dev/mmcblk0p3", "/dev/mmcblk0p2", "/var/lib/mender/mender.conf")
    assert read(disk).named_by == "/etc/mender/mender.conf"
    (disk.root / "etc/mender/mender.conf").write_text('{"ServerURL": "x"}')
    found = read(disk)
    assert found.named_by == "/var/lib/mender/mender.conf"
    assert [slot.partition.number for slot in found.slots] == [3, 2]


def test_links_by_partition_id_are_followed(disk: FakeDisk) -> None:
    for number in (2, 3):
        link = disk.root / f"dev/disk/by-partuuid/4711c14a-0{number}"
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(f"../../mmcblk0p{number}")
    disk.configure("/dev/disk/by-partuuid/4711c14a-02", "/dev/disk/by-partuuid/4711c14a-03")
    assert [slot.partition.device for slot in read(disk).slots] == ["/dev/mmcblk0p2", "/dev/mmcblk0p3"]


def test_without_a_configuration_partitions_two_and_three_of_a_moducop_s_disk_are_taken(disk: FakeDisk) -> None:
    (disk.root / "etc/mender/mender.conf").unlink()
    found = read(disk)
    assert [slot.partition.device for slot in found.slots] == ["/dev/mmcblk0p2", "/dev/mmcblk0p3"]
    assert found.named_by == "partitions 2 and 3 of the system disk"


def test_partitions_of_a_laptop_are_no_slots(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = FakeDisk(tmp_path / "root", monkeypatch)
    (disk.root / "sys/devices/platform/block/mmcblk0/mmcblk0p3/size").write_text("999\n")
    found = read(disk)
    assert found.slots == ()
    assert {partition.role for partition in found.partitions} == {PartitionRole.OTHER}
    assert found.disk_error == (
        "/dev/mmcblk0 has no two root file systems to choose from: this is no ModuCop's disk layout."
    )
    assert len(read(disk, Config(disk="/dev/mmcblk0")).slots) == 2


def test_a_configuration_that_is_damaged_is_said(disk: FakeDisk) -> None:
    (disk.root / "etc/mender/mender.conf").write_text("{oops")
    found = read(disk)
    assert "/etc/mender/mender.conf is no valid JSON" in (found.disk_error or "")
    assert len(found.slots) == 2


def test_a_file_that_may_not_be_read_is_missed_only_where_it_matters(
    disk: FakeDisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_text = Host.read_text

    def forbidden(host: Host, place: str, limit: int = 65536) -> str:
        if place == "/var/lib/mender/mender.conf":
            raise PermissionError(13, "Permission denied")
        return read_text(host, place, limit)

    monkeypatch.setattr(Host, "read_text", forbidden)
    assert read(disk).disk_error is None
    (disk.root / "etc/mender/mender.conf").write_text("{}")
    assert read(disk).disk_error == "/var/lib/mender/mender.conf can't be read: Permission denied."


@pytest.mark.parametrize("content", ["[" * 60_000, '{"RootfsPartA": "/dev/\\u0000", "RootfsPartB": 7}', '"x"', "[1]"])
def test_any_content_of_a_configuration_is_survived(disk: FakeDisk, content: str) -> None:
    (disk.root / "etc/mender/mender.conf").write_text(content)
    assert read(disk).named_by == "partitions 2 and 3 of the system disk"


def test_slots_whose_devices_are_absent_are_said(disk: FakeDisk) -> None:
    disk.configure("/dev/mmcblk7p2", "/dev/mmcblk7p3")
    found = read(disk)
    assert found.disk_error == "The device of slot A (/dev/mmcblk7p2) and slot B (/dev/mmcblk7p3) does not exist."
    assert [slot.partition.number for slot in found.slots] == [2, 3]
    assert found.slots[0].image_error == "/dev/mmcblk7p2 does not exist."


def test_a_configured_disk_that_is_absent_is_said(disk: FakeDisk) -> None:
    found = read(disk, Config(disk="/dev/nvme0n1"))
    assert found.disk_error == "The configured disk /dev/nvme0n1 does not exist."


@pytest.mark.parametrize(
    ("words", "slot"),
    [
        ("root=/dev/mmcblk0p3 ro", B),
        ("root=/dev/mmcblk0p2 quiet root=/dev/mmcblk0p3", B),
        ('console=x root="/dev/mmcblk0p3"', B),
        ("root=PARTUUID=4711C14A-03", B),
        ("root=UUID=00000000-0000-0000-0000-00000000000b", B),
        ("root=LABEL=rootfsB", B),
        ("root=179:3", B),
        ("root=/dev/mmcblk0p4", None),
    ],
)
def test_every_way_to_name_the_root_leads_to_its_slot(
    disk: FakeDisk, tmp_path: Path, words: str, slot: SlotName | None
) -> None:
    table = bytearray(512)
    table[440:444] = struct.pack("<I", 0x4711C14A)
    table[446 + 4], table[510:512] = 0x83, b"\x55\xaa"
    (disk.root / "dev/mmcblk0").write_bytes(table)
    options = ("-L", "rootfsB", "-U", "00000000-0000-0000-0000-00000000000b")
    make_image(disk.root / "dev/mmcblk0p3", make_tree(tmp_path / "b", NEW), *options)
    disk.say(words)
    found = read(disk)
    assert found.command_line_slot is slot
    assert found.command_line_error is None
    assert (found.table, found.partitions[2].part_uuid) == ("dos", "4711c14a-03")


def test_two_copies_of_one_image_have_the_same_id_so_neither_is_taken(disk: FakeDisk, tmp_path: Path) -> None:
    tree = make_tree(tmp_path / "tree", NEW)
    for number in (2, 3):
        make_image(disk.root / f"dev/mmcblk0p{number}", tree, "-L", "rootfs")
    disk.say("root=LABEL=rootfs")
    found = read(disk)
    assert found.command_line_slot is None
    assert found.command_line_error == "root=LABEL=rootfs fits several partitions."


def test_a_command_line_without_a_root_is_said(disk: FakeDisk) -> None:
    disk.say("quiet noroot=/dev/mmcblk0p2")
    assert read(disk).command_line_error == "The kernel command line has no root=."
    disk.say("root=/dev/nfs")
    assert read(disk).command_line_error == "root=/dev/nfs leads to no device here."
    (disk.root / "proc/cmdline").unlink()
    assert read(disk).command_line_error == "The kernel command line can't be read: No such file or directory."


def test_a_verified_root_is_traced_to_the_partition_that_holds_its_data(disk: FakeDisk) -> None:
    disk.add_mapped("253:1", "dm-1", "mmcblk0p3")
    disk.add_mapped("253:0", "dm-0", "dm-1")
    disk.mount("253:0", "/dev/mapper/rootfs")
    disk.say("root=/dev/dm-0")
    found = read(disk)
    assert (found.mounted_slot, found.command_line_slot) == (B, B)
    assert found.mounted_root == "/dev/dm-0 on /dev/mmcblk0p3"
    assert found.partitions[2].mount_points == ("/",)


def test_a_root_without_a_device_is_said(disk: FakeDisk) -> None:
    disk.mount("0:33", "overlay")
    found = read(disk)
    assert found.mounted_slot is None
    assert found.mounted_error == "/ is ext4, which stands on no device of its own."


def test_both_images_are_identified_the_running_one_below_its_overlay(
    disk: FakeDisk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_image(disk.root / "dev/mmcblk0p3", make_tree(tmp_path / "b", NEW))
    make_tree(tmp_path / "a", OLD)

    class Below:
        def __enter__(self) -> Host:
            return Host(tmp_path / "a")

        def __exit__(self, *_: object) -> None:
            pass

    monkeypatch.setattr(Host, "read_file", Host.read_bytes, raising=False)
    monkeypatch.setattr(image_identity, "detached", lambda _: Below())
    a, b = read(disk).slots
    assert a.image is not None
    assert (a.image.version, a.image.how) == (OLD, "read from / below its overlays")
    assert b.image is not None
    assert b.image.version == NEW


def test_without_root_the_identity_below_an_overlay_is_not_guessed(
    disk: FakeDisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: Path) -> object:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(image_identity, "detached", refuse)
    (disk.root / "etc/issue").write_text("the overlay's\nImage_v9\n")
    assert read(disk).slots[0].image_error == "Root is needed to see the root file system below the overlay on /etc."
    lines = (disk.root / "proc/1/mountinfo").read_text().splitlines(keepends=True)
    (disk.root / "proc/1/mountinfo").write_text("".join(lines[:-1]))
    image = read(disk).slots[0].image
    assert image is not None
    assert (image.version, image.how) == ("v9", "read from /, nothing is mounted over its /etc")


def test_a_root_in_another_container_is_identified_from_its_device(
    disk: FakeDisk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: Path) -> object:
        raise OSError(22, "Invalid argument")

    monkeypatch.setattr(image_identity, "detached", refuse)
    make_image(disk.root / "dev/mmcblk0p2", make_tree(tmp_path / "a", OLD))
    image = read(disk).slots[0].image
    assert image is not None
    assert (image.version, image.how) == (OLD, "read from /dev/mmcblk0p2 without mounting it")
    table = disk.root / "proc/1/mountinfo"
    table.write_text(table.read_text().replace(" / / ro", " / / rw", 1).replace("/dev/root ro", "/dev/root rw", 1))
    slot = read(disk).slots[0]
    assert slot.image is None
    assert slot.image_error == "The root file system can't be seen below the overlay on /etc: Invalid argument."


def test_a_disk_that_is_only_mounted_somewhere_has_no_witnesses(tmp_path: Path) -> None:
    found = PartitionsSource(Config(), Host(tmp_path)).read()
    assert isinstance(found, Slots)
    assert found.slots == ()
    assert found.disk_error is not None
    assert (found.mounted_root, found.mounted_slot) == (None, None)
    assert found.mounted_error == f"Nothing is seen to run below {tmp_path} (it has no /proc/1): no slot is booted."


def test_waiting_ends_when_woken_and_not_before() -> None:
    source, wake = PartitionsSource(Config(), Host()), Wake()
    started = time.monotonic()
    source.wait(0.05, wake)
    assert time.monotonic() - started >= 0.045
    threading.Timer(0.02, wake.set).start()
    source.wait(FOR_EVER, wake)
    assert time.monotonic() - started < PATIENCE
    source.close()
    wake.close()
