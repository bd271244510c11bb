"""Before unlocking nothing but what is listed is looked at; and whoever looks, only plain files are ever opened."""

from __future__ import annotations

import os
import pty
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from moducop_tui.config import Config
from moducop_tui.host import Host
from moducop_tui.model.artifact import Artifact
from moducop_tui.model.artifact_place import LOCKED
from moducop_tui.model.media import Media, Stick
from moducop_tui.model.reading import Unavailable
from moducop_tui.sources import listed_sticks, plain_file, stick_file
from moducop_tui.sources.artifact import read_artifact
from moducop_tui.sources.artifact_place import PlaceError
from moducop_tui.sources.artifact_verify import verify_artifact
from moducop_tui.sources.inspect import Inspector
from moducop_tui.sources.plain_file import NotPlainError, open_plain

NO_STICK = "There is no stick {}: it was pulled out, or never was there."


class Opened:
    """What was opened, with its flags; the real opening goes on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.all: list[tuple[str, int]] = []
        self._open = os.open
        monkeypatch.setattr(os, "open", self._seen)

    def _seen(self, path: Any, flags: int, *more: Any, **named: Any) -> int:
        # What was found by a name and looked at is opened by its descriptor.
        by_descriptor = str(path).startswith("/proc/self/fd/")
        self.all.append((Path(path).readlink().name if by_descriptor else str(path), flags))
        return self._open(path, flags, *more, **named)

    def really(self, path: str) -> bool:
        """Whether it was opened as more than a name: itself, or what was found by that name."""
        names = (path, Path(path).name)
        return any(opened in names and not flags & os.O_PATH for opened, flags in self.all)


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Opened:
    return Opened(monkeypatch)


@pytest.fixture
def server() -> Iterator[socket.socket]:
    """Somebody who waits for a connection."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        yield listening


def was_asked(listening: socket.socket) -> bool:
    try:
        listening.accept()[0].close()
    except BlockingIOError:
        return False
    return True


@pytest.mark.parametrize("scheme", ["http", "https", "HTTP", "hTTps"])
def test_no_server_is_asked(server: socket.socket, scheme: str) -> None:
    url = f"{scheme}://127.0.0.1:{server.getsockname()[1]}/x.mender"
    assert Inspector(Config(), Host()).artifact(url, listed=True) == Unavailable(LOCKED)
    assert not was_asked(server)


@pytest.mark.parametrize(
    "place",
    [
        "/etc/passwd", "/etc/no-such-file", "/root/x.mender", "/dev/watchdog", "/dev/kmsg", "/dev/tty", "/proc/kmsg",
        "/dev/none", "/", "", "x.mender", "~/x.mender", "file:///etc/passwd", "ftp://server/x.mender", "/\0.mender",
        "/data", "/data/", "/data/x.txt", "/data//x.mender", "/data/../etc/x.mender", "/data/./x.mender",
        "/data/a/b/x.mender", "/data/a/../x.mender", "/data/.hidden/x.mender", "/data/._x.mender",
        "/data/docker/x.mender", "/data/mender/x.mender", "/data/moducop_tui/audit.jsonl", "/data/moducop_tui/x.mender",
        "/data/moducop_tui/downloads/../audit.jsonl", "/data/moducop_tui/downloads/../x.mender",
        "/data/moducop_tui/downloads/a/x.mender", "/data/lost+found/x.mender", "/data/$RECYCLE.BIN/x.mender",
        "/datax/x.mender", "//data/x.mender",
    ],
)  # fmt: skip
def test_any_other_path_is_refused_in_one_sentence_whatever_is_there(place: str, opened: Opened) -> None:
    assert Inspector(Config(), Host()).artifact(place, listed=True) == Unavailable(LOCKED)
    assert opened.all == []


