"""What stands around Mender's client: units, what is kept before, checks, downloads, and Mender's memory."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from moducop_tui.actions.hands import data_room
from moducop_tui.actions.hands.before import remember_before
from moducop_tui.actions.hands.fetch import drop_file, fetch_artifact
from moducop_tui.actions.hands.provides import repair_provides
from moducop_tui.actions.hands.units import control_unit
from moducop_tui.actions.hands.verify import verify_artifact
from moducop_tui.host import Host
from moducop_tui.model.acts import (
    ControlUnit,
    DropFile,
    FetchArtifact,
    RememberBefore,
    RepairProvides,
    VerifyArtifact,
)
from moducop_tui.model.artifact import PayloadFile, Verified
from moducop_tui.model.places import BEFORE, DOWNLOADS
from moducop_tui.model.reading import Topic, Unavailable
from moducop_tui.model.work import Snapshot
from moducop_tui.sources.snapshot import read_snapshot
from tests.unit.actions_updates.client_kits import Bench, program
from tests.unit.actions_updates.update_scenes import (
    MANIFEST,
    NEW_ARTIFACT,
    OLD_ARTIFACT,
    client_of,
    readings_of,
    update,
)
from tests.unit.core.well_device import SYSTEM
from tests.unit.slots.verdict_cases import A, B

IDLE = readings_of(client_of("5.x"))
REMEMBER = RememberBefore(A, B, NEW_ARTIFACT, NEW_ARTIFACT)


@pytest.fixture
def desk(tmp_path: Path) -> Bench:
    """A device on which nothing changes."""
    return Bench(IDLE, IDLE, tmp_path / "done")


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory of programs that stands before all others."""
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    return tmp_path


# -- units -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "state", "good"),
    [(False, "inactive", True), (False, "active", False), (True, "active", True), (True, "failed", False)],
)
def test_a_unit_is_judged_by_its_state_not_by_systemctl_s_code(
    tools: Path, desk: Bench, start: bool, state: str, good: bool
) -> None:
    program(
        tools,
        "systemctl",
        f'[ "$1" = show ] && {{ echo {state}; exit 0; }}; [ "$1" = is-system-running ] || '
        f'echo "$@" >{tools}/told; exit 1',
    )
    result = control_unit(ControlUnit("mender-updated.service", start=start), desk.kit())
    assert result.good is good
    assert (tools / "told").read_text() == f"{'start' if start else 'stop'} mender-updated.service\n"
    assert state in result.sentence


def test_a_device_that_goes_down_starts_its_daemon_with_the_next_boot(tools: Path, desk: Bench) -> None:
    program(tools, "systemctl", 'case "$1" in show) echo inactive;; is-system-running) echo stopping;; esac; exit 1')
    result = control_unit(ControlUnit("mender-updated.service", start=True), desk.kit())
    assert result.good
    assert result.sentence == "The device goes down: mender-updated.service starts with its next boot."


def test_a_unit_of_another_machine_is_left_alone(tools: Path, desk: Bench, tmp_path: Path) -> None:
    program(tools, "systemctl", f"touch {tools}/told")
    assert not control_unit(ControlUnit("x.service", start=False), desk.kit(tmp_path)).good
    assert not (tools / "told").exists()


# -- before ------------------------------------------------------------------------------------------------------------


