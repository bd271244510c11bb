"""Sticks as the kernel has them: a real file system on a real device, mounted where nobody sees it, and let go."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from moducop_tui.actions.hands import stick as hand
from moducop_tui.actions.hands.stick_mounts import mount_at, mounts_of
from moducop_tui.actions.kit import Kit, Result
from moducop_tui.config import Config
from moducop_tui.host import Host
from moducop_tui.model.acts import MountStick, ReleaseStick
from moducop_tui.model.artifact import Verified
from moducop_tui.model.media import Media, Stick
from moducop_tui.model.plan import Action, ActionKind
from moducop_tui.model.reading import Topic, Unavailable
from moducop_tui.model.stick_mount import mount_commands, mounted_elsewhere
from moducop_tui.model.work import Order, Who
from moducop_tui.sources.artifact_verify import verify_artifact
from moducop_tui.sources.inspect import Inspector
from moducop_tui.sources.stick_file import open_on
from moducop_tui.sources.stick_offers import find_offers
from moducop_tui.sources.stick_session import open_stick
from moducop_tui.stick_guard import is_free

from .artifacts import write_rootfs_artifact
from .conftest import require_bench
from .loop import Disk
from .machine import Machine
from .partitions import MIB, Partition, write_partition_table
from .stick import Stick as PluggedStick

_PARTITION = Partition(1, "STICK", MIB, 62 * MIB)


class RealStick:
    """A loop device with one ext4 partition on it; `device` and `number` are the partition's."""

    def __init__(self, image: Path, disk: Disk) -> None:
        self.image = image
        self.device = f"{disk.device}p1"
        self.number = disk.number(1)

    @property
    def facts(self) -> Stick:
        """As the list of sticks has it."""
        return Stick(self.device, "STICK", "ext4", _PARTITION.size, "Bench", "Stick")

    @property
    def content(self) -> str:
        """Checksum of every byte on it."""
        return hashlib.sha256(self.image.read_bytes()).hexdigest()

    @property
    def read_only(self) -> bool:
        """The block device's own word."""
        said = subprocess.run(["blockdev", "--getro", self.device], capture_output=True, text=True, check=True)
        return said.stdout.strip() == "1"

    def await_free(self) -> None:
        """Until nobody has it, in no namespace."""
        until = time.monotonic() + 5
        while not is_free(self.device):
            assert time.monotonic() < until, "the stick is still mounted somewhere"
            time.sleep(0.01)


@pytest.fixture
def stick(tmp_path: Path) -> Iterator[RealStick]:
    """A stick with two artifacts, one small, one of 24 MiB."""
    require_bench()
    files, image = tmp_path / "files", tmp_path / "stick.img"
    (files / "updates").mkdir(parents=True)
    for name, size in (("small", 5000), ("large", 24 * MIB)):
        payload = tmp_path / name
        payload.write_bytes(os.urandom(size))
        write_rootfs_artifact(files / f"updates/{name}.mender", name=name, payload=payload)
    with image.open("wb") as file:
        file.truncate(_PARTITION.start + _PARTITION.size + MIB)
    write_partition_table(image, [_PARTITION])
    place: list[str | Path] = [
        "-E",
        f"offset={_PARTITION.start},root_owner=0:0",
        "-d",
        files,
        image,
        f"{_PARTITION.size // 1024}k",
    ]
    subprocess.run(["mke2fs", "-q", "-F", "-t", "ext4", "-L", "STICK", *place], check=True, capture_output=True)
    with Disk(image, partitions=1) as disk:
        yield RealStick(image, disk)


def place(stick: RealStick, name: str) -> str:
    return f"stick:{stick.device}:updates/{name}.mender"


def test_offers_are_found_and_nothing_stays_and_no_byte_is_changed(stick: RealStick) -> None:
    before = stick.content
    found = find_offers(Host(), stick.facts)
    assert not isinstance(found, Unavailable), found
    assert [(offer.path, offer.artifact.name if offer.artifact else None) for offer in found] == [
        ("updates/large.mender", "large"), ("updates/small.mender", "small"),
    ]  # fmt: skip
    stick.await_free()
    assert not stick.read_only
    assert stick.content == before


