"""Whatever a server sends, or does not send: reading from it ends, in a sentence, after a bounded number of bytes."""

from __future__ import annotations

import contextlib
import itertools
import socket
import threading
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from moducop_tui.actions.hands import fetch
from moducop_tui.actions.hands.fetch import fetch_artifact
from moducop_tui.actions.kit import Result
from moducop_tui.host import Host
from moducop_tui.model.acts import FetchArtifact
from moducop_tui.model.places import DOWNLOADS
from moducop_tui.model.reading import Unavailable
from moducop_tui.sources import artifact
from moducop_tui.sources.artifact import read_artifact
from moducop_tui.web import connecting, loading, wire
from moducop_tui.web.answer import Incoming, read_answer, read_content
from moducop_tui.web.patience import Patience
from moducop_tui.web.reach import Reach, reach_of
from tests.attack.web_server import PLAYS, HostileServer
from tests.patience import PATIENCE
from tests.unit.actions_updates.client_kits import Bench
from tests.unit.actions_updates.update_scenes import client_of, readings_of

IDLE = readings_of(client_of("5.x"))
TARGET = f"{DOWNLOADS}/abcd.mender"
LIMIT = 1 << 20
HARMLESS = {"more than its length": "1000 bytes loaded"}
"""What is no harm to a reader that stops where it was told that the end is."""


@pytest.fixture(scope="module")
def server() -> Iterator[HostileServer]:
    with HostileServer() as running:
        yield running


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """All limits in time are a moment: what counts is which one is met. What is no harm is waited for."""
    for module, limit in (
        (loading, "ANSWER_LIMIT"), (loading, "RATE_SPAN"), (wire, "SILENCE_LIMIT"), (connecting, "SILENCE_LIMIT"),
        (fetch, "LONGEST"), (artifact, "_TIME_LIMIT"), (artifact, "_GRACE"),
    ):  # fmt: skip
        monkeypatch.setattr(module, limit, PATIENCE if name in HARMLESS else 0.1)


def fetched(root: Path, url: str, cancelled: Callable[[], bool] = lambda: False) -> Result:
    kit = Bench(IDLE, IDLE, root / "done").kit(root, cancelled=cancelled)
    return fetch_artifact(FetchArtifact(url, TARGET, LIMIT), kit)


def left(root: Path) -> list[str]:
    place = Host(root).path(DOWNLOADS)
    return sorted(entry.name for entry in place.iterdir()) if place.exists() else []


def is_sentence(text: str) -> bool:
    return text.endswith(".") and text.isprintable() and len(text) < 400 and "hunter2" not in text


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("name", PLAYS)
def test_a_download_from_a_hostile_server_ends_in_a_sentence(server: HostileServer, tmp_path: Path, name: str) -> None:
    result = fetched(tmp_path, server.url(name))
    assert is_sentence(result.sentence), result.sentence
    assert name not in server.endured
    assert result.good is (name in HARMLESS), result.sentence
    told = HARMLESS.get(name, "127.0.0.1") in result.sentence
    assert told or result.sentence.startswith("The server gives more than the 1048576 bytes"), result.sentence
    assert left(tmp_path) == (["abcd.mender"] if result.good else [])


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("name", PLAYS)
def test_a_look_at_a_hostile_server_ends_in_a_sentence(server: HostileServer, name: str) -> None:
    found = read_artifact(Host(), server.url(name))
    assert isinstance(found, Unavailable)
    assert is_sentence(found.reason), found.reason
    assert name not in server.endured


ENDLESS = [name for name in PLAYS if any(word in name for word in ("without end", "drip", "silence", "stalls"))]


@pytest.mark.parametrize("name", ENDLESS)
def test_whoever_stops_a_download_is_obeyed_whatever_the_server_does(
    server: HostileServer, tmp_path: Path, name: str
) -> None:
    asked = itertools.count()
    result = fetched(tmp_path, server.url(name), lambda: next(asked) > 1)
    stopped = result.sentence == "Stopped as asked: what was loaded is deleted again."
    assert stopped or "without end" in name, result.sentence  # what comes at full speed may meet another bound first
    assert name not in server.endured
    assert next(asked) < 200
    assert left(tmp_path) == []