def test_how_the_device_fares_is_kept_and_read_again(desk: Bench, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    result = remember_before(REMEMBER, desk.kit(tmp_path))
    assert result.good
    assert result.sentence == "Kept: 1 of 1 apps well, 0 units failed."
    kept = read_snapshot(Host(tmp_path))
    assert isinstance(kept, Snapshot)
    assert (kept.slot, kept.expected_slot, kept.expected_artifact, kept.boot_id) == (A, B, NEW_ARTIFACT, SYSTEM.boot_id)
    assert (kept.apps, kept.apps_well, kept.apps_not_well, kept.failed_units, kept.errors) == (1, 1, (), (), 12)
    assert (tmp_path / "data/moducop_tui/before.json").stat().st_mode & 0o777 == 0o600


def test_what_can_t_be_read_is_kept_as_unknown(desk: Bench, tmp_path: Path) -> None:
    desk.broken |= {Topic.APPS: "Docker is stopped.", Topic.SYSTEM: "x", Topic.LOG: "x"}
    assert remember_before(REMEMBER, desk.kit(tmp_path)).sentence == "Kept: apps not read, units not read."
    kept = read_snapshot(Host(tmp_path))
    assert isinstance(kept, Snapshot)
    assert (kept.apps, kept.apps_well, kept.failed_units, kept.errors, kept.clock_synchronised) == (None,) * 5


def test_without_room_nothing_is_begun(desk: Bench, tmp_path: Path) -> None:
    (tmp_path / "data").write_text("no directory")
    result = remember_before(REMEMBER, desk.kit(tmp_path))
    assert not result.good
    assert "Is there room on /data?" in result.sentence


@pytest.mark.parametrize("content", [b"", b"{", b'{"at": "x"}', b"[]", b"\xff" * 9, b'{"at": 1'])
def test_what_was_kept_and_is_torn_is_said(tmp_path: Path, content: bytes) -> None:
    path = Host(tmp_path).path(BEFORE)
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    assert isinstance(read_snapshot(Host(tmp_path)), Unavailable)


def test_nothing_kept_is_no_error(tmp_path: Path) -> None:
    assert read_snapshot(Host(tmp_path)) is None


# -- verify ------------------------------------------------------------------------------------------------------------


class Inspecting:
    """Stands for the looks at a device: what a check finds."""

    def __init__(self, found: Verified | Unavailable) -> None:
        self.found = found

    def verify(
        self, place: str, tell: Callable[[int, int], None], cancelled: Callable[[], bool]
    ) -> Verified | Unavailable:
        """What a test says."""
        for done in (0, 500, 1000):
            tell(done, 1000)
        return self.found


GOOD = Verified(MANIFEST, (PayloadFile("x.ext4", "aa", 9),), 9, 1.0)


def test_an_artifact_that_agrees_is_told_with_its_progress(desk: Bench) -> None:
    result = verify_artifact(VerifyArtifact("/data/ok.mender", MANIFEST), desk.kit(inspect=Inspecting(GOOD)))
    assert result.good
    assert [(one.share, one.done, one.total) for one in desk.told] == [(0, 0, 1000), (0.5, 500, 1000), (1, 1000, 1000)]


def test_another_artifact_under_the_same_path_is_refused(desk: Bench) -> None:
    result = verify_artifact(VerifyArtifact("/data/ok.mender", "cd" * 32), desk.kit(inspect=Inspecting(GOOD)))
    assert not result.good
    assert "is not the artifact any more that was shown" in result.sentence


def test_a_damaged_artifact_is_refused_before_anything_is_written(desk: Bench) -> None:
    damaged = Inspecting(Unavailable("x.ext4 is damaged: its checksum is another."))
    result = verify_artifact(VerifyArtifact("/data/ok.mender", MANIFEST), desk.kit(inspect=damaged))
    assert result.sentence == "x.ext4 is damaged: its checksum is another. Nothing was written."


# -- fetch -------------------------------------------------------------------------------------------------------------

CONTENT = bytes(range(256)) * 4096


class Server(BaseHTTPRequestHandler):
    """A web server whose paths are what can happen."""

    def do_GET(self) -> None:
        """Answer."""
        match self.path.split("?")[0]:
            case "/ok.mender":
                self._send(CONTENT, len(CONTENT))
            case "/short.mender":
                self._send(CONTENT[:1000], len(CONTENT))
            case "/unknown.mender":
                self._send(CONTENT, None)
            case "/elsewhere.mender":
                self._redirect("/ok.mender")
            case "/to-a-file.mender":
                self._redirect("file:///etc/shadow")
            case "/round.mender":
                self._redirect("/round.mender")
            case _:
                self.send_error(404)

    def _send(self, content: bytes, length: int | None) -> None:
        self.send_response(200)
        if length is not None:
            self.send_header("Content-Length", str(length))
        self.end_headers()
        self.wfile.write(content)

    def _redirect(self, target: str) -> None:
        self.send_response(302)
        self.send_header("Location", target)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


class Quiet(ThreadingHTTPServer):
    """Says nothing of visitors that leave early."""

    def handle_error(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def served(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    """A server on this machine; its host and port."""
    with Quiet(("127.0.0.1", 0), handler) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{running.server_address[1]}"
        running.shutdown()


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of that server."""
    with served(Server) as address:
        yield f"http://{address}"


TARGET = f"{DOWNLOADS}/abcd.mender"


def fetched(desk: Bench, root: Path, url: str, limit: int = 1 << 24, **kit: Any) -> Any:
    return fetch_artifact(FetchArtifact(url, TARGET, limit), desk.kit(root, **kit))


def left(root: Path) -> list[str]:
    place = Host(root).path(DOWNLOADS)
    return sorted(entry.name for entry in place.iterdir()) if place.exists() else []


@pytest.mark.parametrize("name", ["ok", "unknown", "elsewhere"])
def test_a_download_is_there_whole_and_only_for_root(server: str, desk: Bench, tmp_path: Path, name: str) -> None:
    result = fetched(desk, tmp_path, f"{server}/{name}.mender")
    assert result.good, result.sentence
    path = Host(tmp_path).path(TARGET)
    assert path.read_bytes() == CONTENT
    assert path.stat().st_mode & 0o777 == 0o600
    assert left(tmp_path) == ["abcd.mender"]
    assert desk.told[-1].done == len(CONTENT)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("absent", "127.0.0.1 does not give the artifact: it answers 404 Not Found."),
        ("short", "127.0.0.1 stopped sending 1047576 bytes before the end."),
        ("to-a-file", "127.0.0.1 sends to a place that is no web server."),
        ("round", "127.0.0.1 sends from one place to the next without an end."),
    ],
)
def test_a_download_that_fails_leaves_nothing_behind(
    server: str, desk: Bench, tmp_path: Path, name: str, words: str
) -> None:
    result = fetched(desk, tmp_path, f"{server}/{name}.mender")
    assert not result.good
    assert words in result.sentence
    assert left(tmp_path) == []


def test_more_than_was_announced_when_it_was_looked_at_is_not_kept(server: str, desk: Bench, tmp_path: Path) -> None:
    assert "longer than when it was looked at" in fetched(desk, tmp_path, f"{server}/ok.mender", limit=1000).sentence
    assert "gives more than the 1000 bytes" in fetched(desk, tmp_path, f"{server}/unknown.mender", limit=1000).sentence
    assert left(tmp_path) == []


def test_a_download_that_is_stopped_is_deleted(server: str, desk: Bench, tmp_path: Path) -> None:
    result = fetched(desk, tmp_path, f"{server}/ok.mender", cancelled=lambda: True)
    assert result.sentence == "Stopped as asked: what was loaded is deleted again."
    assert left(tmp_path) == []


def test_a_full_data_partition_is_not_filled_further(
    server: str, desk: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(data_room, "KEPT_FREE", 1 << 60)
    assert "/data is nearly full" in fetched(desk, tmp_path, f"{server}/ok.mender").sentence


def test_what_a_cut_download_left_goes_with_the_next(server: str, desk: Bench, tmp_path: Path) -> None:
    place = Host(tmp_path).path(DOWNLOADS)
    place.mkdir(parents=True)
    (place / ".other.mender.part").write_bytes(b"x")
    (place / "whole.mender").write_bytes(b"x")
    assert fetched(desk, tmp_path, f"{server}/ok.mender").good
    assert left(tmp_path) == ["abcd.mender", "whole.mender"]


@pytest.mark.parametrize("url", ["file:///etc/shadow", "ftp://x/y", "http:///x", "https://", "javascript:1"])
def test_only_web_servers_are_asked(desk: Bench, tmp_path: Path, url: str) -> None:
    assert fetched(desk, tmp_path, url).sentence.startswith(f"{url} is no URL.")
    assert left(tmp_path) == []


def test_only_the_console_s_own_files_are_deleted(desk: Bench, tmp_path: Path) -> None:
    kit = desk.kit(tmp_path)
    for path in (BEFORE, TARGET):
        place = Host(tmp_path).path(path)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text("x")
        assert drop_file(DropFile(path), kit).good
        assert not place.exists()
        assert drop_file(DropFile(path), kit).good
    for path in ("/etc/passwd", f"{DOWNLOADS}/../slots.json", "/data/moducop_tui/slots.json"):
        assert not drop_file(DropFile(path), kit).good


# -- Mender's memory ---------------------------------------------------------------------------------------------------

REPAIR = RepairProvides(NEW_ARTIFACT, "moducop-cpu01", (("rootfs-image.version", NEW_ARTIFACT),), ("rootfs-image.*",))
BELIEVES_NEW = readings_of(
    client_of("5.x", artifact_name=NEW_ARTIFACT, provides=(("rootfs-image.version", NEW_ARTIFACT),))
)
BELIEVES_OLD = readings_of(client_of("5.x", artifact_name=OLD_ARTIFACT))


@pytest.fixture
def downloads(tools: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the artifact for Mender's memory is put."""
    monkeypatch.setattr("moducop_tui.actions.hands.provides._FILE", str(tools / "downloads/memory.mender"))
    return tools / "downloads"


def test_mender_is_told_by_an_artifact_without_payload_which_is_deleted_again(tools: Path, downloads: Path) -> None:
    program(tools, "mender-update", f'cp "$2" {tools}/seen; echo "$1" >{tools}/verb; touch {tools}/done')
    desk = Bench(BELIEVES_OLD, BELIEVES_NEW, tools / "done")
    result = repair_provides(REPAIR, desk.kit())
    assert result.good
    assert result.sentence == f"Mender believes now: rootfs-image.version is {NEW_ARTIFACT}."
    assert (tools / "verb").read_text() == "install\n"
    assert (tools / "seen").stat().st_size <= 10240
    assert list(downloads.iterdir()) == []


def test_a_memory_that_stays_as_it_was_is_no_repair_whatever_the_client_says(tools: Path, downloads: Path) -> None:
    program(tools, "mender-update", "echo Installed and committed.; exit 0")
    result = repair_provides(REPAIR, Bench(BELIEVES_OLD, BELIEVES_OLD, tools / "done").kit())
    assert not result.good
    assert result.sentence == (f"Mender did not take it: it gave no reason. It goes on believing {OLD_ARTIFACT}.")


def test_what_mender_believes_already_is_not_installed_again(tools: Path, downloads: Path) -> None:
    program(tools, "mender-update", f"touch {tools}/done")
    assert repair_provides(REPAIR, Bench(BELIEVES_NEW, BELIEVES_NEW, tools / "x").kit()).good
    assert not (tools / "done").exists()


def test_a_memory_is_left_alone_while_an_update_is_pending(tools: Path, downloads: Path) -> None:
    program(tools, "mender-update", f"touch {tools}/done")
    pending = replace(BELIEVES_OLD, mender=readings_of(client_of("5.x", update(None))).mender)
    result = repair_provides(REPAIR, Bench(pending, pending, tools / "x").kit())
    assert not result.good
    assert not (tools / "done").exists()


def test_memory_with_more_than_is_true_is_not_right_yet(tools: Path, downloads: Path) -> None:
    more = (("rootfs-image.checksum", "aa"), ("rootfs-image.version", NEW_ARTIFACT))
    stale = readings_of(client_of("5.x", artifact_name=NEW_ARTIFACT, provides=more))
    program(tools, "mender-update", f"touch {tools}/done")
    assert repair_provides(REPAIR, Bench(stale, BELIEVES_NEW, tools / "done").kit()).good
    assert (tools / "done").exists()