def test_a_journal_that_waits_is_not_replayed(stick: RealStick) -> None:
    subprocess.run(["debugfs", "-w", "-R", "feature needs_recovery", stick.device], check=True, capture_output=True)
    subprocess.run(["blockdev", "--flushbufs", stick.device], check=True)
    before = stick.content
    assert isinstance(find_offers(Host(), stick.facts), tuple)
    stick.await_free()
    assert stick.content == before


def test_an_artifact_on_a_stick_is_verified_where_it_lies(stick: RealStick) -> None:
    found = verify_artifact(Host(), place(stick, "large"), lambda done, total: None, lambda: False)
    assert isinstance(found, Verified), found
    assert found.payload_size == 24 * MIB


def test_nobody_else_sees_the_mount_and_nobody_can_write_meanwhile(stick: RealStick) -> None:
    with open_stick(Host(), stick.device) as opened:
        open_on(opened, "updates/small.mender")
        assert mounts_of(stick.number) == ()
        assert not is_free(stick.device)
        assert stick.read_only
    stick.await_free()
    assert not stick.read_only


def test_a_killed_reader_leaves_nothing_mounted(stick: RealStick) -> None:
    with suppress(Exception), open_stick(Host(), stick.device) as opened:
        opened._process.kill()
        opened._process.wait()
        stick.await_free()
        open_on(opened, "updates/small.mender")
    assert not stick.read_only


def test_a_killed_console_leaves_nothing_mounted(stick: RealStick) -> None:
    script = (
        "import sys; from moducop_tui.host import Host; from moducop_tui.sources.stick_session import open_stick\n"
        "with open_stick(Host(), sys.argv[1]): print('open', flush=True); sys.stdin.read()\n"
    )
    command = [sys.executable, "-c", script, stick.device]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as console:
        assert console.stdout is not None
        assert console.stdout.readline() == b"open\n"
        console.kill()
    stick.await_free()
    assert stick.read_only  # nobody was left to put that back
    assert isinstance(find_offers(Host(), stick.facts), tuple)
    assert not stick.read_only


def test_two_consoles_that_look_at_once_leave_the_stick_as_it_was(stick: RealStick) -> None:
    looks = [threading.Thread(target=find_offers, args=(Host(), stick.facts)) for _ in range(4)]
    for look in looks:
        look.start()
    for look in looks:
        look.join()
    find_offers(Host(), stick.facts)
    assert not stick.read_only


def test_a_stick_that_goes_in_the_middle_is_a_sentence(stick: RealStick) -> None:
    subprocess.run(["blockdev", "--flushbufs", stick.device], check=True)
    os.truncate(stick.image, _PARTITION.start + 16 * MIB)  # from there on the device fails
    found = verify_artifact(Host(), place(stick, "large"), lambda done, total: None, lambda: False)
    assert found == Unavailable(
        f"large.mender can't be read to its end: the stick {stick.device} was pulled out, or is damaged."
    )
    stick.await_free()


def test_a_stick_that_is_mounted_already_is_read_there(stick: RealStick, tmp_path: Path) -> None:
    directory = tmp_path / "mounted"
    directory.mkdir()
    subprocess.run(["mount", stick.device, directory], check=True)
    try:
        found = find_offers(Host(), stick.facts)
        assert not isinstance(found, Unavailable), found
        assert len(found) == 2
        assert not stick.read_only
        (directory / "still").write_text("writable")
    finally:
        subprocess.run(["umount", directory], check=True)


