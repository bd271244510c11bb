"""Looking into the other slot: real ext4 images, made by mke2fs, damaged on purpose, and never changed by a byte."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from moducop_tui.config import Config
from moducop_tui.model.checks import SlotCheck
from moducop_tui.model.device_types import device_type_of, fits
from moducop_tui.model.reading import Unavailable
from moducop_tui.model.slots import Image
from moducop_tui.sources import slot_check
from moducop_tui.sources.slot_check import check_slot
from tests.unit.slots.environment_recordings import FACTORY, SIZE, block
from tests.unit.slots.ext_images import NEW, make_image, make_tree
from tests.unit.slots.fake_disk import FakeDisk
from tests.unit.slots.verdict_cases import A, B

TREE = "imx8mm-verdin-nonwifi-cpu01.dtb"
VARIABLES = FACTORY | {"mender_kernel_name": "Image", "fdtfile": TREE}


class Slot:
    """Slot B of a fake disk: a directory that becomes an ext4 image on its partition."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.root = root / "device"
        self.disk = FakeDisk(self.root, monkeypatch)
        self.disk.configure("/dev/mmcblk0p2", "/dev/mmcblk0p3")
        self.tree = make_tree(root / "tree", NEW)
        self.device = self.root / "dev/mmcblk0p3"
        self.write("boot/Image", "kernel")
        self.write(f"boot/{TREE}", "tree")
        self.write("lib/systemd/systemd", "\x7fELF").chmod(0o755)
        (self.tree / "sbin").mkdir()
        (self.tree / "sbin/init").symlink_to("/lib/systemd/systemd")
        self.variables(VARIABLES)

    def write(self, path: str, text: str) -> Path:
        """A file in the slot's root."""
        return _write(self.tree / path, text)

    def write_running(self, path: str, text: str) -> Path:
        """A file in the running slot's root."""
        return _write(self.root / path, text)

    def variables(self, values: dict[str, str]) -> None:
        """What the boot environment holds."""
        self.write_running("etc/fw_env.config", f"/dev/env 0x0 {SIZE:#x}\n/dev/env {SIZE:#x} {SIZE:#x}\n")
        (self.root / "dev/env").write_bytes(block(values, 1) + block(values, 2))

    def make(self, *options: str, size: str = "1M") -> Slot:
        """Put the image onto the partition, which has 1 MiB."""
        make_image(self.device, self.tree, *options, size=size)
        return self

    def look(self) -> SlotCheck:
        """The check, and that it left the partition as it was."""
        before = hashlib.sha256(self.device.read_bytes()).digest()
        found = check_slot(Config(), self.disk.host, B)
        assert isinstance(found, SlotCheck), found
        assert hashlib.sha256(self.device.read_bytes()).digest() == before
        return found


def _write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


@pytest.fixture
def slot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Slot:
    monkeypatch.setattr(slot_check, "writers_of", lambda *_: ())
    return Slot(tmp_path, monkeypatch)


def test_a_slot_that_would_boot_is_described_whole(slot: Slot) -> None:
    found = slot.make().look()
    assert (found.slot, found.device, found.fs_type) == (B, "/dev/mmcblk0p3", "ext4")
    assert found.fs_size == found.partition_size == 1 << 20
    assert (found.clean, found.clean_words) == (True, "e2fsck -n finds nothing wrong")
    assert (found.kernel, found.init) == ("/boot/Image", "/sbin/init")
    assert found.image is not None
    assert (found.image.version, found.device_type) == (NEW, "moducop-cpu01")
    assert (found.mounted, found.problems) == (False, ())
    assert found.superblock == hashlib.sha256(slot.device.read_bytes()[1024:2048]).hexdigest()


def test_a_blank_slot_has_no_file_system(slot: Slot) -> None:
    slot.device.write_bytes(bytes(1 << 20))
    found = slot.look()
    assert (found.fs_type, found.clean, found.kernel, found.init, found.image) == (None, None, None, None, None)
    assert found.clean_words == "it holds no file system that the boot loader can read"


def test_a_file_system_larger_than_its_partition_shows_in_its_size(slot: Slot) -> None:
    found = slot.make(size="2M").look()
    assert (found.fs_size, found.partition_size) == (2 << 20, 1 << 20)