@pytest.mark.parametrize("name", ["silence", "a drip of headers", "a drip of content", "trailers without end"])
def test_a_look_that_nobody_waits_for_any_more_ends(server: HostileServer, name: str) -> None:
    asked = itertools.count()
    found = read_artifact(Host(), server.url(name), lambda: next(asked) > 1)
    assert isinstance(found, Unavailable)
    assert name not in server.endured
    assert next(asked) < 200


@pytest.mark.parametrize("name", ["a drip of chunk sizes", "a drip of trailers", "a drip of content"])
def test_a_server_that_sends_little_is_not_waited_for_whatever_it_is_that_it_sends(
    server: HostileServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(loading, "RATE_SPAN", 0.05)
    result = fetched(tmp_path, server.url(name))
    assert "stopped sending: it sends fewer than 1024 bytes a second." in result.sentence
    assert name not in server.endured


class Given:
    """A wire on which all has come at once."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self.patience = Patience(60.0, lambda: False)

    def receive(self) -> bytes:
        content, self._content = self._content, b""
        return content

    def send(self, content: bytes) -> None:
        """Nobody listens."""

    def was_content(self, count: int) -> None:
        """Nobody counts."""


def test_a_small_piece_of_what_has_come_does_not_cost_a_copy_of_all_of_it() -> None:
    incoming = Incoming(Given(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"5\r\nxxxxx\r\n" * 400_000))
    blocks = read_content(incoming, read_answer(incoming))
    next(blocks)
    tracemalloc.start()
    try:
        assert [next(blocks) for _ in range(5)] == [b"xxxxx"] * 5
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 1 << 16


def test_a_name_that_is_looked_up_without_an_end_holds_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    never, asked = threading.Event(), itertools.count()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: never.wait(60) and [])
    stopped = fetched(tmp_path, "http://updates.example/x.mender", lambda: next(asked) > 1)
    assert stopped.sentence == "Stopped as asked: what was loaded is deleted again."
    monkeypatch.setattr(loading, "ANSWER_LIMIT", 0.05)
    late = fetched(tmp_path, "http://updates.example/x.mender")
    assert late.sentence.startswith("updates.example can't be read: it did not answer in time.")
    never.set()


@contextlib.contextmanager
def full() -> Iterator[int]:
    """A port that listens, and takes up nobody who comes: its queue is full."""
    with contextlib.ExitStack() as stack:
        listening = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(3):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listening.getsockname())
        yield listening.getsockname()[1]


def test_a_server_that_never_takes_up_holds_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = itertools.count()
    with full() as port:
        stopped = fetched(tmp_path, f"http://127.0.0.1:{port}/x.mender", lambda: next(asked) > 1)
        assert stopped.sentence == "Stopped as asked: what was loaded is deleted again."
        monkeypatch.setattr(connecting, "SILENCE_LIMIT", 0.05)
        late = fetched(tmp_path, f"http://127.0.0.1:{port}/x.mender")
        assert late.sentence.startswith("127.0.0.1 can't be read: it does not answer.")


def test_a_system_without_threads_is_told_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    assert "gives no more threads" in fetched(tmp_path, "http://127.0.0.1/x").sentence


# -- where a server may send on to -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "reach"),
    [
        ("127.0.0.1", Reach.DEVICE), ("127.8.8.8", Reach.DEVICE), ("::1", Reach.DEVICE), ("0.0.0.0", Reach.DEVICE),
        ("0.0.0.7", Reach.DEVICE), ("::", Reach.DEVICE), ("::ffff:127.0.0.1", Reach.DEVICE),
        ("64:ff9b::7f00:1", Reach.DEVICE), ("2002:7f00:1::", Reach.DEVICE), ("224.0.0.1", Reach.DEVICE),
        ("what?", Reach.DEVICE), ("169.254.169.254", Reach.LINK), ("fe80::1%eth0", Reach.LINK),
        ("::ffff:169.254.1.1", Reach.LINK), ("10.1.2.3", Reach.NETWORK), ("192.168.0.1", Reach.NETWORK),
        ("172.16.0.1", Reach.NETWORK), ("100.64.0.1", Reach.NETWORK), ("fd00::1", Reach.NETWORK),
        ("1.1.1.1", Reach.WORLD), ("2606:4700::1", Reach.WORLD), ("::ffff:1.1.1.1", Reach.WORLD),
        ("64:ff9b::101:101", Reach.WORLD),
    ],
)  # fmt: skip
def test_how_far_away_an_address_is(address: str, reach: Reach) -> None:
    assert reach_of(address) is reach


class Net:
    """Names with addresses of anywhere, all of which lead to one server on this machine."""

    def __init__(self, server: str, names: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
        self.port = int(server.rpartition(":")[2])
        self.names = names
        self.asked: list[str] = []
        monkeypatch.setattr(socket, "getaddrinfo", self._look_up)
        monkeypatch.setattr(connecting, "_connect", self._connect)

    def _look_up(self, host: str, port: int, **_: object) -> list[object]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (self.names.get(host, host), port))]

    def _connect(self, one: connecting._Found, *_: object) -> Connected:
        self.asked.append(one.place[0])
        made = Connected(socket.AF_INET, socket.SOCK_STREAM)
        made.connect(("127.0.0.1", self.port))
        made.setblocking(False)
        made.other_end = one.place[0]
        return made


class Connected(socket.socket):
    """A socket that says it leads elsewhere."""

    other_end = ""

    def getpeername(self) -> tuple[str, int]:
        return self.other_end, 80

    def getsockname(self) -> tuple[str, int]:
        return "10.0.0.77", 40000


@contextlib.contextmanager
def sending_to(location: str) -> Iterator[tuple[str, list[bytes]]]:
    """A server that sends everybody there, and gives content under `/x`; its address, and what it was asked for."""
    paths: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            while True:
                try:
                    visitor, _ = listening.accept()
                except OSError:
                    return
                with visitor:
                    asked = visitor.recv(65536)
                    if not asked:
                        continue
                    paths.append(path := asked.split(b" ")[1])
                    answer = b"HTTP/1.1 302 Found\r\nLocation: " + location.encode() + b"\r\n\r\n"
                    visitor.sendall(b"HTTP/1.1 200 OK\r\n\r\nxyz" if path.startswith(b"/x") else answer)

        threading.Thread(target=serve, daemon=True).start()
        yield f"127.0.0.1:{listening.getsockname()[1]}", paths
        listening.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize(
    ("first", "then", "why"),
    [
        ("93.184.215.14", "127.0.0.1", "this device itself"),
        ("93.184.215.14", "::1", "this device itself"),
        ("93.184.215.14", "::ffff:127.0.0.1", "this device itself"),
        ("10.0.0.1", "10.0.0.77", "this device itself"),
        ("10.0.0.1", "127.0.0.1", "this device itself"),
        ("93.184.215.14", "169.254.169.254", "an address of this device's own line"),
        ("10.0.0.1", "169.254.0.1", "an address of this device's own line"),
        ("93.184.215.14", "192.168.1.1", "an address of a private network"),
        ("93.184.215.14", "1.1.1.1", None),
        ("192.168.1.1", "192.168.1.2", None),
        ("192.168.1.1", "1.1.1.1", None),
        ("127.0.0.1", "127.0.0.1", None),
        ("127.0.0.1", "1.1.1.1", None),
    ],
)
def test_a_server_from_outside_does_not_lead_to_what_is_nearer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, first: str, then: str, why: str | None
) -> None:
    with sending_to("http://inner.example/x") as (address, paths):
        Net(address, {"outer.example": first, "inner.example": then}, monkeypatch)
        result = fetched(tmp_path, "http://outer.example/start")
    assert result.good is (why is None), result.sentence
    if why is not None:
        assert f"The server sends on to inner.example, and that is {why}" in result.sentence
        assert paths == [b"/start"]


def test_nor_by_a_detour(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = {"a.example": "127.0.0.1", "b.example": "1.1.1.1", "c.example": "127.0.0.1"}
    with sending_to("http://b.example/y") as (address, _):
        Net(address, names, monkeypatch)
        result = fetched(tmp_path, "http://a.example/")
        assert "sends from one place to the next" in result.sentence
    with sending_to("http://c.example/x") as (address, _):
        net = Net(address, names, monkeypatch)
        assert not fetched(tmp_path, "http://b.example/").good
        assert net.asked == ["1.1.1.1"]
