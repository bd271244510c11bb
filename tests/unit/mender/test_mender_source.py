from __future__ import annotations

import os
import shutil
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from moducop_tui import runner
from moducop_tui.config import Config
from moducop_tui.host import Host
from moducop_tui.model.mender import ClientKind, Mender, Unit
from moducop_tui.model.ports import Source
from moducop_tui.model.reading import Topic
from moducop_tui.model.wake import Wake
from moducop_tui.runner import CommandError, Finished
from moducop_tui.sources.mender import MenderSource, choose_daemon
from moducop_tui.sources.mender_client import ClientFinder
from tests.patience import FOR_EVER, PATIENCE

RECORDED = Path(__file__).parent / "recorded"
GO_VERSION = b"3.4.0+ds1-5+b1\truntime: go1.19.8\n"


class Prefixed(Host):
    """A file tree below a prefix that passes for this machine, so that its programs are started."""

    @property
    def is_this_machine(self) -> bool:
        return True

    def path(self, device_path: str) -> Path:
        return Path(self.root, *Host(self.root)._resolve(device_path))


class Programs:
    """Stands for all commands: what each says, and what was started."""

    def __init__(self, said: bytes | CommandError = b"5.1.0\n", code: int = 0, err: bytes = b"") -> None:
        self.said, self.code, self.err = said, code, err
        self.started: list[str] = []

    def __call__(self, argv: Sequence[str], timeout: float) -> Finished:
        self.started.append(" ".join(argv[:2]))
        if isinstance(self.said, CommandError):
            raise self.said
        return Finished(self.code, self.said, self.err, 0.01)


@pytest.fixture
def device(tmp_path: Path) -> Path:
    """A directory that looks like a ModuCop with the C++ client and an update pending."""
    modules = tmp_path / "usr/share/mender/modules/v3"
    for place in (
        modules,
        tmp_path / "usr/bin",
        tmp_path / "data/mender",
        tmp_path / "var/lib",
        tmp_path / "etc/mender",
    ):
        place.mkdir(parents=True)
    (modules / "rootfs-image").write_text("")
    (modules / "app").write_text("")
    (modules / "old").mkdir()
    (tmp_path / "usr/bin/mender-update").write_text("")
    (tmp_path / "var/lib/mender").symlink_to("/data/mender")
    (tmp_path / "data/mender/device_type").write_text("device_type=moducop-cpu01\n")
    (tmp_path / "etc/mender/artifact_info").write_text("artifact_name=shipped-v1\n")
    shutil.copy(RECORDED / "cpp51-pending.store", tmp_path / "data/mender/mender-store")
    return tmp_path


def read(source: MenderSource) -> Mender:
    value = source.read()
    assert isinstance(value, Mender)
    return value


def test_it_is_a_source_of_mender() -> None:
    source: Source = MenderSource(Config(), Host())
    assert source.topic is Topic.MENDER


def test_everything_of_a_moducop_is_read(device: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "run", Programs())
    mender = read(MenderSource(Config(), Prefixed(device)))
    assert (mender.client, mender.version, mender.error) == (ClientKind.MENDER_UPDATE, "5.1.0", None)
    assert mender.device_type == "moducop-cpu01"
    assert mender.modules == ("app", "rootfs-image")
    assert mender.protected is False
    assert mender.pending is not None
    assert mender.pending.in_state == "Before_ArtifactCommit_Enter"
    assert mender.deployment is False
    assert mender.daemon == Unit("mender-updated", False, None)
    assert (mender.processes, mender.core_api) == ((), None)


def test_a_policy_means_a_protected_image(device: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "run", Programs())
    (device / "usr/share/ci4rail/ota").mkdir(parents=True)
    (device / "usr/share/ci4rail/ota/policy.json").write_text("{}")
    assert read(MenderSource(Config(), Prefixed(device))).protected is True