@pytest.mark.parametrize(
    ("variables", "files", "kernel"),
    [
        ({"mender_kernel_name": "Image"}, ("boot/Image",), "/boot/Image"),
        (
            {"kernel_image": "Image.gz", "mender_kernel_name": "Image"},
            ("boot/Image.gz", "boot/Image"),
            "/boot/Image.gz",
        ),
        ({}, ("boot/Image.gz",), "/boot/Image.gz"),
        ({"mender_kernel_name": "../etc/issue"}, (), None),
        ({"mender_kernel_name": "Image"}, (), None),
    ],
)
def test_the_kernel_is_the_file_that_the_boot_loader_names(
    slot: Slot, variables: dict[str, str], files: tuple[str, ...], kernel: str | None
) -> None:
    (slot.tree / "boot/Image").unlink()
    for path in files:
        slot.write(path, "kernel")
    slot.variables(FACTORY | variables)
    assert slot.make().look().kernel == kernel


def test_an_empty_kernel_is_none(slot: Slot) -> None:
    slot.write("boot/Image", "")
    assert slot.make().look().kernel is None


def test_a_device_tree_that_only_the_running_slot_has_is_a_problem(slot: Slot) -> None:
    slot.write_running(f"boot/freescale/{TREE}", "tree")
    (slot.tree / f"boot/{TREE}").unlink()
    assert slot.make().look().problems == (
        f"The device tree {TREE} is missing in its /boot: the boot loader would give it up.",
    )
    slot.write(f"boot/freescale/{TREE}", "tree")
    assert slot.make().look().problems == ()


def test_a_device_tree_that_no_slot_has_by_that_name_says_nothing(slot: Slot) -> None:
    (slot.tree / f"boot/{TREE}").unlink()
    assert slot.make().look().problems == ()


@pytest.mark.parametrize("sign", ["variable", "configuration", "module"])
def test_later_generations_take_their_kernel_from_the_boot_partition(slot: Slot, sign: str) -> None:
    (slot.tree / "boot/Image").unlink()
    if sign == "variable":
        slot.variables(FACTORY | {"bootcmd": "run mender_setup; setenv mender_bootfit_name fitImage-A; bootm"})
    elif sign == "configuration":
        slot.write_running("etc/mender/bootfit-rootfs.conf", "")
    else:
        slot.write_running("usr/share/mender/modules/v3/bootfit-rootfs", "")
    boot = slot.root.parent / "boot"
    boot.mkdir()
    (boot / "fitImage-A").write_text("kernel")
    make_image(slot.root / "dev/mmcblk0p1", boot, size="1M")
    assert slot.make().look().kernel is None
    (boot / "fitImage-B").write_text("kernel")
    make_image(slot.root / "dev/mmcblk0p1", boot, size="1M")
    found = slot.look()
    assert (found.kernel, found.kernel_sum) == ("fitImage-B on /dev/mmcblk0p1", hashlib.sha256(b"kernel").hexdigest())


def test_a_kernel_of_its_own_partition_is_read_to_its_last_byte(slot: Slot) -> None:
    slot.write_running("etc/mender/bootfit-rootfs.conf", "")
    boot = slot.root.parent / "boot"
    boot.mkdir()
    kernel = random.Random(5).randbytes(5_000_001)
    (boot / "fitImage-B").write_bytes(kernel)
    image = make_image(slot.root / "dev/mmcblk0p1", boot, size="8M")
    found = slot.make().look()
    assert found.kernel_sum == hashlib.sha256(kernel).hexdigest()
    image.write_bytes(image.read_bytes()[: 3 << 20])
    found = slot.look()
    assert (found.kernel, found.kernel_sum) == ("fitImage-B on /dev/mmcblk0p1", None)


def test_a_mounted_boot_partition_is_read_where_it_is_mounted(slot: Slot) -> None:
    slot.write_running("etc/mender/bootfit-rootfs.conf", "")
    table = slot.root / "proc/1/mountinfo"
    table.write_text(table.read_text() + "30 20 179:1 / /uboot rw - vfat /dev/mmcblk0p1 rw\n")
    slot.write_running("uboot/fitImage-B", "")
    assert slot.make().look().kernel is None
    slot.write_running("uboot/fitImage-B", "kernel")
    found = slot.look()
    assert (found.kernel, found.kernel_sum) == ("fitImage-B on /dev/mmcblk0p1", hashlib.sha256(b"kernel").hexdigest())


@pytest.mark.parametrize(
    ("line", "prepare", "init"),
    [
        ("root=/dev/mmcblk0p2 ro", None, "/sbin/init"),
        ("root=/dev/mmcblk0p2 init=/sbin/preinit", None, None),
        ("root=/dev/mmcblk0p2 init=/sbin/preinit", "sbin/preinit", "/sbin/preinit"),
        ("init=/bin/sh init=/sbin/init", None, "/sbin/init"),
    ],
)
def test_the_first_program_is_the_one_that_the_kernel_would_start(
    slot: Slot, line: str, prepare: str | None, init: str | None
) -> None:
    slot.disk.say(line)
    if prepare:
        slot.write(prepare, "#!/bin/sh\n").chmod(0o755)
    assert slot.make().look().init == init


