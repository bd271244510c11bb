"""The identity of the slot that does not run: when it is read, what it is when somebody writes, what is wrong."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from moducop_tui.host import Host
from moducop_tui.sources import inactive_images
from moducop_tui.sources.image_identity import artifact_name, image_name
from moducop_tui.sources.inactive_images import Found, InactiveImages
from tests.unit.slots.ext_images import NEW, OLD, make_image, make_tree

DEVICE = "/dev/mmcblk0p3"


class Writers:
    """Plays who writes to the slot, and counts how often all processes were looked through."""

    def __init__(self) -> None:
        self.names: tuple[str, ...] = ()
        self.walks = 0

    def __call__(self, host: Host, numbers: frozenset[str]) -> tuple[str, ...]:
        assert numbers == {"179:3", "179:0"}
        self.walks += 1
        return self.names


@pytest.fixture
def writers(monkeypatch: pytest.MonkeyPatch) -> Writers:
    played = Writers()
    monkeypatch.setattr(inactive_images, "writers_of", played)
    return played


@pytest.fixture
def slot(tmp_path: Path, writers: Writers) -> Path:
    (tmp_path / "root/dev").mkdir(parents=True)
    path = tmp_path / "root/dev/mmcblk0p3"
    make_image(path, make_tree(tmp_path / "new", NEW))
    return path


def read(images: InactiveImages) -> Found:
    return images.read(DEVICE, "179:3", "179:0")


@pytest.fixture
def images(slot: Path) -> InactiveImages:
    return InactiveImages(Host(slot.parent.parent))


def test_name_version_and_artifact_are_read_from_the_raw_device(images: InactiveImages) -> None:
    image = read(images).image
    assert image is not None
    assert image.name == f"Moducop-CPU01_Standard-Image_{NEW}"
    assert (image.version, image.artifact_name) == (NEW, f"cpu01-standard-{NEW}")
    assert image.how == "read from /dev/mmcblk0p3 without mounting it"


def test_processes_are_looked_through_only_when_something_changed(images: InactiveImages, writers: Writers) -> None:
    assert read(images) == read(images) == read(images)
    assert writers.walks == 1


def test_while_somebody_writes_the_last_identity_stays_with_a_note(
    images: InactiveImages, slot: Path, writers: Writers, tmp_path: Path
) -> None:
    read(images)
    make_image(slot, make_tree(tmp_path / "old", OLD))
    writers.names = ("mender-flash (process 812)",)
    found = read(images)
    assert found.image is not None
    assert found.image.version == NEW
    assert found.error == "mender-flash (process 812) is writing to /dev/mmcblk0p3: this is what it held before."
    writers.names = ()
    settled = read(images)
    assert settled.error is None
    assert settled.image is not None
    assert settled.image.version == OLD


def test_a_slot_that_was_being_written_from_the_start_has_no_identity_yet(
    images: InactiveImages, writers: Writers
) -> None:
    writers.names = ("cat (process 5)",)
    found = read(images)
    assert found.image is None
    assert found.error == "cat (process 5) is writing to /dev/mmcblk0p3: what it holds is known when that has ended."


def test_a_slot_that_holds_nothing_of_a_moducop_is_said(images: InactiveImages, slot: Path, tmp_path: Path) -> None:
    make_image(slot, make_tree(tmp_path / "other", None))
    assert read(images).error == (
        "/dev/mmcblk0p3 holds no ModuCop image: neither /etc/issue nor /etc/mender/artifact_info is there."
    )
    slot.write_bytes(bytes(1 << 20))
    assert read(images).error == "/dev/mmcblk0p3 can't be read: it holds no ext4 file system."
    slot.unlink()
    assert read(images).error == "/dev/mmcblk0p3 can't be opened: No such file or directory."


def test_without_root_one_sentence_says_so(images: InactiveImages, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: object, flags: int) -> int:
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr(os, "open", refuse)
    assert read(images).error == "Root is needed to read /dev/mmcblk0p3."


def test_the_name_is_line_two_whatever_stands_around_it() -> None:
    assert image_name(b"Distro 1\n Image_v1 \n\n") == "Image_v1"
    assert image_name(b"Debian GNU/Linux 12 \\n \\l\n\n") is None
    assert image_name(b"one line") is None
    assert image_name(b"x\nevil\x1b[2J\xff\n") == "evil\\xff"
    assert artifact_name(b"# comment\nartifact_name=a=b\n") == "a=b"
    assert artifact_name(b"artifact_group=x") is None
