"""What was checked is what is installed: it is copied while it is checked, to where nobody else can write."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from moducop_tui.actions.hands import data_room
from moducop_tui.actions.hands.fetch import drop_file
from moducop_tui.actions.hands.verify import verify_artifact
from moducop_tui.actions.kit import Result
from moducop_tui.config import Config
from moducop_tui.host import Host
from moducop_tui.model.acts import DropFile, VerifyArtifact
from moducop_tui.model.artifact import Artifact, Verified
from moducop_tui.model.places import COPIES, DOWNLOADS
from moducop_tui.model.reading import Unavailable
from moducop_tui.sources.artifact import read_artifact
from moducop_tui.sources.artifact_verify import verify_artifact as check
from moducop_tui.sources.inspect import Inspector
from tests.unit.actions_engine.engine_stage import Stage, plan_of, step
from tests.unit.actions_updates.client_kits import Bench
from tests.unit.actions_updates.update_scenes import client_of, readings_of
from tests.unit.base.given_away import give_away

PLACE = "/data/volumes/x.mender"
COPY = f"{COPIES}/0123456789abcdef.mender"


class Device:
    """A device with an artifact where a container can write."""

    def __init__(self, root: Path, artifact: Path) -> None:
        self.root, self.content = root, artifact.read_bytes()
        self.source, self.copy = root / PLACE.lstrip("/"), root / COPY.lstrip("/")
        self.source.parent.mkdir(parents=True)
        self.source.write_bytes(self.content)
        self.source.parent.chmod(0o777)
        shown = read_artifact(Host(root), PLACE)
        assert isinstance(shown, Artifact)
        self.manifest = shown.manifest
        readings = readings_of(client_of("5.x"))
        self._desk = Bench(readings, readings, root / "done")

    def verify(self, *, cancelled: Callable[[], bool] = lambda: False, size: int | None = -1) -> Result:
        """The act, as a plan has it."""
        act = VerifyArtifact(PLACE, self.manifest, COPY, len(self.content) if size == -1 else size)
        return verify_artifact(act, self._desk.kit(self.root, cancelled=cancelled))

    @property
    def left(self) -> list[str]:
        return sorted(one.name for one in self.copy.parent.iterdir()) if self.copy.parent.exists() else []


@pytest.fixture(params=["none", "gzip", "app"])
def device(request: pytest.FixtureRequest, tmp_path: Path, made: dict[str, Path]) -> Device:
    return Device(tmp_path, made[request.param])


@pytest.fixture
def packed(tmp_path: Path, made: dict[str, Path]) -> Device:
    return Device(tmp_path, made["gzip"])


def test_the_copy_is_the_artifact_and_for_root_alone(device: Device) -> None:
    result = device.verify()
    assert result.good, result.sentence
    assert device.copy.read_bytes() == device.content
    assert device.copy.stat().st_mode & 0o777 == 0o600
    assert device.copy.parent.stat().st_mode & 0o777 == 0o700
    assert device.left == [device.copy.name]


def test_what_is_put_in_its_place_afterwards_is_not_what_is_installed(device: Device) -> None:
    assert device.verify().good
    device.source.write_bytes(b"something else")
    assert device.copy.read_bytes() == device.content
    assert device.copy.stat().st_ino != device.source.stat().st_ino


@pytest.mark.parametrize("way", ["written over", "another file", "a link", "gone"])
def test_whatever_happens_to_it_meanwhile_a_copy_is_sound_or_there_is_none(
    device: Device, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Small blocks; after the third the container does its worst."""
    real, count = os.read, [0]

    def read(descriptor: int, size: int) -> bytes:
        count[0] += 1
        if count[0] == 3:
            exchange(device, way)
        return real(descriptor, min(size, 1000))

    monkeypatch.setattr(os, "read", read)
    result = device.verify()
    monkeypatch.undo()
    if result.good:
        assert device.copy.read_bytes() == device.content
        found = check(Host(device.root), COPY, lambda done, total: None, lambda: False)
        assert isinstance(found, Verified)
        assert found.manifest == device.manifest
    else:
        assert device.left == []
        assert result.sentence.endswith("Nothing was written.")


def exchange(device: Device, way: str) -> None:
    """Something else in its place."""
    if way == "written over":
        with device.source.open("r+b") as file:
            file.write(os.urandom(len(device.content)))
        return
    device.source.unlink()
    if way == "another file":
        device.source.write_bytes(b"x" * len(device.content))
    elif way == "a link":
        device.source.symlink_to("/dev/zero")


def damaged(device: Device) -> Result:
    middle = len(device.content) // 2
    device.source.write_bytes(device.content[:middle] + b"\xff" * 64 + device.content[middle + 64 :])
    return device.verify()


def another(device: Device) -> Result:
    device.manifest = "ab" * 32
    return device.verify()


def longer(device: Device) -> Result:
    device.source.write_bytes(device.content + bytes(512))
    return device.verify()


def stopped(device: Device) -> Result:
    return device.verify(cancelled=lambda: True)


def gone(device: Device) -> Result:
    device.source.unlink()
    return device.verify()


@pytest.mark.parametrize("how", [damaged, another, longer, stopped, gone])
def test_nothing_stays_of_what_is_not_as_it_must_be(packed: Device, how: Callable[[Device], Result]) -> None:
    result = how(packed)
    assert not result.good
    assert result.sentence.endswith("Nothing was written.")
    assert packed.left == []


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EIO, errno.EROFS])
def test_a_disk_that_takes_no_more_is_a_sentence(packed: Device, error: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: Any) -> int:
        raise OSError(error, os.strerror(error))

    monkeypatch.setattr(os, "write", refused)
    result = packed.verify()
    monkeypatch.undo()
    assert not result.good
    assert result.sentence.startswith("It could not be copied to ")
    assert os.strerror(error) in result.sentence
    assert packed.left == []