@pytest.mark.parametrize("fault", ["gone", "not executable", "empty", "a dangling link", "links in a circle"])
def test_a_first_program_that_can_not_start_is_none(slot: Slot, fault: str) -> None:
    program = slot.tree / "lib/systemd/systemd"
    match fault:
        case "gone" | "a dangling link":
            program.unlink()
        case "not executable":
            program.chmod(0o644)
        case "empty":
            program.write_text("")
        case _:
            program.unlink()
            program.symlink_to("/sbin/init")
    assert slot.make().look().init is None


def test_damage_is_found_though_the_superblock_knows_of_none(slot: Slot) -> None:
    slot.write("usr/bin/much", "x" * 200_000)
    slot.make()
    told = subprocess.run(
        ["debugfs", "-R", "blocks /etc", str(slot.device)], capture_output=True, text=True, check=True
    )
    size = 1024
    with slot.device.open("r+b") as file:
        file.seek(int(told.stdout.split()[0]) * size)
        file.write(os.urandom(size))
    found = slot.look()
    assert found.clean is False
    assert found.clean_words.startswith("e2fsck -n finds damage: ")
    assert any("can't be read: a directory is damaged" in problem for problem in found.problems)


def _poke(device: Path, offset: int, value: bytes) -> None:
    with device.open("r+b") as file:
        file.seek(1024 + offset)
        file.write(value)


def test_errors_that_the_kernel_noted_count(slot: Slot) -> None:
    slot.make("-O", "^metadata_csum")
    _poke(slot.device, 0x194, (3).to_bytes(4, "little"))
    found = slot.look()
    assert (found.clean, found.clean_words) == (
        False, "the kernel has met damage in it 3 times, as its superblock notes"
    )  # fmt: skip


def test_a_journal_that_was_not_replayed_is_normal_and_not_judged(slot: Slot) -> None:
    slot.make("-O", "^metadata_csum")
    flags = int.from_bytes(slot.device.read_bytes()[1024 + 0x60 : 1024 + 0x64], "little")
    _poke(slot.device, 0x60, (flags | 0x4).to_bytes(4, "little"))
    found = slot.look()
    assert found.clean is None
    assert "its journal is not replayed (the power went while it was in use)" in found.clean_words
    assert found.image is not None
    assert found.image.how.endswith("its journal not replayed")


@pytest.fixture
def tool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Puts another `e2fsck` in the place of the real one."""

    def put(script: str) -> None:
        path = tmp_path / "tools/e2fsck"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        monkeypatch.setenv("PATH", f"{path.parent}:{os.environ.get('PATH', '')}")

    return put


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("echo bad >&2; exit 8", "left in order by its superblock; e2fsck failed (exit 8): bad"),
        ("kill -9 $$", "left in order by its superblock; e2fsck failed (exit -9): no reason given"),
    ],
)
def test_a_check_that_fails_itself_is_no_verdict(slot: Slot, tool: Any, script: str, words: str) -> None:
    tool(script)
    found = slot.make().look()
    assert (found.clean, found.clean_words) == (None, words)


def test_without_the_tool_the_superblocks_word_is_all_there_is(slot: Slot, monkeypatch: pytest.MonkeyPatch) -> None:
    slot.make()
    monkeypatch.setattr("moducop_tui.sources.file_system_check.TOOL", "no-such-e2fsck")
    found = slot.look()
    assert found.clean is None
    assert found.clean_words == "left in order by its superblock; no-such-e2fsck is not installed to look further"


def test_files_that_are_stored_in_a_way_that_is_not_known_here_are_not_missing(slot: Slot) -> None:
    found = slot.make("-O", "inline_data", "-I", "256").look()
    assert found.unread == "Its files can't be read here: its files are stored in a way that the console does not know."
    assert (found.clean, found.problems, found.kernel) == (True, (), None)


def test_a_clock_that_was_lost_is_no_damage(slot: Slot, tool: Any) -> None:
    """After years in a drawer the clock is before the file system's last write."""
    real = shutil.which("e2fsck")
    tool(f'[ "$E2FSCK_TIME" -gt 1700000000 ] && exec {real} "$@"; exit 8')
    assert slot.make().look().clean is True


