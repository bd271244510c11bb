"""A container engine that means harm: what answers on its socket is somebody else's program."""

from __future__ import annotations

import contextlib
import itertools
import json
import random
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.attack.child import judge, run
from tests.attack.listening import Listening
from tests.attack.tally import Tally

_PIECE = 1 << 16
_MOST = 600 << 20
"""Bytes of an answer without an end, after which nobody can be said to have stopped reading."""
_ID = "ab" * 32
_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nApi-Version: 1.41\r\n"
_ODD: tuple[Any, ...] = (
    None, True, -1, 10**30, 1e308, "", "x", [], {}, [None], {"a": None}, "\x1b[2J\x9b31m\u202e", "y" * 100_000,
    "\ud800",
    ["z"] * 5000, {"k" * 5000: "v"}, [[[[]]]], "9" * 5000, "0001-01-01T00:00:00Z", "9999-99-99T99:99:99Z", float("inf"),
)  # fmt: skip


def _container(number: int = 0) -> dict[str, Any]:
    return {"Id": f"{number:064x}", "Names": [f"/c{number}"], "Image": "i", "ImageID": "sha256:ab", "State": "running",
            "Status": "Up 2 days", "Created": 1_700_000_000, "Labels": {}, "Mounts": [], "Ports": []}  # fmt: skip


def _inspection(number: int = 0) -> dict[str, Any]:
    # fmt: off
    state = {"Status": "running", "Running": True, "ExitCode": 0, "Pid": 4242, "StartedAt": "2026-11-20T10:00:00.1Z",
             "FinishedAt": "0001-01-01T00:00:00Z", "Health": {"Status": "healthy", "Log": [], "FailingStreak": 0}}
    return {"Id": f"{number:064x}", "Name": f"/c{number}", "State": state, "RestartCount": 0, "Image": "sha256:ab",
            "Config": {"Image": "i", "Labels": {}, "Healthcheck": {"Interval": 1}}, "Mounts": [],
            "HostConfig": {"RestartPolicy": {"Name": "always"}}, "NetworkSettings": {"Ports": {}},
            "Created": "2026-11-20T10:00:00Z"}
    # fmt: on


Answer = Iterator[bytes]


def _json(value: object) -> Answer:
    content = json.dumps(value).encode("utf-8", "surrogatepass")
    yield _HEAD + f"Content-Length: {len(content)}\r\n\r\n".encode() + content