def test_the_client_is_started_once_while_its_file_stays(device: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    programs = Programs()
    monkeypatch.setattr(runner, "run", programs)
    source = MenderSource(Config(), Prefixed(device))
    for _ in range(3):
        read(source)
    asked = ["/usr/bin/mender-update --version"]  # root asks the app module too
    assert [one for one in programs.started if one.endswith("--version")] == asked
    os.utime(device / "usr/bin/mender-update", ns=(1, 1))
    read(source)
    assert [one for one in programs.started if one.endswith("--version")] == 2 * asked


def test_the_go_client_is_known_by_its_name_and_its_shipped_artifact(
    device: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "run", Programs(GO_VERSION))
    (device / "usr/bin/mender-update").rename(device / "usr/bin/mender")
    shutil.copy(RECORDED / "go34-pending.store", device / "data/mender/mender-store")
    mender = read(MenderSource(Config(), Prefixed(device)))
    assert (mender.client, mender.version) == (ClientKind.MENDER_GO, "3.4.0+ds1-5+b1")
    assert mender.artifact_name == "shipped-v1"
    shutil.copy(RECORDED / "go34-committed.store", device / "data/mender/mender-store")
    assert read(MenderSource(Config(), Prefixed(device))).artifact_name == "gpx-logger-1.4.0"


def test_the_new_client_takes_no_name_from_the_image(device: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "run", Programs())
    (device / "data/mender/mender-store").unlink()
    assert read(MenderSource(Config(), Prefixed(device))).artifact_name is None


def test_no_name_is_made_up_where_the_memory_is_not_readable(device: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "run", Programs(GO_VERSION))
    (device / "usr/bin/mender-update").rename(device / "usr/bin/mender")
    (device / "data/mender/mender-store").write_bytes(b"rubbish" * 2000)
    mender = read(MenderSource(Config(), Prefixed(device)))
    assert mender.artifact_name is None
    assert mender.pending_error is not None


@pytest.mark.parametrize(
    ("programs", "sentence"),
    [
        (
            Programs(b"", 1, b"record_id=1\nOTA protection: path override forbidden: -c\n"),
            "/usr/bin/mender-update --version failed with code 1: OTA protection: path override forbidden: -c.",
        ),
        (Programs(b""), "/usr/bin/mender-update --version failed with code 0: it said nothing."),
        (
            Programs(CommandError("x did not answer within 5 s and was ended.")),
            "x did not answer within 5 s and was ended.",
        ),
    ],
)
def test_a_client_that_does_not_answer_is_said_and_the_rest_is_read(
    device: Path, monkeypatch: pytest.MonkeyPatch, programs: Programs, sentence: str
) -> None:
    monkeypatch.setattr(runner, "run", programs)
    mender = read(MenderSource(Config(), Prefixed(device)))
    assert mender.error == sentence
    assert mender.version is None
    assert mender.pending is not None


def test_a_client_that_did_not_answer_is_asked_again_after_a_minute(
    device: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs = Programs(CommandError("no"))
    monkeypatch.setattr(runner, "run", programs)
    now = [0.0]
    finder = ClientFinder(Prefixed(device), lambda: now[0])
    finder.look()
    now[0] = 59.0
    finder.look()
    assert len(programs.started) == 1
    now[0] = 60.0
    programs.said = b"5.1.0\n"
    assert finder.look().version == "5.1.0"


def test_below_a_root_prefix_the_client_is_seen_but_not_started(device: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    programs = Programs()
    monkeypatch.setattr(runner, "run", programs)
    mender = read(MenderSource(Config(), Host(device)))
    assert (mender.client, mender.version, programs.started) == (ClientKind.MENDER_UPDATE, None, [])


def test_a_machine_without_mender_is_an_answer_too(tmp_path: Path) -> None:
    mender = read(MenderSource(Config(), Host(tmp_path)))
    assert mender.client is ClientKind.NONE
    assert (mender.pending, mender.pending_error, mender.deployment, mender.protected) == (None, None, False, None)
    assert (mender.modules, mender.device_type, mender.error) == ((), None, None)


def test_an_unreadable_device_type_is_unknown(device: Path) -> None:
    (device / "data/mender/device_type").write_text("something else\n")
    assert read(MenderSource(Config(), Host(device))).device_type is None


def test_an_active_daemon_is_shown_before_one_that_is_only_installed() -> None:
    units = {
        "mender-updated": Unit("mender-updated", True, "inactive"),
        "mender-client": Unit("mender-client", True, "active"),
        "mender": Unit("mender", False, "inactive"),
    }
    assert choose_daemon(ClientKind.MENDER_UPDATE, units).name == "mender-client"
    units["mender-client"] = Unit("mender-client", False, "inactive")
    assert choose_daemon(ClientKind.MENDER_GO, units).name == "mender-updated"
    units["mender-updated"] = Unit("mender-updated", False, "inactive")
    assert choose_daemon(ClientKind.MENDER_GO, units) == Unit("mender-client", False, "inactive")


def test_waiting_ends_when_woken() -> None:
    wake = Wake()
    wake.set()
    started = time.monotonic()
    MenderSource(Config(), Host()).wait(FOR_EVER, wake)
    assert time.monotonic() - started < PATIENCE
    wake.close()
