"""What the engine's events mean, as Docker and Podman send them."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from moducop_tui.sources import engine_events
from moducop_tui.sources.engine_events import EventStream, Happened, NoEventsError, parse_event
from tests.unit.apps.engine_fake import FakeEngine, recording, until

EMPTY: dict[str, object] = {"version": {}, "list": [], "inspections": {}}


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[FakeEngine]:
    fake = FakeEngine(tmp_path / "e.sock", EMPTY)
    yield fake
    fake.close()


@pytest.fixture
def stream(engine: FakeEngine, tmp_path: Path) -> Iterator[EventStream]:
    opened = EventStream(str(tmp_path / "e.sock"))
    yield opened
    opened.close()


def collected(stream: EventStream) -> Happened:
    seen: list[Happened] = []

    def something() -> bool:
        seen.append(stream.drain())
        return seen[-1].matters

    until(something)
    return seen[-1]


@pytest.mark.parametrize("name", ["docker-20.10", "docker-26.1", "podman-4.3"])
def test_every_change_names_its_container_and_the_noise_of_health_checks_none(name: str) -> None:
    for line in recording(name)["events"]:
        event = json.loads(line)
        noise = event["Action"].partition(":")[0].startswith(("exec", "kill", "init", "cleanup"))
        expected = Happened() if noise else Happened(frozenset({event["Actor"]["ID"]}))
        assert parse_event(line.encode()) == expected, event["Action"]


@pytest.mark.parametrize(
    ("line", "meaning"),
    [
        (b"", Happened()),
        (b"1a2\r", Happened()),
        (b'{"Type":"network","Action":"connect"}', Happened()),
        (b'{"cut in the midd', Happened(any_container=True)),
        (b'{"Type":"container","Action":"die"}', Happened(any_container=True)),
        (b'{"Type":"container","Action":"die","Actor":7,"id":9}', Happened(any_container=True)),
        (b'{"status":"die","id":"abc"}', Happened(frozenset({"abc"}))),
        (b'{"Action":{"a":1}}', Happened()),
        (b"{" * 100_000, Happened(any_container=True)),
    ],
)
def test_what_is_not_understood_may_mean_anything(line: bytes, meaning: Happened) -> None:
    assert parse_event(line) == meaning


def test_events_come_through_the_socket(engine: FakeEngine, stream: EventStream) -> None:
    assert stream.drain() == Happened()
    engine.say('{"Type":"container","Action":"start","Actor":{"ID":"abc"}}')
    assert collected(stream) == Happened(frozenset({"abc"}))


def test_the_end_of_the_engine_is_an_event_too(engine: FakeEngine, stream: EventStream) -> None:
    engine.close()
    assert collected(stream).ended


def test_an_endless_line_is_thrown_away_and_counts_as_a_change(engine: FakeEngine, stream: EventStream) -> None:
    engine.say('{"a":"' + "x" * (1 << 17) + '"}')
    assert collected(stream).any_container


def died(number: int) -> str:
    return f'{{"Type":"container","Action":"die","Actor":{{"ID":"{number}"}}}}'


def test_a_flood_is_not_listened_to(engine: FakeEngine, stream: EventStream, monkeypatch: pytest.MonkeyPatch) -> None:
    # Less than what a socket holds: whoever looks quickly finds no more than that at a time.
    monkeypatch.setattr(engine_events, "_FLOOD", 1000)
    engine.say("\n".join(died(number % 7) for number in range(30_000)))
    found = collected(stream)
    while not found.flooded:
        found = collected(stream)
    assert found.containers <= {str(number) for number in range(7)}


def test_very_many_containers_are_as_many_as_all(engine: FakeEngine, stream: EventStream) -> None:
    engine.say("\n".join(died(number) for number in range(3000)))
    found = collected(stream)
    while not found.any_container:
        found = collected(stream)
    assert len(found.containers) <= 1000


def test_an_engine_that_refuses_events_is_told_apart(engine: FakeEngine, tmp_path: Path) -> None:
    engine.gives_events = False
    with pytest.raises(NoEventsError):
        EventStream(str(tmp_path / "e.sock"))


def test_no_engine_at_all_gives_no_events(tmp_path: Path) -> None:
    with pytest.raises(NoEventsError):
        EventStream(str(tmp_path / "nothing.sock"))


def test_an_engine_that_never_answers_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("moducop_tui.sources.engine_events._OPEN_LIMIT", 0.05)
    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(str(tmp_path / "s.sock"))
        silent.listen()
        with pytest.raises(NoEventsError):
            EventStream(str(tmp_path / "s.sock"))


def test_an_answer_in_pieces_is_put_together(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "s.sock"))
        server.listen()

        def serve() -> None:
            peer, _ = server.accept()
            with peer:
                peer.recv(4096)
                event = b'{"Type":"container","Action":"die","Actor":{"ID":"abc"}}\n'
                for byte in b"HTTP/1.0 200 OK\r\nServer: x\r\n\r\n" + event:
                    peer.sendall(bytes([byte]))

        thread = threading.Thread(target=serve)
        thread.start()
        stream = EventStream(str(tmp_path / "s.sock"))
        assert "abc" in collected(stream).containers
        thread.join()
        stream.close()