def _endless(start: bytes, again: bytes) -> Answer:
    """Chunks, so that nobody knows of an end."""
    yield _HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + f"{len(start):x}\r\n".encode() + start + b"\r\n"
    piece = again * (1 + _PIECE // len(again))
    chunk = f"{len(piece):x}\r\n".encode() + piece + b"\r\n"
    for _ in range(_MOST // len(piece)):
        yield chunk


def _drip() -> Answer:
    yield _HEAD + b"\r\n["
    for _ in range(6000):
        yield b" "
        yield b""


def _raw(content: bytes) -> Answer:
    yield content


class Play:
    """What is answered to the list, to a look at one container, and to all else."""

    def __init__(self, chance: random.Random, number: int) -> None:
        self._chance = chance
        ways = ("listed", "inspected", "broken", "endless", "big", "many", "slow", "version")
        self.way = ways[number % len(ways)]

    def answer(self, path: str) -> Answer:
        """One answer, piece by piece; an empty piece is a pause."""
        is_list, is_look = (
            "/containers/json" in path,
            path.split("?", maxsplit=1)[0].endswith("/json") and "/containers/" in path,
        )
        if self.way == "version" or (self.way == "broken" and is_list):
            return self._broken()
        if "/version" in path:
            return _json({"ApiVersion": "1.41", "MinAPIVersion": "1.12", "Version": "20.10", "Os": "linux"})
        if is_list:
            return self._list()
        if is_look:
            return self._look()
        return _json({})

    def _list(self) -> Answer:
        if self.way == "listed":
            return _json([self._odd(_container(number)) for number in range(3)])
        if self.way == "endless":
            return self._chance.choice(
                (lambda: _endless(b"[", json.dumps(_container()).encode() + b","), lambda: _endless(b'["', b"a"),
                 lambda: _endless(b"", b"["), lambda: _endless(b"", b" "), lambda: _endless(b"", b'{"a":'))
            )()  # fmt: skip
        if self.way == "many":
            return _json([_container(number) for number in range(20_000)])
        if self.way == "big":
            big = _container() | {"Labels": {"a": "x" * 30_000_000}}
            return _json([big | {"Id": f"{number:064x}"} for number in range(self._chance.choice((1, 4)))])
        if self.way == "slow":
            return _drip()
        return _json([_container(number) for number in range(12)])

    def _look(self) -> Answer:
        if self.way == "inspected":
            return _json(self._odd(_inspection()))
        if self.way == "big":
            return _json(
                _inspection() | {"Config": {"Labels": {"b": "x" * 30_000_000}, "Env": ["A=" + "y" * 9_000_000]}}
            )
        return _json(_inspection())

    def _odd(self, value: dict[str, Any]) -> dict[str, Any]:
        """Some of its parts, at any depth, are of another kind."""
        found = {key: self._odd(one) if isinstance(one, dict) else one for key, one in value.items()}
        for key in self._chance.sample(list(found), min(len(found), self._chance.randrange(1, 4))):
            found[key] = self._chance.choice(_ODD)
        return found

    def _broken(self) -> Answer:
        return self._chance.choice(
            (
                lambda: _raw(b""), lambda: _raw(b"\0" * 5000), lambda: _raw(_HEAD + b"\r\n" + b"[" * 200_000),
                lambda: _raw(_HEAD + b"Content-Length: 99999999999\r\n\r\n{"), lambda: _raw(_HEAD[:17] * 99),
                lambda: _raw(b"HTTP/1.1 500 \x1b[2J\r\nContent-Length: 20\r\n\r\n" + b'{"message":"\\u001b["}'),
                lambda: _raw(_HEAD + b"\r\n" + b'{"ApiVersion":' + b"9" * 6000 + b"}"), lambda: _json("\x1b[31m"),
                lambda: _raw(_HEAD + b"\r\n\xff\xfe{}"), lambda: _json(None), lambda: _json({"ApiVersion": 5}),
                lambda: _json({"ApiVersion": "9" * 10_000}), lambda: _raw(b"HTTP/1.1 301 x\r\nLocation: /x\r\n\r\n"),
                lambda: _endless(b"{", b'"a":1,'), lambda: _endless(b"", b"\n"),
            )
        )()  # fmt: skip


class HostileEngine(Listening):
    """On a socket of its own."""

    def __init__(self, place: Path, play: Play) -> None:
        self._play = play
        listening = socket.socket(socket.AF_UNIX)
        listening.bind(str(place))
        listening.listen(32)
        super().__init__(listening)

    def receive(self, visitor: socket.socket) -> None:
        """Give it the play, whatever it asks."""
        with visitor, contextlib.suppress(OSError, IndexError):
            visitor.settimeout(20.0)
            for _ in itertools.count():
                asked = visitor.recv(_PIECE)
                if not asked:
                    return
                whole = True
                for piece in self._play.answer(asked.split(b" ")[1].decode("latin-1")):
                    whole = b"Content-Length" in piece
                    if piece:
                        visitor.sendall(piece)
                    elif self.ended.wait(0.01):
                        return
                if not whole:
                    return


def attack(seed: int, count: int) -> Tally:
    """A status by an engine of each kind."""
    tally = Tally("engine")
    for number in range(count):
        play = Play(random.Random(seed * 1_000_003 + number), number)
        with tempfile.TemporaryDirectory(prefix="attack-") as directory:
            place = Path(directory) / "docker.sock"
            config = Path(directory) / "config.toml"
            config.write_text(f'engine_socket = "{place}"\n')
            with HostileEngine(place, play):
                words = ["status", "--json"] if number % 2 else ["status"]
                child = run([*words, "--config", str(config)])
            judge(tally, child, f"number {number}, {play.way}", (0, 1, 2, 3), is_json=bool(number % 2))
    return tally