def test_a_slot_in_use_is_said_and_not_checked_further(slot: Slot, tool: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    tool("exit 4")
    monkeypatch.setattr(slot_check, "writers_of", lambda *_: ("mender-flash (process 812)",))
    found = slot.make().look()
    assert found.problems == ("mender-flash (process 812) is writing to /dev/mmcblk0p3: wait until it has ended.",)
    assert (found.clean, found.clean_words) == (None, "not checked while it is in use")
    monkeypatch.setattr(slot_check, "writers_of", lambda *_: ())
    table = slot.root / "proc/1/mountinfo"
    table.write_text(table.read_text() + "30 20 179:3 / /mnt ro - ext4 /dev/mmcblk0p3 ro\n")
    assert slot.look().mounted


def test_an_image_that_says_nothing_of_itself_is_none(slot: Slot) -> None:
    for path in ("etc/issue", "etc/mender/artifact_info"):
        (slot.tree / path).unlink()
    found = slot.make().look()
    assert (found.image, found.device_type, found.kernel) == (None, None, "/boot/Image")


def test_a_device_type_of_its_own_counts_more_than_the_names(slot: Slot) -> None:
    slot.write("etc/mender/device_type", "device_type=acme-gateway\n")
    assert slot.make().look().device_type == "acme-gateway"


def test_the_device_type_is_looked_for_where_the_image_itself_says_that_it_is(slot: Slot) -> None:
    slot.write("etc/mender/device_type", "device_type=stale\n")
    slot.write("etc/mender/mender.conf", '{"DeviceTypeFile": "/boot/factory/device_type"}')
    slot.write("boot/factory/device_type", "device_type=acme-gateway\n")
    assert slot.make().look().device_type == "acme-gateway"


def test_random_damage_never_raises_and_never_writes(slot: Slot) -> None:
    import random

    slot.make()
    whole = slot.device.read_bytes()
    chance = random.Random(11)
    for _ in range(25):
        content = bytearray(whole)
        for _ in range(200):
            content[chance.randrange(1024, 1 << 19)] = chance.randrange(256)
        slot.device.write_bytes(content)
        slot.look()


def test_a_machine_without_that_slot_is_said(slot: Slot, monkeypatch: pytest.MonkeyPatch) -> None:
    slot.disk.configure("/dev/mmcblk0p2", "/dev/mmcblk0p9")
    found = check_slot(Config(), slot.disk.host, B)
    assert isinstance(found, Unavailable)
    assert found.reason == "Slot B can't be looked at: this machine has none. /dev/mmcblk0p9 does not exist."


@pytest.mark.parametrize(
    ("name", "artifact", "kind"),
    [
        ("Moducop-CPU01_Standard-Image_v2.7.0", None, "moducop-cpu01"),
        ("Moducop-CPU01Plus_Standard-Image_v2.3.1", None, "moducop-cpu01plus"),
        ("Acme-Gateway_Image_v1.0.0", "cpu01-standard-v1.0.0", "moducop-cpu01"),
        ("Acme-Gateway_Image_v1.0.0", "acme-v1.0.0", None),
        (None, None, None),
    ],
)
def test_an_images_names_tell_its_device_type(name: str | None, artifact: str | None, kind: str | None) -> None:
    assert device_type_of(Image(name, None, artifact, "")) == kind


@pytest.mark.parametrize(
    ("found", "device", "running", "fit"),
    [
        ("moducop-cpu01", "moducop-cpu01", None, True),
        ("moducop-cpu01plus", "moducop-cpu01", "moducop-cpu01", False),
        ("moducop-cpu01", "ubuntu-moducop-cpu01", "moducop-cpu01", True),
        ("moducop-cpu01", "ubuntu-moducop-cpu01", None, None),
        ("moducop-cpu01", None, "moducop-cpu01plus", False),
        ("acme-gateway", "moducop-cpu01", None, None),
        (None, "moducop-cpu01", "moducop-cpu01", None),
        ("moducop-cpu01", None, None, None),
    ],
)
def test_types_are_only_told_apart_where_both_are_known(
    found: str | None, device: str | None, running: str | None, fit: bool | None
) -> None:
    assert fits(found, device, running) is fit


def test_the_running_slot_can_be_looked_at_too_and_shows_as_mounted(slot: Slot) -> None:
    make_image(slot.root / "dev/mmcblk0p2", slot.tree, size="1M")
    found = check_slot(Config(), slot.disk.host, A)
    assert isinstance(found, SlotCheck)
    assert found.mounted
