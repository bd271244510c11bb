"""Labels and ids: recorded from udev and blkid, and the superblock's own word before both."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from moducop_tui.host import Host
from moducop_tui.sources import file_system_tags
from moducop_tui.sources.file_system_tags import TagReader, Tags, tags_of_blkid, tags_of_udev
from moducop_tui.sources.partition_table import HEAD_SIZE, parse_table
from tests.unit.slots.ext_images import NEW, make_image, make_tree

BLKID_PARTITION = """\
DEVNAME=/dev/mmcblk0p1
LABEL=my\\ boot
UUID=d9fad617-52a2-4929-b8ef-b13ddb129af1
VERSION=1.0
BLOCK_SIZE=1024
TYPE=ext4
USAGE=filesystem
PART_ENTRY_SCHEME=dos
PART_ENTRY_UUID=4711c14a-01
PART_ENTRY_TYPE=0x83
PART_ENTRY_NUMBER=1
PART_ENTRY_DISK=7:3
"""
BLKID_DISK = "DEVNAME=/dev/mmcblk0\nPTUUID=4711c14a\nPTTYPE=dos\n"
UDEV = {
    "DEVNAME": "/dev/mmcblk0p1",
    "ID_FS_TYPE": "vfat",
    "ID_FS_LABEL": "my_boot",
    "ID_FS_LABEL_ENC": "my\\x20boot",
    "ID_FS_UUID": "1234-ABCD",
    "ID_PART_ENTRY_UUID": "4711c14a-01",
    "ID_PART_TABLE_TYPE": "dos",
}


def test_blkid_and_udev_say_the_same_of_a_partition() -> None:
    assert tags_of_blkid(BLKID_PARTITION) == Tags(
        "ext4", "my boot", "d9fad617-52a2-4929-b8ef-b13ddb129af1", "4711c14a-01", None
    )
    assert tags_of_udev(UDEV) == Tags("vfat", "my boot", "1234-ABCD", "4711c14a-01", "dos")


def test_of_a_disk_the_table_is_known_and_nothing_else() -> None:
    assert tags_of_blkid(BLKID_DISK) == Tags(table="dos")
    assert tags_of_blkid("") == tags_of_udev({}) == Tags()


def test_labels_are_foreign_text() -> None:
    assert tags_of_udev({"ID_FS_LABEL_ENC": "a\\x1b\\x5b2Jb\\xff"}).label == "ab\\xff"


def test_an_ext_superblock_is_believed_first_and_no_process_is_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = make_image(tmp_path / "image", make_tree(tmp_path / "tree", NEW), "-L", "rootfsB")
    monkeypatch.setattr(file_system_tags, "blkid_tags", lambda _: pytest.fail("a process for what is known"))
    tags = TagReader(Host(tmp_path)).read("179:3", "/image", image.read_bytes()[:HEAD_SIZE])
    assert (tags.fs_type, tags.label) == ("ext4", "rootfsB")


def test_blkid_is_asked_once_as_long_as_the_first_bytes_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []

    def answer(path: str) -> Tags:
        calls.append(path)
        return Tags(fs_type="vfat")

    monkeypatch.setattr(file_system_tags, "blkid_tags", answer)
    reader = TagReader(Host(Path("/prefix")))
    for head in (b"one", b"one", b"two", b"two"):
        assert reader.read("179:1", "/dev/mmcblk0p1", head).fs_type == "vfat"
    assert calls == ["/prefix/dev/mmcblk0p1"] * 2


def test_a_partition_table_is_told_from_a_boot_sector() -> None:
    gpt = bytearray(1024)
    gpt[512:520] = b"EFI PART"
    table = parse_table(bytes(gpt))
    assert table is not None
    assert (table.kind, table.part_uuid(1)) == ("gpt", None)
    boot_sector = b"\xeb\x3c\x90" + b"x" * 507 + b"\x55\xaa"
    assert parse_table(boot_sector) is None
    assert parse_table(bytes(512)) is None
    assert parse_table(b"") is None


def test_without_the_library_of_udev_the_device_itself_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyudev", None)
    assert file_system_tags.udev_tags("179:1") == Tags()