def test_what_is_listed_is_looked_at(tmp_path: Path, made: dict[str, Path]) -> None:
    places = ["data/a.mender", "data/updates/B.MENDER", "data/moducop_tui/downloads/0123456789abcdef.mender"]
    for place in places:
        path = tmp_path / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(made["app"].read_bytes())
    inspect = Inspector(Config(), Host(tmp_path))
    kept = inspect.kept()
    assert not isinstance(kept, Unavailable)
    assert sorted(one.path for one in kept) == sorted(f"/{place}" for place in places)
    assert all(isinstance(inspect.artifact(f"/{place}", listed=True), Artifact) for place in places)


def test_a_listed_name_leads_nowhere_else(tmp_path: Path, made: dict[str, Path]) -> None:
    """A container that can write to /data puts a link, or another link on the way, in the place of an artifact."""
    (tmp_path / "data").mkdir()
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret/x.mender").write_bytes(made["app"].read_bytes())
    (tmp_path / "data/x.mender").symlink_to(tmp_path / "secret/x.mender")
    (tmp_path / "data/updates").symlink_to(tmp_path / "secret")
    for place in ("/data/x.mender", "/data/updates/x.mender"):
        found = read_artifact(Host(tmp_path), place, listed=True)
        assert isinstance(found, Unavailable)
        assert found.reason.startswith("x.mender can't be read: ")


def test_errors_do_not_tell_what_is_there(tmp_path: Path) -> None:
    """Nothing, a file on the way, a link, a pipe, a directory, a name that none can have: all the same words."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data/kept.txt").write_bytes(b"x")
    (tmp_path / "data/link.mender").symlink_to("kept.txt")
    (tmp_path / "data/loop").symlink_to("loop")
    (tmp_path / "data/dir.mender").mkdir()
    os.mkfifo(tmp_path / "data/pipe.mender")
    places = ("none.mender", "kept.txt/x.mender", "none/x.mender", "loop/x.mender", "link.mender", "pipe.mender")
    for place in (*places, "dir.mender", "x" * 300 + ".mender", "a\0b.mender", "\ud800.mender"):
        found = read_artifact(Host(tmp_path), f"/data/{place}", listed=True)
        assert isinstance(found, Unavailable)
        assert found.reason.endswith(" can't be read: there is no such artifact."), place


@pytest.mark.parametrize("listed", [True, False])
def test_a_pipe_and_a_terminal_are_never_opened(tmp_path: Path, opened: Opened, *, listed: bool) -> None:
    (tmp_path / "data").mkdir()
    os.mkfifo(tmp_path / "data/pipe.mender")
    primary, line = pty.openpty()
    (tmp_path / "data/line.mender").symlink_to(os.ttyname(line))
    (tmp_path / "data/null.mender").symlink_to("/dev/null")
    (tmp_path / "data/dir.mender").mkdir()
    host = Host() if not listed else Host(tmp_path)
    for name in ("pipe", "line", "null", "dir"):
        place = f"/data/{name}.mender" if listed else f"{tmp_path}/data/{name}.mender"
        opened.all.clear()
        found = read_artifact(host, place, listed=listed)
        assert isinstance(found, Unavailable)
        assert not opened.really(f"{tmp_path}/data/{name}.mender")
        assert not opened.really(f"{name}.mender")
    os.close(primary)
    os.close(line)


@pytest.mark.parametrize("path", ["/proc/kmsg", "/proc/version", "/sys/kernel/mm/transparent_hugepage/enabled"])
def test_files_of_the_kernel_only_look_plain_and_are_not_opened(path: str, opened: Opened) -> None:
    found = read_artifact(Host(), path)
    assert isinstance(found, Unavailable)
    assert not opened.really(path)


def test_what_was_looked_at_is_what_is_opened(tmp_path: Path, made: dict[str, Path], monkeypatch: Any) -> None:
    """Between the look and the opening somebody puts a pipe in its place."""
    path, look = tmp_path / "x.mender", os.fstat
    path.write_bytes(made["app"].read_bytes())

    def exchange(descriptor: int) -> os.stat_result:
        status = look(descriptor)
        if path.exists() and path.is_file():
            path.unlink()
            os.mkfifo(path)
        return status

    monkeypatch.setattr(os, "fstat", exchange)
    assert isinstance(read_artifact(Host(), str(path)), Artifact)
    assert not path.is_file()


@pytest.mark.parametrize("name", ["\ud800", "x\0y", "x" * 300])
def test_a_name_that_no_file_can_have_is_a_sentence(tmp_path: Path, name: str) -> None:
    for listed in (True, False):
        found = read_artifact(Host(tmp_path), f"/data/{name}.mender", listed=listed)
        assert isinstance(found, Unavailable)
        assert found.reason.isprintable()


# -- sticks ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def sticks(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The list of sticks has one; whatever is opened as a stick is noted."""
    seen: list[str] = []

    def open_stick(host: Host, device: str) -> Any:
        seen.append(device)
        raise PlaceError("It is opened.")

    monkeypatch.setattr(listed_sticks, "listed", lambda host: Media((Stick("/dev/sdz1", None, None, 1, None, None),)))
    monkeypatch.setattr(stick_file, "open_stick", open_stick)
    return seen