def test_without_room_nothing_is_begun(packed: Device, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data_room, "KEPT_FREE", 1 << 60)
    result = packed.verify()
    assert result.sentence.startswith("/data is nearly full: ")
    assert packed.left == []


def test_what_an_interrupted_copy_left_is_in_nobody_s_way(packed: Device) -> None:
    packed.copy.parent.mkdir(parents=True, mode=0o700)
    packed.copy.parent.parent.chmod(0o700)
    for name in (f".{packed.copy.name}.part", "older.mender"):
        (packed.copy.parent / name).write_bytes(b"half")
    assert packed.verify().good
    assert packed.left == [packed.copy.name]


def test_a_directory_of_somebody_else_takes_no_copy(packed: Device, monkeypatch: pytest.MonkeyPatch) -> None:
    packed.copy.parent.mkdir(parents=True)
    give_away(monkeypatch, packed.copy.parent)
    result = packed.verify()
    assert not result.good
    assert "belongs to" in result.sentence
    assert list(packed.copy.parent.iterdir()) == []


def test_a_link_in_its_place_is_not_written_through(packed: Device, tmp_path: Path) -> None:
    packed.copy.parent.mkdir(parents=True, mode=0o700)
    packed.copy.parent.parent.chmod(0o700)
    theirs = tmp_path / "theirs"
    theirs.write_text("theirs")
    for name in (packed.copy.name, f".{packed.copy.name}.part"):
        (packed.copy.parent / name).symlink_to(theirs)
    assert packed.verify().good
    assert theirs.read_text() == "theirs"
    assert not packed.copy.is_symlink()


def test_a_copy_may_be_dropped_and_nothing_beside_it(packed: Device) -> None:
    kit = packed._desk.kit(packed.root)
    assert packed.verify().good
    assert drop_file(DropFile(COPY), kit).good
    assert packed.left == []
    for path in (f"{COPIES}/../audit.jsonl", COPIES, f"{COPIES}-2/x"):
        assert not drop_file(DropFile(path), kit).good


def test_where_nobody_else_can_write_nothing_is_copied(packed: Device) -> None:
    act = VerifyArtifact(PLACE, packed.manifest)
    assert verify_artifact(act, packed._desk.kit(packed.root)).good
    assert packed.left == []


@pytest.mark.parametrize("way", ["of somebody else", "writable", "a second name", "a link to theirs"])
def test_what_was_put_among_the_downloads_is_installed_only_if_nobody_else_can_write_to_it(
    packed: Device, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    downloads = packed.root / DOWNLOADS.lstrip("/")
    downloads.mkdir(parents=True, mode=0o700)
    downloads.parent.chmod(0o700)
    there = downloads / "x.mender"
    act = VerifyArtifact(f"{DOWNLOADS}/x.mender", packed.manifest)
    there.write_bytes(packed.content)
    there.chmod(0o600)
    kit = packed._desk.kit(packed.root)
    assert verify_artifact(act, kit).good
    if way == "of somebody else":
        give_away(monkeypatch, there)
    elif way == "writable":
        there.chmod(0o666)
    else:
        there.unlink()
        (there.hardlink_to if way == "a second name" else there.symlink_to)(packed.source)
    result = verify_artifact(act, kit)
    assert not result.good
    assert result.sentence.endswith(". Nothing was written.")


# -- what a power cut leaves -------------------------------------------------------------------------------------------


def test_the_next_action_takes_away_what_a_power_cut_has_left(tmp_path: Path) -> None:
    seen: list[list[str]] = []
    copies = tmp_path / COPIES.lstrip("/")

    def look(*_: object) -> Result:
        seen.append([one.name for one in copies.iterdir()])
        return Result(True, "It is done.")

    stage = Stage(tmp_path, plan_of(step("a")), {"a": look})
    copies.mkdir(parents=True, mode=0o700)
    copies.parent.chmod(0o700)
    for name in (".x.mender.part", "x.mender"):
        (copies / name).write_bytes(b"half")
    stage.run()
    assert seen == [[]]


def test_what_the_next_action_frees_counts_as_free(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    inspect = Inspector(Config(), Host(tmp_path))
    copies = tmp_path / COPIES.lstrip("/")
    copies.mkdir(parents=True)
    (copies / "x.mender").write_bytes(os.urandom(4 << 20))
    os.sync()
    status = os.statvfs(tmp_path / "data")
    free = inspect.free()
    assert free is not None
    assert free - status.f_bavail * status.f_frsize == pytest.approx(4 << 20, abs=3 << 20)


# -- sticks ------------------------------------------------------------------------------------------------------------


def test_on_a_stick_no_link_leads_to_where_others_can_write(tmp_path: Path, made: dict[str, Path]) -> None:
    stick = tmp_path / "run/moducop_tui/stick"
    (stick / "real").mkdir(parents=True)
    (stick / "real/x.mender").write_bytes(made["app"].read_bytes())
    (tmp_path / "data").mkdir()
    (tmp_path / "data/x.mender").write_bytes(made["app"].read_bytes())
    (stick / "link.mender").symlink_to("/data/x.mender")
    (stick / "linked").symlink_to("/data")
    there = "/run/moducop_tui/stick"
    assert isinstance(read_artifact(Host(tmp_path), f"{there}/real/x.mender"), Artifact)
    for path in ("link.mender", "linked/x.mender", "../../../data/x.mender"):
        assert isinstance(read_artifact(Host(tmp_path), f"{there}/{path}"), Unavailable)
