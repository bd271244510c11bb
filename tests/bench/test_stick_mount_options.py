"""What a stick's superblock asks for, it does not get: the options that hold, as the kernel tells them."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from moducop_tui.actions.hands.stick_mounts import mount_at
from moducop_tui.host import Host
from moducop_tui.model.reading import Unavailable
from moducop_tui.sources.stick_offers import find_offers
from moducop_tui.sources.stick_session import open_stick
from moducop_tui.stick_guard import halts_on_error

from .conftest import require_bench
from .loop import Disk
from .real_stick import Installer, RealStick, real_stick

WISHES = [
    ["tune2fs", "-e", "panic"],
    ["tune2fs", "-E", "mount_opts=errors=panic"],
    ["tune2fs", "-E", "mount_opts=warn_on_error"],
    ["tune2fs", "-E", "mount_opts=abort", "-e", "panic"],
    ["tune2fs", "-o", "journal_data,debug,discard,nobarrier,nodelalloc,acl", "-e", "panic"],
    ["tune2fs", "-E", "mount_opts=data=journal", "-e", "panic"],
    ["tune2fs", "-E", "mount_opts=journal_path=/dev/none", "-e", "panic"],
    ["tune2fs", "-O", "quota,project", "-e", "panic"],
    ["tune2fs", "-O", "mmp", "-e", "panic"],
    ["debugfs", "-w", "-R", "feature needs_recovery"],
]
"""Commands, the device behind them."""
WANTED = {"ro", "norecovery", "errors=continue", "nowarn_on_error"}
BAD = {"errors=panic", "warn_on_error", "rw"}


def options_of(stick: RealStick) -> set[str]:
    """The options that hold while it is mounted, in whatever namespace."""
    return set(Path(f"/proc/fs/ext4/{Path(stick.device).name}/options").read_text().split())


def wish(stick: RealStick, *words: str) -> None:
    subprocess.run([*words, stick.device], check=True, capture_output=True)
    subprocess.run(["blockdev", "--flushbufs", stick.device], check=True)


@pytest.fixture(params=["ext4", "ext3", "ext2"])
def stick(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[RealStick]:
    require_bench()
    with real_stick(tmp_path, request.param) as plugged:
        yield plugged


@contextmanager
def installed_from(stick: RealStick, directory: Path) -> Iterator[Installer]:
    """Mounted as an install mounts it; at the end nothing is mounted."""
    installer = Installer(stick, directory)
    try:
        yield installer
    finally:
        while mount_at(installer.directory) is not None:
            subprocess.run(["umount", installer.directory], check=True)


def check(stick: RealStick, directory: Path) -> None:
    """Looked at, and mounted for an install: neither obeys the medium, and not a byte of it is changed."""
    before = stick.content
    with open_stick(Host(), stick.device):
        looked = options_of(stick)
    stick.await_free()
    with installed_from(stick, directory) as installer:
        mounted = installer.mount()
        assert mounted.good, mounted
        for options in (looked, options_of(stick)):
            assert options >= WANTED
            assert options.isdisjoint(BAD)
        assert installer.release().good
    assert stick.content == before


@pytest.mark.parametrize("stick", ["ext4"], indirect=True)
@pytest.mark.parametrize("words", WISHES, ids=" ".join)
def test_whatever_the_superblock_asks_for_an_error_never_halts_the_device(
    stick: RealStick, tmp_path: Path, words: list[str]
) -> None:
    wish(stick, *words)
    check(stick, tmp_path)


def test_of_its_elder_brothers_neither(stick: RealStick, tmp_path: Path) -> None:
    wish(stick, "tune2fs", "-e", "panic")
    check(stick, tmp_path)


@pytest.mark.parametrize("stick", ["ext4"], indirect=True)
def test_a_journal_on_another_device_is_not_looked_for(stick: RealStick, tmp_path: Path) -> None:
    journal = tmp_path / "journal.img"
    with journal.open("wb") as file:
        file.truncate(8 << 20)
    subprocess.run(["mke2fs", "-q", "-F", "-O", "journal_dev", "-b", "4096", journal], check=True, capture_output=True)
    subprocess.run(["tune2fs", "-O", "^has_journal", stick.device], check=True, capture_output=True)
    with Disk(journal, partitions=0) as other:
        made = subprocess.run(["tune2fs", "-J", f"device={other.device}", stick.device], capture_output=True, text=True)
    if made.returncode != 0:  # its blocks are of another size
        subprocess.run(["debugfs", "-w", "-R", "feature has_journal", stick.device], check=True, capture_output=True)
        subprocess.run(["debugfs", "-w", "-R", "ssv journal_dev 0x0102", stick.device], check=True, capture_output=True)
    wish(stick, "tune2fs", "-f", "-e", "panic")
    check(stick, tmp_path)


@pytest.mark.parametrize("stick", ["ext4"], indirect=True)
def test_where_somebody_else_has_mounted_it_so_it_is_not_read_at_all(stick: RealStick, tmp_path: Path) -> None:
    wish(stick, "tune2fs", "-e", "panic")
    directory = tmp_path / "theirs"
    directory.mkdir()
    subprocess.run(["mount", "-o", "ro,noload", stick.device, directory], check=True)
    try:
        assert halts_on_error(stick.number)
        looked = find_offers(Host(), stick.facts)
        assert isinstance(looked, Unavailable)
        assert "an error on it would halt the device (errors=panic)" in looked.reason
        with installed_from(stick, tmp_path) as installer:
            mounted = installer.mount()
            assert not mounted.good
            assert "(errors=panic)" in mounted.sentence
            assert mount_at(installer.directory) is None
    finally:
        subprocess.run(["umount", directory], check=True)


@pytest.mark.parametrize("stick", ["ext4"], indirect=True)
def test_a_mount_in_another_namespace_does_not_lend_us_its_options(stick: RealStick, tmp_path: Path) -> None:
    wish(stick, "tune2fs", "-e", "panic")
    private = ["unshare", "--mount", "--propagation", "private", "sh", "-c"]
    script = f"mount -o ro,noload {stick.device} /mnt && echo mounted && cat"
    with subprocess.Popen([*private, script], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"mounted\n"
        assert isinstance(find_offers(Host(), stick.facts), Unavailable)
        with installed_from(stick, tmp_path) as installer:
            mounted = installer.mount()
            assert not mounted.good
            assert "(errors=panic)" in mounted.sentence
            assert mount_at(installer.directory) is None
    assert not os.path.ismount(installer.directory)