@pytest.mark.parametrize("listed", [True, False])
@pytest.mark.parametrize(
    "device",
    ["/dev/sdz", "/dev/sdz2", "/dev/../dev/sdz1", "/dev//sdz1", "/dev/mmcblk0p3", "/dev/vda", "/dev/loop0", "/dev/none",
     "/dev/watchdog", "/etc/passwd", "sdz1", "/dev/disk/by-id/x", "/dev/SDZ1"],
)  # fmt: skip
def test_of_devices_only_listed_sticks_are_opened(sticks: list[str], device: str, *, listed: bool) -> None:
    place = f"stick:{device}:x.mender"
    said = Unavailable(NO_STICK.format(device))
    inspect = Inspector(Config(), Host())
    assert inspect.artifact(place, listed=listed) == said
    assert inspect.offers(Stick(device, None, None, 1, None, None)) == said
    assert verify_artifact(Host(), place, lambda done, total: None, lambda: False) == said
    assert sticks == []


@pytest.mark.parametrize(
    "path",
    ["secret.txt", ".hidden/x.mender", "$RECYCLE.BIN/$Rx.mender", "a/b/c/d/e/x.mender", "../x.mender", "._x.mender"],
)
def test_of_a_listed_stick_only_what_is_offered_is_looked_at_before_unlocking(sticks: list[str], path: str) -> None:
    assert read_artifact(Host(), f"stick:/dev/sdz1:{path}", listed=True) == Unavailable(LOCKED)
    assert sticks == []
    assert read_artifact(Host(), f"stick:/dev/sdz1:{path}") == Unavailable("It is opened.")


def test_what_is_offered_on_a_listed_stick_is_looked_at(sticks: list[str]) -> None:
    assert read_artifact(Host(), "stick:/dev/sdz1:updates/x.mender", listed=True) == Unavailable("It is opened.")
    assert sticks == ["/dev/sdz1"]


@pytest.mark.parametrize(
    ("fs_type", "opens"),
    [
        *((name, False) for name in ("proc", "sysfs", "tracefs", "nfsd", "resctrl", "smackfs", "binder", "autofs")),
        *((name, True) for name in ("tmpfs", "ramfs", "overlay", "nfs4")),
    ],
)
def test_a_file_of_the_kernel_only_looks_plain_whichever_of_its_file_systems_has_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fs_type: str, opens: bool
) -> None:
    (tmp_path / "x").write_bytes(b"x")
    monkeypatch.setattr(os, "major", lambda _: 0)
    monkeypatch.setattr(plain_file, "device_number", lambda _: "0:77")
    monkeypatch.setattr(plain_file, "read_table", lambda _: f"20 1 0:77 / /x rw - {fs_type} none rw\n")
    if opens:
        os.close(open_plain(Host(), str(tmp_path / "x")))
    else:
        with pytest.raises(NotPlainError):
            open_plain(Host(), str(tmp_path / "x"))