def test_a_stick_in_another_namespace_is_left_alone(stick: RealStick) -> None:
    private = ["unshare", "--mount", "--propagation", "private", "sh", "-c"]
    script = f"mount {stick.device} /mnt && echo mounted && cat"
    with subprocess.Popen([*private, script], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"mounted\n"
        assert find_offers(Host(), stick.facts) == Unavailable(
            f"The stick {stick.device} can't be opened: another program or a container has it mounted."
        )
        assert not stick.read_only


class Installer:
    """The two acts, as the executor performs them."""

    def __init__(self, stick: RealStick, directory: Path) -> None:
        self.directory = str(directory / "run/stick")
        self._stick = stick

        def read(topic: Topic) -> Any:
            assert topic is Topic.MEDIA
            return Media((stick.facts,))

        host, config = Host(), Config()
        order = Order(Action(ActionKind.INSTALL, place(stick, "small")), Who("root"), ())
        self._kit = Kit(
            host, config, order, read, Inspector(config, host), lambda _: None, lambda _: None, lambda: False, time.time
        )

    def mount(self) -> Result:
        """As a plan that was made just now has it."""
        places = tuple(mount.place for mount in mounts_of(self._stick.number))
        facts = replace(self._stick.facts, mount_points=places)
        shared = mounted_elsewhere(facts, self.directory) is not None
        commands = mount_commands(facts, self.directory)
        return hand.mount_stick(MountStick(facts.device, self.directory, commands, shared), self._kit)

    def release(self) -> Result:
        return hand.release_stick(ReleaseStick(self._stick.device, self.directory), self._kit)


@pytest.fixture
def installer(stick: RealStick, tmp_path: Path) -> Iterator[Installer]:
    """Mounts the stick; at the end nothing is mounted."""
    made = Installer(stick, tmp_path)
    yield made
    while mount_at(made.directory) is not None:
        subprocess.run(["umount", made.directory], check=True)


def test_a_stick_is_mounted_for_an_install_and_safe_to_remove_afterwards(
    stick: RealStick, installer: Installer
) -> None:
    before = stick.content
    mounted = installer.mount()
    assert mounted.good, mounted
    there = mount_at(installer.directory)
    assert there is not None
    assert there.has({"ro", "nosuid", "nodev", "noexec"})
    assert stick.read_only
    path = f"{installer.directory}/updates/small.mender"
    assert isinstance(verify_artifact(Host(), path, lambda done, total: None, lambda: False), Verified)
    with pytest.raises(OSError, match="Read-only"):
        Path(path).write_bytes(b"x")
    released = installer.release()
    assert released.sentence == f"The stick {stick.device} is safe to remove; nothing was written to it."
    assert (mount_at(installer.directory), stick.read_only) == (None, False)
    assert stick.content == before


def test_a_busy_stick_is_not_safe_to_remove_and_its_user_is_named(
    stick: RealStick, installer: Installer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hand, "_BUSY_SECONDS", 0.3)
    assert installer.mount().good
    with Path(f"{installer.directory}/updates/small.mender").open("rb"):
        released = installer.release()
    assert not released.good
    assert f"(process {os.getpid()})" in released.sentence
    assert released.sentence.endswith("Do not pull it out.")
    assert installer.release().good


def test_what_a_cut_action_left_is_mounted_again_and_let_go(stick: RealStick, installer: Installer) -> None:
    assert installer.mount().good
    assert installer.mount().good  # the executor was killed, and the plan begins anew
    assert len(mounts_of(stick.number)) == 1
    assert installer.release().good
    assert not stick.read_only


def test_a_stick_that_somebody_uses_goes_on_being_used(stick: RealStick, installer: Installer, tmp_path: Path) -> None:
    directory = tmp_path / "mounted"
    directory.mkdir()
    subprocess.run(["mount", stick.device, directory], check=True)
    try:
        assert installer.mount().good
        (directory / "still").write_text("writable")
        with pytest.raises(OSError, match="Read-only"):
            Path(f"{installer.directory}/still").write_text("x")
        assert "NOT safe to remove: it is still mounted at" in installer.release().sentence
    finally:
        subprocess.run(["umount", directory], check=True)


def test_an_install_from_a_stick_ends_with_a_stick_that_may_be_pulled(fresh_machine: Machine, tmp_path: Path) -> None:
    payload = tmp_path / "rootfs.ext4"
    payload.write_bytes(os.urandom(8 * MIB))
    artifact = tmp_path / "x.mender"
    write_rootfs_artifact(artifact, name="cpu01-standard-v9.9.9", payload=payload)
    with PluggedStick(fresh_machine, {"updates/x.mender": artifact.read_bytes()}) as plugged:
        wanted = f"stick:{plugged.device}:updates/x.mender"
        done = fresh_machine.run(["moducop-tui", "install", wanted, "--yes"], timeout=120).check()
        mounts = fresh_machine.run(["cat", "/proc/mounts"]).check().stdout
    assert f"The stick {plugged.device} is mounted at /run/moducop_tui/stick, read-only." in done.stdout
    assert f"The stick {plugged.device} is safe to remove; nothing was written to it." in done.stdout
    assert plugged.device not in mounts
