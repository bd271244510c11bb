"""Sticks as the kernel has them: a real file system on a real device, mounted where nobody sees it, and let go."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from moducop_tui.actions.hands import stick as hand
from moducop_tui.actions.hands.stick_mounts import mount_at, mounts_of
from moducop_tui.host import Host
from moducop_tui.model.artifact import Verified
from moducop_tui.model.media import Media
from moducop_tui.model.reading import Unavailable
from moducop_tui.sources import listed_sticks
from moducop_tui.sources.artifact_verify import verify_artifact
from moducop_tui.sources.stick_file import open_on
from moducop_tui.sources.stick_offers import find_offers
from moducop_tui.sources.stick_session import open_stick
from moducop_tui.stick_guard import is_free

from .artifacts import write_rootfs_artifact
from .conftest import require_bench
from .machine import Machine
from .partitions import MIB
from .real_stick import PARTITION, Installer, RealStick, place, real_stick
from .stick import Stick as PluggedStick


@pytest.fixture
def stick(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RealStick]:
    """A stick that the list of sticks has: a loop device is in no real one."""
    require_bench()
    with real_stick(tmp_path) as plugged:
        monkeypatch.setattr(listed_sticks, "listed", lambda host: Media((plugged.facts,)))
        yield plugged


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
    os.truncate(stick.image, PARTITION.start + 16 * MIB)  # from there on the device fails
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
